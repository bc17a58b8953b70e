"""The proofs that codes were printed, from the batches that the registry has the leaves of.

Who has them verifies them (`ItemProof.verify`) by the manufacturer's key: whoever can write here could put in anything.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Any, Final

from plings.commitments import SUBTREE_LEAVES, BatchCommitment, BatchTree, ItemProof, item_leaf
from plings.errors import AddressError, NotInRegistry, StateRefused
from plings.identity import Path, ScanUrl, parse_address
from plings.proofs.tree import HASH_BYTES, hashes_in
from plings.registry.database import Registry

log = logging.getLogger("plings.registry")

MOST_PROOFS: Final = 4
"""Of one code: so often can jobs have printed its number again. One of them is anchored, most likely the first."""
MOST_ADDRESSES: Final = 1_000
"""Which are tried for a path, those that were noted first: anybody may note any."""


def find_proofs(registry: Registry, code: ScanUrl, root: bytes | None = None) -> list[ItemProof]:
    """The proofs that a code is of a batch that was printed, those that were added first in front; mostly one or none.
    With a `root` of 32 bytes the one of that list, however many were added before it.

    None for a made-up address, which is no leaf. Raises StateRefused (`list_changed`) where one is not what was added,
    and no other proves the code.
    """
    with registry.transaction():
        return _proofs(registry, _kept(registry, code.path, root), code.path, [code.address])


def find_proofs_at(registry: Registry, path: Path) -> list[ItemProof]:
    """The proofs of the code of a path, one or more, whose address is one of those that were noted as seen there.

    Leaves are hashes, from which no address can be told. Raises NotInRegistry (`not_printed`, `address_unknown`) and as
    `find_proofs`.
    """
    with registry.transaction():
        batches = _kept(registry, path)
        if not batches:
            raise NotInRegistry(f"no printed batch that is kept here has {path}", "not_printed")
        if found := _proofs(registry, batches, path, _noted(registry, path)):
            return found
    told = f"{path} was printed, and the address that is in its code is not known here"
    raise NotInRegistry(told, "address_unknown")


def _kept(registry: Registry, path: Path, root: bytes | None = None) -> list[dict[str, Any]]:
    """The batches that have the path's number."""
    asked = {"batch": path.text.rpartition(".")[0], "instance": path.instance, "root": root, "most": MOST_PROOFS}
    return registry.rows(_BATCHES if root is None else _BATCH, asked)


def _noted(registry: Registry, path: Path) -> Iterator[bytes]:
    for row in registry.rows(_ADDRESSES, [path.text, MOST_ADDRESSES]):
        with suppress(AddressError):
            yield parse_address(row["solana_address"])


def _proofs(
    registry: Registry, batches: list[dict[str, Any]], path: Path, addresses: Iterable[bytes]
) -> list[ItemProof]:
    """Those of the first address that has any. A batch that is not what was added takes nothing from the others."""
    changed: StateRefused | None = None
    for address in addresses:
        found = []
        for kept in batches:
            try:
                proof = _proof(registry, kept, path, address)
            except StateRefused as error:
                changed = error
            else:
                found += [proof] if proof else []
        if found:
            if changed:
                log.error("%s", changed)
            return found
    if changed:
        raise changed
    return []


def _proof(registry: Registry, kept: dict[str, Any], path: Path, address: bytes) -> ItemProof | None:
    """The proof from one batch; None where the path's leaf there is of another address. A leaf alone is read then."""
    try:
        commitment = BatchCommitment.parse(kept["commitment"])
        place = commitment.instances.place_of(path.instance)
        if place is None:
            raise list_changed(commitment.batch)
        leaf = item_leaf(path.text, commitment.class_pointer, address)
        number, within = divmod(place, SUBTREE_LEAVES)
        asked = {"batch_id": kept["id"], "number": number, "from": within * HASH_BYTES + 1, "leaf": leaf}
        runs = registry.rows(_RUNS, asked)
        leaves = runs[number]["leaves"]
        if leaves is None:
            return None
        tree = BatchTree([run["root"] for run in runs])
        hashes = tree.proof(place, hashes_in(leaves))
        if tree.root != commitment.root:
            raise list_changed(commitment.batch)
        return ItemProof(path, address, hashes, commitment)
    except (ValueError, IndexError) as error:  # malformed, or leaves and roots that do not fit
        raise list_changed(path.text.rpartition(".")[0]) from error


def list_changed(batch: str) -> StateRefused:
    """Somebody wrote past this package."""
    return StateRefused(f"what is kept of printed batch {batch} is not what was added", "list_changed")


_BATCHES: Final = """
    SELECT id, commitment FROM printed_batches WHERE batch = %(batch)s AND instances @> %(instance)s::bigint
    ORDER BY id LIMIT %(most)s
"""
_BATCH: Final = """
    SELECT id, commitment FROM printed_batches
    WHERE batch = %(batch)s AND root = %(root)s AND instances @> %(instance)s::bigint
"""
_RUNS: Final = """
    SELECT root, CASE WHEN number = %(number)s AND substr(leaves, %(from)s, 32) = %(leaf)s THEN leaves END AS leaves
    FROM printed_runs WHERE batch_id = %(batch_id)s ORDER BY number
"""
_ADDRESSES: Final = "SELECT solana_address FROM object_instances WHERE path = %s ORDER BY created_at LIMIT %s"
