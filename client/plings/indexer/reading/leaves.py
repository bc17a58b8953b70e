"""Leaves of a payment log, as the program hashed them, with the transactions that wrote them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import psycopg

from plings.errors import NotInRegistry, StateRefused
from plings.identity import ClassPointer, Path, format_address
from plings.indexer.ask import page_of, reading
from plings.indexer.tiles import unknown_log
from plings.proofs import Kind, Leaf
from plings.registry import Registry
from plings.registry.database import Row, fetch

PAGE: Final = 100
MOST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True)
class IndexedLeaf:
    """A leaf, its transaction, and whether that is confirmed and not final yet.

    `is_told`: the transaction's log told it. Else it is by the instruction, with the block's time, and its number
    follows from the leaves around it.
    """

    leaf: Leaf
    signature: bytes
    slot: int
    is_told: bool
    is_provisional: bool


@dataclass(frozen=True)
class LeafPage:
    """Some leaves by number. What is missing between them is missing; `next_after` is None after the last page."""

    payment_log: bytes
    leaf_count: int
    leaves: tuple[IndexedLeaf, ...]
    next_after: int | None


def leaves(registry: Registry, payment_log: bytes, *, after: int = -1, limit: int = PAGE) -> LeafPage:
    """A log's leaves after number `after`, up to `limit` of them.

    Raises NotInRegistry (`unknown_log`), ValueRefused (`limit`), StateRefused (`rebuilding`), other RegistryErrors.
    """
    page_of(limit)

    def work(connection: psycopg.Connection[Any]) -> LeafPage:
        log = find_log(connection, payment_log)
        asked = {"log": log["log_no"], "after": min(after, MOST_NUMBER), "last": MOST_NUMBER, "limit": limit + 1}
        rows = fetch(connection, _SELECT, asked)
        found = tuple(_leaf(payment_log, row) for row in rows[:limit])
        more = found[-1].leaf.number if len(rows) > limit else None
        return LeafPage(payment_log, log["leaf_count"], found, more)

    return reading(registry, work)


def leaf_at(connection: psycopg.Connection[Any], payment_log: bytes, number: int) -> IndexedLeaf:
    """One leaf. Raises NotInRegistry (`unknown_log`, `unknown_leaf`), StateRefused (`gap`) for one that is missing."""
    log = find_log(connection, payment_log)
    count = int(log["leaf_count"])
    if not 0 <= number < count:
        text = f"payment log {format_address(payment_log)} has {count:,} leaves that we heard of, and no {number:,}"
        raise NotInRegistry(text, "unknown_leaf")
    rows = fetch(connection, _SELECT, {"log": log["log_no"], "after": number - 1, "last": number, "limit": 1})
    if not rows:
        raise StateRefused(f"leaf {number:,} of the log is missing: plings indexer fills the gaps", "gap")
    return _leaf(payment_log, rows[0])


def find_log(connection: psycopg.Connection[Any], payment_log: bytes) -> Row:
    """A log's `log_no` and `leaf_count`. Raises NotInRegistry with rule `unknown_log`."""
    rows = fetch(connection, "SELECT log_no, leaf_count FROM payment_logs WHERE address = %s", [payment_log])
    if not rows:
        raise unknown_log(payment_log)
    return rows[0]


def _leaf(payment_log: bytes, row: Row) -> IndexedLeaf:
    leaf = Leaf(
        kind=Kind(row["kind"]),
        payment_log=payment_log,
        number=row["number"],
        timestamp=row["timestamp_unix"],
        actor=row["actor"],
        owner=row["owner"],
        amount_lamports=row["amount_lamports"],
        class_pointer=ClassPointer(row["class_pointer"].to_bytes(8, "big", signed=True)),
        address=row["address"],
        path=Path(row["path"]),
    )
    return IndexedLeaf(leaf, row["signature"], row["slot"], row["is_told"], row["is_provisional"])


_SELECT: Final = """
    SELECT l.kind, l.number, l.timestamp_unix, l.actor, coalesce(l.owner, l.actor) AS owner, l.amount_lamports,
        o.class_pointer, o.address, o.path, l.slot, l.is_told,
        (SELECT r.signature FROM raw_transactions AS r WHERE r.transaction_no = l.transaction_no) AS signature,
        EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = l.transaction_no OFFSET 0)
            AS is_provisional
    FROM payment_leaves AS l
    CROSS JOIN LATERAL (SELECT * FROM objects WHERE object_no = l.object_no OFFSET 0) AS o
    WHERE l.log_no = %(log)s AND l.number > %(after)s AND l.number <= %(last)s AND NOT l.is_outranked
    ORDER BY l.number LIMIT %(limit)s
"""
