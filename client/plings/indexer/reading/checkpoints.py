"""Checkpoints of a payment log: roots that the program wrote down, which proofs are worth something against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg

from plings.indexer.ask import page_of, reading
from plings.indexer.reading.leaves import find_log
from plings.proofs import Checkpoint, Head
from plings.registry import Registry
from plings.registry.database import Row, fetch

PAGE: Final = 100


@dataclass(frozen=True)
class IndexedCheckpoint:
    """A checkpoint, the transaction that made it, and whether that is confirmed and not final yet."""

    checkpoint: Checkpoint
    signature: bytes
    slot: int
    is_provisional: bool


@dataclass(frozen=True)
class CheckpointPage:
    """Some checkpoints by number; `next_after` is None after the last page."""

    payment_log: bytes
    checkpoints: tuple[IndexedCheckpoint, ...]
    next_after: int | None


def checkpoints(registry: Registry, payment_log: bytes, *, after: int = -1, limit: int = PAGE) -> CheckpointPage:
    """A log's checkpoints after number `after`, up to `limit` of them.

    One whose event was cut off its log is left out: its root is on its account alone. Raises NotInRegistry
    (`unknown_log`), ValueRefused (`limit`), StateRefused (`rebuilding`), other RegistryErrors.
    """
    page_of(limit)

    def work(connection: psycopg.Connection[Any]) -> CheckpointPage:
        find_log(connection, payment_log)
        rows = fetch(connection, _PAGE, {"log": payment_log, "after": after, "limit": limit + 1})
        found = tuple(_checkpoint(payment_log, row) for row in rows[:limit])
        more = found[-1].checkpoint.checkpoint_id if len(rows) > limit else None
        return CheckpointPage(payment_log, found, more)

    return reading(registry, work)


def first_over(connection: psycopg.Connection[Any], payment_log: bytes, number: int) -> IndexedCheckpoint | None:
    """The first checkpoint that covers leaf `number`, a final one if there is any."""
    rows = fetch(connection, _FIRST_OVER, {"log": payment_log, "number": number})
    return _checkpoint(payment_log, rows[0]) if rows else None


def latest(connection: psycopg.Connection[Any], payment_log: bytes) -> IndexedCheckpoint | None:
    """The log's last checkpoint, None where it has none."""
    rows = fetch(connection, _LATEST, {"log": payment_log})
    return _checkpoint(payment_log, rows[0]) if rows else None


def latest_final(connection: psycopg.Connection[Any], payment_log: bytes) -> IndexedCheckpoint | None:
    """The last that cannot be undone."""
    rows = fetch(connection, _LATEST_FINAL, {"log": payment_log})
    return _checkpoint(payment_log, rows[0]) if rows else None


def _checkpoint(payment_log: bytes, row: Row) -> IndexedCheckpoint:
    body: dict[str, Any] = row["body"]
    checkpoint = Checkpoint(
        payment_log=payment_log,
        checkpoint_id=body["checkpoint_id"],
        head=Head(bytes.fromhex(body["payments_merkle_root"]), body["total_payments_count"]),
        last_payment_timestamp=body["last_payment_timestamp"],
        created_at_unix=body["timestamp"],
    )
    return IndexedCheckpoint(checkpoint, row["signature"], row["slot"], row["is_provisional"])


_COUNT: Final = "(e.body ->> 'total_payments_count')::bigint"
"""By which an index has them in their order."""
_SELECT: Final = """
    SELECT e.body, e.slot,
        (SELECT r.signature FROM raw_transactions AS r WHERE r.transaction_no = e.transaction_no) AS signature,
        EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = e.transaction_no OFFSET 0)
            AS is_provisional
    FROM chain_events AS e
    WHERE e.subject = %(log)s AND e.name = 'CheckpointCreated' AND NOT e.is_partial
"""
_PAGE: Final = f"""{_SELECT} AND (e.body ->> 'checkpoint_id')::bigint > %(after)s
    ORDER BY {_COUNT}, e.slot LIMIT %(limit)s"""
_FIRST_OVER: Final = f"""
    SELECT * FROM ({_SELECT} AND {_COUNT} > %(number)s ORDER BY {_COUNT} LIMIT 4) AS first
    ORDER BY is_provisional, (body ->> 'total_payments_count')::bigint LIMIT 1
"""
"""A provisional one of a fork may be before the one that stays."""
_LATEST: Final = f"{_SELECT} ORDER BY {_COUNT} DESC LIMIT 1"
_LATEST_FINAL: Final = f"""{_SELECT} AND NOT EXISTS (
    SELECT FROM provisional_transactions AS p WHERE p.transaction_no = e.transaction_no OFFSET 0
) ORDER BY {_COUNT} DESC LIMIT 1"""
