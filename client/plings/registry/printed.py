"""Printed batches: what a manufacturer committed to, with the leaves, so that the proof of a code can be made here.

What the registry keeps of them and why: docs/decisions/0029-printed-batches-in-the-registry.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from plings.commitments import SUBTREE_LEAVES, BatchCommitment, RootBuilder, subtree_root
from plings.errors import ValueRefused
from plings.identity import ClassPath, parse_address
from plings.printing.folder import finished
from plings.printing.leaves import LeafRun, leaf_runs
from plings.proofs.tree import hashes_in
from plings.registry.database import Connection, Registry, fetch
from plings.registry.manufacturers import manufacturer
from plings.registry.printed_proofs import list_changed

MOST_CODES: Final = SUBTREE_LEAVES * SUBTREE_LEAVES
"""Of a batch: a proof reads the leaves of one run and the roots of all runs, which are no more then than the leaves."""


@dataclass(frozen=True)
class AddedBatch:
    """A batch that the registry has now. `is_new`: it had not before. `others`: commitments to other codes of it.

    Of several commitments to a batch one alone can be anchored.
    """

    batch: str
    item_count: int
    root: str
    is_new: bool
    others: int


@dataclass(frozen=True)
class KeptBatch:
    """A batch that the registry has the leaves of. `root` is in hexadecimal."""

    batch: str
    class_pointer: str
    item_count: int
    root: str
    added_by: str | None
    added_at: datetime


def add_job(
    registry: Registry,
    folder: Path,
    *,
    workers: int | None = None,
    on_progress: Callable[[int], None] = lambda done: None,
) -> Iterator[AddedBatch]:
    """Adds the batches of a finished job, each whole or not at all, and gives each when it is permanent. Doing it again
    changes nothing, so what was stopped is done again.

    Every code is read; `on_progress` gets how many. By an owner or admin of the manufacturer's organisation or a
    super-admin. Raises PrintingError (`unfinished`, `missing`, `changed`), CommitmentInvalid for what the manufacturer
    did not sign, NotInRegistry, AccessDenied, StateRefused (`key_compromised`; `list_changed` where what is there
    already is not what was added), ValueRefused (`no_key`, `too_many`).
    """
    done = 0

    def count(codes: int) -> None:
        nonlocal done
        done += codes
        on_progress(done)

    for printed in finished(folder).batches:
        added = add_batch(registry, printed.commitment, leaf_runs(folder, printed, workers=workers), on_run=count)
        if not added.is_new:
            count(added.item_count)
        yield added


def add_batch(
    registry: Registry,
    commitment: BatchCommitment,
    runs: Iterable[LeafRun],
    *,
    on_run: Callable[[int], None] = lambda codes: None,
) -> AddedBatch:
    """Adds one batch. `runs`, which are not read where it is there already, raise at their end if the root is another.

    What is there already is checked, leaves and all. `on_run` gets how many codes each has. Raises as `add_job` does.
    """
    _check(registry, commitment)
    with registry.transaction() as connection:
        known = {row["root"]: row for row in fetch(connection, _KNOWN, [commitment.batch])}
        kept = known.pop(commitment.root, None)
        is_new = kept is None and _insert(connection, commitment, runs, on_run)
        if kept:
            _check_kept(connection, kept, commitment)
    others = len(known)
    return AddedBatch(commitment.batch, commitment.item_count, commitment.root.hex(), is_new, others)


def printed_batches(registry: Registry, prefix: str | None = None, *, limit: int = 1000) -> list[KeptBatch]:
    """Those below a prefix of two segments or more, or all that may be seen, by path and by when they came.

    Raises PathError.
    """
    place = None if prefix is None else ClassPath(prefix).text
    return registry.records(KeptBatch, _KEPT, {"place": place, "limit": limit})


def identity_key(registry: Registry, prefix: str) -> bytes:
    """The 32-byte key that the registry has for a manufacturer. Raises NotInRegistry, ValueRefused (`no_key`)."""
    maker = manufacturer(registry, prefix)
    if maker.ed25519_public_key is None:
        raise ValueRefused(f"the identity key of {maker.prefix} is not known", "no_key")
    return parse_address(maker.ed25519_public_key)


def _check(registry: Registry, commitment: BatchCommitment) -> None:
    """By the registry's own key, whatever the job's files say."""
    commitment.verify(identity_key(registry, commitment.path_to_pointer.prefix))
    if commitment.item_count > MOST_CODES:
        told = f"batch {commitment.batch} has {commitment.item_count:,} codes, and {MOST_CODES:,} are the most"
        raise ValueRefused(f"{told} of a batch that is kept here: print a larger run as several", "too_many")


def _check_kept(connection: Connection, kept: dict[str, Any], wanted: BatchCommitment) -> None:
    """The database counts leaves, and believes the rest of whoever writes past this package."""
    try:
        said = BatchCommitment.parse(kept["commitment"])
        said.verify(wanted.identity_key)
        root = _root_of_kept(connection, kept["id"], -(-wanted.item_count // SUBTREE_LEAVES))
    except ValueError as error:
        raise list_changed(wanted.batch) from error
    if (said.instances, said.root, root) != (wanted.instances, wanted.root, wanted.root):
        raise list_changed(wanted.batch)


def _root_of_kept(connection: Connection, batch_id: int, runs: int) -> bytes:
    """Raises ValueError where a run is not what its root says."""
    root = RootBuilder()
    for number in range(runs):
        for row in fetch(connection, _LEAVES, [batch_id, number]):
            leaves = hashes_in(row["leaves"])
            if subtree_root(leaves) != row["root"]:
                raise ValueError(f"run {number} has other leaves")
            root.join(row["root"], len(leaves))
    return root.root


def _insert(
    connection: Connection, commitment: BatchCommitment, runs: Iterable[LeafRun], on_run: Callable[[int], None]
) -> bool:
    """Whether it was not there: somebody else may just have added it."""
    rows = fetch(connection, _BATCH, [commitment.text])
    if not rows:
        return False
    for number, run in enumerate(runs):
        fetch(connection, _RUN, [rows[0]["id"], number, run.root, run.leaves])
        on_run(run.codes)
    return True


_KNOWN: Final = "SELECT id, root, commitment FROM printed_batches WHERE batch = %s"
_LEAVES: Final = "SELECT root, leaves FROM printed_runs WHERE batch_id = %s AND number = %s"
_BATCH: Final = """
    INSERT INTO printed_batches (commitment) VALUES (%s) ON CONFLICT ON CONSTRAINT printed_once DO NOTHING RETURNING id
"""
_RUN: Final = "INSERT INTO printed_runs (batch_id, number, root, leaves) VALUES (%s, %s, %s, %s)"
_KEPT: Final = """
    SELECT batch, pointer_text(class_pointer) AS class_pointer, item_count, encode(root, 'hex') AS root,
        (SELECT email FROM users WHERE users.id = added_by) AS added_by, added_at
    FROM printed_batches
    WHERE %(place)s::text IS NULL OR batch = %(place)s OR batch > %(place)s || '.' AND batch < %(place)s || '/'
    ORDER BY batch, id LIMIT %(limit)s
"""
