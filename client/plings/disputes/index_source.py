"""What the own index says: the owner, the leaves that made them so, and the root that its leaves of the log have."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from plings.disputes.anchors import Anchors
from plings.disputes.claim import Claim
from plings.disputes.faults import Fault
from plings.disputes.testimony import IndexSaid, LeafProof, OwnerSaid, Testimony
from plings.errors import PlingsError, StateRefused
from plings.identity import ClassPointer, Path, parse_address
from plings.indexer import reading
from plings.program import PROGRAM_ID
from plings.proofs import Checkpoint, Head, Kind, Leaf, LogIdentity, included
from plings.proofs.tree import EMPTY_ROOT
from plings.registry import Registry
from plings.registry.database import Row

SOURCE: Final = "index"
PAGE: Final = 1_000
MOST_TENURES: Final = 5_000
"""Owners of one object that are gone through."""

Result = TypeVar("Result")


async def ask_index(registry: Registry, claim: Claim, seconds: float) -> Testimony[IndexSaid]:
    """What is indexed of the claim's object, within `seconds`."""
    asked_at, started = time.time(), time.monotonic()
    said, fault = await _within(registry, seconds, lambda: _ask(registry, claim))
    return Testimony(SOURCE, asked_at, time.monotonic() - started, said, (fault,) if fault else ())


async def prove_index(
    registry: Registry, testimony: Testimony[IndexSaid], payment_log: bytes, head: Head, seconds: float
) -> Testimony[IndexSaid]:
    """The same with the root that the index's first leaves of the log have: as many as are under `head`, if it has so
    many. Then it is proved, or contradicted, by that of the chain."""
    if testimony.said is None or not head.count:
        return testimony
    started, said = time.monotonic(), testimony.said
    proved, fault = await _within(registry, seconds, lambda: _prove(registry, said, payment_log, head.count))
    took = testimony.seconds + time.monotonic() - started
    return replace(
        testimony, seconds=took, said=proved or said, faults=(*testimony.faults, *((fault,) if fault else ()))
    )


async def anchors_of(registry: Registry, claim: Claim, numbers: frozenset[int], seconds: float) -> Anchors | None:
    """The object's log and those of its checkpoints that the index saw the program make; None if it knows no such."""
    anchors, _ = await _within(registry, seconds, lambda: _anchors(registry, claim, numbers))
    return anchors


async def _within(registry: Registry, seconds: float, work: Callable[[], Result]) -> tuple[Result | None, Fault | None]:
    """What `work` gives in a thread, in one transaction whose statements end when nobody waits for them any more."""

    def worked() -> Result:
        with registry.transaction() as connection:
            connection.execute("SELECT set_config('statement_timeout', %s, true)", [f"{seconds * 1000:.0f}ms"])
            return work()

    try:
        async with asyncio.timeout(seconds):
            return await asyncio.to_thread(worked), None
    except TimeoutError:
        return None, Fault("slow", f"it took longer than {seconds:g} seconds")
    except PlingsError as error:
        return None, Fault("unavailable", str(error))


def _ask(registry: Registry, claim: Claim) -> IndexSaid:
    """Raises RegistryError, also with rule `rebuilding`."""
    (row,) = registry.rows(_STANDING)
    slot, age_seconds = row["slot"], row["age_seconds"]
    found = _page(registry, claim, 0)
    if found is None:
        return IndexSaid(None, (), is_gapless=True, is_provisional=False, slot=slot, age_seconds=age_seconds)
    tenures, after = list(found.history), found.next_after
    while after is not None and len(tenures) < MOST_TENURES:
        more = _page(registry, claim, after)
        tenures += more.history if more else ()
        after = more.next_after if more else None
    by_leaf = [(one.payment_log, one.number) for one in tenures if not one.how.is_by_account]
    return IndexSaid(
        current=_owner_said(found.current) if found.current else None,
        claim=_leaves(registry, by_leaf) if after is None else (),
        is_gapless=found.is_gapless and after is None,
        is_provisional=found.is_provisional,
        slot=slot,
        age_seconds=age_seconds,
    )


def _prove(registry: Registry, said: IndexSaid, payment_log: bytes, count: int) -> IndexSaid:
    """Raises RegistryError."""
    row = registry.row("SELECT leaf_count FROM payment_logs WHERE address = %s", [payment_log])
    size = min(count, row["leaf_count"]) if row else 0
    if not size:
        return replace(said, log=Head(EMPTY_ROOT, 0))
    numbers = [leaf.number for leaf in said.claim if leaf.number < size]
    found = {number: reading.inclusion_proof(registry, payment_log, number, size) for number in numbers or [0]}
    proofs = tuple(
        LeafProof(leaf, found[leaf.number].hashes, found[leaf.number].head)
        for leaf in said.claim
        if leaf.number in found
    )
    heads = {one.head for one in found.values()}
    if len(heads) != 1 or not all(_holds(proof) for proof in proofs):
        raise StateRefused("leaves of the log were taken back meanwhile", "busy")
    return replace(said, log=heads.pop(), proofs=proofs)


def _anchors(registry: Registry, claim: Claim, numbers: frozenset[int]) -> Anchors | None:
    """Raises RegistryError."""
    code = claim.code
    maker = registry.row(_MAKER, [code.path.prefix])
    if maker is None:
        return None
    identity_key = parse_address(maker["identity_key"])
    log = LogIdentity.of_object(bytes(PROGRAM_ID), identity_key, maker["shard_bits"], code.address)
    rows = registry.rows(_CHECKPOINTS, [log.payment_log, sorted(numbers)])
    return Anchors(log, SOURCE, tuple(_checkpoint(log.payment_log, row) for row in rows))


def _checkpoint(payment_log: bytes, row: Row) -> Checkpoint:
    head = Head(bytes.fromhex(row["root"]), row["leaf_count"])
    return Checkpoint(payment_log, row["checkpoint_id"], head, row["last_payment_unix"], row["created_at_unix"])


def _holds(proof: LeafProof) -> bool:
    return included(proof.head.root, proof.leaf.hash, proof.leaf.number, proof.head.count, proof.inclusion)


def _page(registry: Registry, claim: Claim, after: int) -> reading.Ownership | None:
    return reading.ownership_of(registry, claim.code, after=after, limit=PAGE)


def _owner_said(one: reading.Tenure) -> OwnerSaid:
    return OwnerSaid(one.owner, one.how.value, one.payment_log, one.number, one.slot, one.since_unix)


def _leaves(registry: Registry, places: Sequence[tuple[bytes | None, int | None]]) -> tuple[Leaf, ...]:
    """The leaves of one log at these places; none where they are of several, which no chain has."""
    logs = {log for log, _ in places}
    if len(logs) != 1:
        return ()
    rows = registry.rows(_LEAVES, [logs.pop(), [number for _, number in places]])
    return tuple(_leaf(row) for row in rows)


def _leaf(row: Row) -> Leaf:
    return Leaf(
        kind=Kind(row["kind"]),
        payment_log=row["payment_log"],
        number=row["number"],
        timestamp=row["timestamp_unix"],
        actor=row["actor"],
        owner=row["owner"],
        amount_lamports=row["amount_lamports"],
        class_pointer=ClassPointer.parse(row["pointer"]),
        address=row["address"],
        path=Path(row["path"]),
    )


_STANDING: Final = """
    -- where nothing but what is final is read, there is only one number
    SELECT coalesce((SELECT through_slot FROM indexer_finality), max(slot)) AS slot,
        extract(epoch FROM clock_timestamp() - max(moved_at))::float8 AS age_seconds
    FROM indexer_cursors
"""
_LEAVES: Final = """
    SELECT f.kind, f.payment_log, f.number, f.timestamp_unix, f.actor, f.owner, f.amount_lamports, f.address, f.path,
        pointer_text(f.class_pointer) AS pointer
    FROM leaf_facts AS f
    WHERE f.log_no = (SELECT log_no FROM payment_logs WHERE address = %s) AND f.number = ANY (%s)
        AND NOT f.is_outranked
    ORDER BY f.number
"""
_MAKER: Final = """
    SELECT body ->> 'identity_key' AS identity_key, (body ->> 'shard_bits')::integer AS shard_bits FROM chain_events
    WHERE name = 'ManufacturerRegistered' AND body ->> 'prefix' = %s AND body ? 'shard_bits'
    ORDER BY slot LIMIT 1
"""
_CHECKPOINTS: Final = """
    SELECT checkpoint_id, root, leaf_count, last_payment_unix, created_at_unix FROM checkpoints
    WHERE payment_log = %s AND checkpoint_id = ANY (%s) AND root IS NOT NULL AND leaf_count IS NOT NULL
        AND last_payment_unix IS NOT NULL
"""
