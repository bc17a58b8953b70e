"""Writing: a batch, all that follows from it, and where its source goes on, in one database transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, Literal

import psycopg
from psycopg.types.json import Jsonb

from plings.errors import NotInRegistry, StateRefused
from plings.indexer.body import Kept
from plings.indexer.cursor import Cursor, move_cursor
from plings.indexer.lines import address_text
from plings.indexer.staging import TABLES, Staged, stage
from plings.indexer.transaction import RawTransaction
from plings.registry import Registry
from plings.registry.database import fetch

Commitment = Literal["confirmed", "finalized"]

LOCK: Final = int.from_bytes(sha256(b"plings indexer").digest()[:8], "big", signed=True)
"""Who writes holds it: several indexers may run, one after the other writes."""


@dataclass(frozen=True)
class Batch:
    """What a source read: transactions, and where it goes on once they are written.

    `told_before`: final transactions, by signature and slot, that were written before as confirmed.
    `complete_through`: all that is final up to this slot, from where the source was before, is in this batch or was in
    one before. What is provisional there and is not among it was dropped, and is undone.
    """

    transactions: Sequence[RawTransaction | Kept]
    cursor: Cursor | None = None
    commitment: Commitment = "finalized"
    told_before: Sequence[tuple[bytes, int]] = ()
    complete_through: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a batch came to: transactions that were new, others that were taken back, and facts of the new ones."""

    taken: int = 0
    undone: int = 0
    leaves: int = 0
    events: int = 0
    slot: int = 0

    def __add__(self, other: Written) -> Written:
        return Written(
            self.taken + other.taken,
            self.undone + other.undone,
            self.leaves + other.leaves,
            self.events + other.events,
            max(self.slot, other.slot),
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A batch with its rows: made without the database, so that it can work meanwhile."""

    batch: Batch
    staged: Staged


def prepare(batch: Batch) -> Prepared:
    """Decodes a batch."""
    return Prepared(batch, stage(_distinct(batch.transactions)))


def write(registry: Registry, prepared: Prepared) -> Written:
    """Writes a batch whole or not at all. What was written before changes nothing, so it can be written again.

    Raises RegistryErrors; StateRefused with rule `rebuilding` while a rebuild is to be finished.
    """
    return registry.attempt(lambda connection: write_in(connection, prepared))


def index(registry: Registry, batch: Batch) -> Written:
    """`prepare` and `write` in one."""
    return write(registry, prepare(batch))


def write_in(connection: psycopg.Connection[Any], prepared: Prepared) -> Written:
    """The same within a transaction of the registry's."""
    batch, staged = prepared.batch, prepared.staged
    lock(connection)
    if fetch(connection, "SELECT done_through FROM indexer_rebuild"):
        raise StateRefused("the tables are being rebuilt: plings indexer rebuild finishes it", "rebuilding")
    connection.execute(TABLES)
    staged.copy_to(connection)
    is_final = batch.commitment == "finalized"
    (row,) = fetch(connection, "SELECT * FROM index_staged(%s)", [is_final])
    if batch.told_before:
        _promote(connection, batch.told_before)
    dropped = 0
    if batch.complete_through is not None:
        (counted,) = fetch(connection, "SELECT finalize_through(%s) AS dropped", [batch.complete_through])
        dropped = counted["dropped"]
    _alert(connection, staged)
    if batch.cursor is not None:
        move_cursor(connection, batch.cursor)
    return Written(row["taken"], row["undone"] + dropped, row["leaves"], row["events"], staged.last_slot)


def _promote(connection: psycopg.Connection[Any], told: Sequence[tuple[bytes, int]]) -> None:
    """What was written as confirmed is final. Raises NotInRegistry where it is not there, and is to be read again."""
    signatures, slots = [signature for signature, _ in told], [slot for _, slot in told]
    (row,) = fetch(connection, "SELECT promote_transactions(%s, %s) AS missing", [signatures, slots])
    if row["missing"]:
        raise NotInRegistry(f"{row['missing']} transactions are final and were not written before", "not_told")


def lock(connection: psycopg.Connection[Any]) -> None:
    """Waits until nobody else writes, up to the end of the transaction."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _distinct(transactions: Iterable[RawTransaction | Kept]) -> list[RawTransaction | Kept]:
    """Each signature once: the last that was told, but a whole one rather than one whose logs were cut."""
    found: dict[bytes, RawTransaction | Kept] = {}
    for each in transactions:
        before = found.get(each.signature)
        if before is None or _is_whole(each) or not _is_whole(before):
            found[each.signature] = each
    return list(found.values())


def _is_whole(one: RawTransaction | Kept) -> bool:
    return (one.unpacked() if isinstance(one, Kept) else one).is_whole


def _alert(connection: psycopg.Connection[Any], staged: Staged) -> None:
    for signature, what in staged.disagreements:
        connection.execute(
            "SELECT raise_alert('INDEXER_DISAGREEMENT', 'HIGH', %s, %s, %s)",
            [
                f"logs and instructions of a transaction disagree: {what}"[:4000],
                Jsonb({"signature": signature_text(signature), "disagreement": what}),
                signature_text(signature),
            ],
        )


def signature_text(signature: bytes) -> str:
    """A signature in base58."""
    return address_text(signature)
