"""What is sent to PostgreSQL: temporary tables of a connection, filled by binary COPY in the order of their columns.

Fixed columns are packed by one struct for each row; that is a third of what a driver takes that looks at each value.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from plings.indexer.body import Kept, pack
from plings.indexer.decoder import Decoded, EventFact, LeafFact, decode, decode_kept
from plings.indexer.decoder.codes import object_key
from plings.indexer.transaction import RawTransaction
from plings.proofs import Kind

TABLES: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_transactions (
        at integer, block_time_unix bigint, slot bigint, position integer, is_whole boolean, signature bytea, body bytea
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_objects (
        object_key uuid, class_pointer bigint, address bytea, path text COLLATE "C"
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_leaves (
        at integer, slot bigint, position integer, instruction_index smallint, inner_index smallint, kind smallint,
        amount_lamports bigint, timestamp_unix bigint, object_key uuid, payment_log bytea, actor bytea,
        number bigint, platform_lamports bigint, slot_rent_lamports bigint, owner bytea
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_events (
        at integer, slot bigint, position integer, block_time_unix bigint, instruction_index smallint,
        inner_index smallint, ordinal smallint, is_partial boolean, name text, subject bytea, object_key uuid,
        owner bytea, body jsonb
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS staged_known (
        at integer, transaction_no bigint, standing text, was_final boolean
    ) ON COMMIT DELETE ROWS;
"""

_HEAD: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_NULL: Final = b"\xff\xff\xff\xff"
_TRANSACTION: Final = struct.Struct("!h ii iq iq ii i? i64s i")
_OBJECT: Final = struct.Struct("!h i16s i8s i32s i")
_LEAF: Final = struct.Struct("!h ii iq ii ih ih ih iq iq i16s i32s i32s")
_PAYMENT: Final = struct.Struct("!h ii iq ii ih ih ih iq iq i16s i32s i32s iq iq i i")
"""The same for a micro-payment that the logs told: nearly all are."""
_EVENT: Final = struct.Struct("!h ii iq ii iq ih ih ih i?")
_BIGINT: Final = struct.Struct("!iq")
_BYTES: Final = struct.Struct("!i32s")


@dataclass(slots=True)
class Staged:
    """Rows for the temporary tables, ready to be sent; and where logs and instructions disagreed."""

    rows: dict[str, list[bytes]] = field(default_factory=dict)
    disagreements: list[tuple[bytes, str]] = field(default_factory=list)
    transaction_count: int = 0
    last_slot: int = 0

    def copy_to(self, connection: psycopg.Connection[Any]) -> None:
        """Into the tables, which are there and empty."""
        for table, rows in self.rows.items():
            if len(rows) > 1:
                with connection.cursor().copy(f"COPY staged_{table} FROM STDIN (FORMAT binary)".encode()) as copy:
                    copy.write(b"".join((*rows, _END)))


def stage(transactions: Sequence[RawTransaction | Kept], places: Sequence[int] | None = None) -> Staged:
    """Decodes transactions, no two of one signature. `places` are their numbers where they are kept already.

    Raises ClusterError for one that is kept and damaged.
    """
    staged = Staged()
    transactions_, leaves, events = [_HEAD], [_HEAD], [_HEAD]
    known: dict[bytes, bytes] = {}
    for at, each in enumerate(transactions) if places is None else zip(places, transactions, strict=True):
        decoded, is_whole, body = _decoded(each)
        slot = each.slot
        if places is None:
            transactions_.append(_transaction_row(at, each, is_whole, body))
        for leaf in decoded.leaves:
            content = leaf.content
            key = _noted(known, content.pointer, content.address, content.path)
            leaves.append(_leaf_row(at, slot, each.position, leaf, key))
        for event in decoded.events:
            events.append(_event_row(at, each, event, _noted(known, *event.identity) if event.identity else None))
        for what in decoded.disagreements:
            staged.disagreements.append((each.signature, what))
        if slot > staged.last_slot:
            staged.last_slot = slot
    staged.transaction_count = len(transactions)
    staged.rows = {
        "transactions": transactions_, "objects": [_HEAD, *known.values()], "leaves": leaves, "events": events
    }  # fmt: skip
    return staged


def _decoded(one: RawTransaction | Kept) -> tuple[Decoded, bool, bytes]:
    """The facts of a transaction, whether its logs are whole, and its body."""
    if isinstance(one, Kept):
        decoded, is_whole = decode_kept(one)
        return decoded, is_whole, one.body
    return decode(one), one.is_whole, one.body or pack(one)


def _transaction_row(at: int, raw: RawTransaction | Kept, is_whole: bool, body: bytes) -> bytes:
    fixed = _TRANSACTION.pack(
        7, 4, at, 8, raw.block_time_unix, 8, raw.slot, 4, raw.position, 1, is_whole, 64, raw.signature, len(body),
    )  # fmt: skip
    return fixed + body


def _noted(known: dict[bytes, bytes], pointer: bytes, address: bytes, path: str) -> bytes:
    """The key of an object, whose row is among those that are `known` from then on."""
    key = object_key(pointer, address, path)
    if key not in known:
        known[key] = _OBJECT.pack(4, 16, key, 8, pointer, 32, address, len(path)) + path.encode("ascii")
    return key


def _leaf_row(at: int, slot: int, position: int, leaf: LeafFact, key: bytes) -> bytes:
    top, inner, content, number, timestamp, platform, slot_rent = leaf
    if content.kind == Kind.PAYMENT and number is not None and platform is not None:
        return _PAYMENT.pack(
            15, 4, at, 8, slot, 4, position, 2, top, 2, inner, 2, 1, 8, content.amount, 8, timestamp,
            16, key, 32, content.payment_log, 32, content.actor, 8, number, 8, platform, -1, -1,
        )  # fmt: skip
    fixed = _LEAF.pack(
        15, 4, at, 8, slot, 4, position, 2, top, 2, inner, 2, content.kind, 8, content.amount, 8, timestamp,
        16, key, 32, content.payment_log, 32, content.actor,
    )  # fmt: skip
    return b"".join(
        (
            fixed,
            _NULL if number is None else _BIGINT.pack(8, number),
            _NULL if platform is None else _BIGINT.pack(8, platform),
            _NULL if slot_rent is None else _BIGINT.pack(8, slot_rent),
            _NULL if content.owner is None else _BYTES.pack(32, content.owner),
        )
    )


def _event_row(at: int, raw: RawTransaction | Kept, event: EventFact, key: bytes | None) -> bytes:
    fixed = _EVENT.pack(
        13, 4, at, 8, raw.slot, 4, raw.position, 8, raw.block_time_unix, 2, event.top, 2, event.inner, 2,
        event.ordinal, 1, event.is_partial,
    )  # fmt: skip
    body = b"\1" + json.dumps(event.body, separators=(",", ":")).encode()
    values = (event.name.encode(), event.subject, key, event.owner, body)
    return fixed + b"".join(_NULL if value is None else len(value).to_bytes(4, "big") + value for value in values)
