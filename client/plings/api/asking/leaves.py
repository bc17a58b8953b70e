"""Leaves of payment logs."""

from __future__ import annotations

from typing import Final

from plings.api.answers.logs import LeafAnswer, Leaves
from plings.api.asking.logs import missing_numbers, unknown_log
from plings.api.asking.texts import key, pointer, signature_text
from plings.api.cursors import cursor_of, place_of
from plings.errors import NotInRegistry
from plings.indexer.ask import ask
from plings.proofs import Kind
from plings.registry import Registry
from plings.registry.database import Row

MOST_GAPS: Final = 1_000
"""More than can be between the leaves of a page."""


def leaves(registry: Registry, payment_log: bytes, cursor: str | None, limit: int) -> Leaves:
    """A page of leaves by number, and what is missing among them. Raises NotInRegistry."""
    question = f"leaves {payment_log.hex()}"
    place = place_of(question, cursor, 8)
    first = 0 if place is None else int.from_bytes(place, "big", signed=True) + 1
    with registry.transaction():
        if not ask(registry, "SELECT log_no FROM payment_logs WHERE address = %s", [payment_log]):
            raise unknown_log(payment_log)
        rows = ask(registry, f"{_LEAVES} AND f.number >= %s {_ORDER}", [payment_log, first, limit + 1])
        page, is_more = rows[:limit], len(rows) > limit
        last = page[-1]["number"] if is_more else None
        missing = missing_numbers(registry, payment_log, first, last, MOST_GAPS)
    more = cursor_of(question, last.to_bytes(8, "big", signed=True)) if last is not None else None
    return Leaves(payment_log=key(payment_log), leaves=[_leaf(row) for row in page], missing=missing, next=more)


def leaf(registry: Registry, payment_log: bytes, number: int) -> LeafAnswer:
    """One leaf. Raises NotInRegistry with rule `unknown_log` or `unknown_leaf`."""
    with registry.transaction():
        rows = ask(registry, f"{_LEAVES} AND f.number = %s {_ORDER}", [payment_log, number, 1])
        if not rows and not ask(registry, "SELECT log_no FROM payment_logs WHERE address = %s", [payment_log]):
            raise unknown_log(payment_log)
    if not rows:
        raise NotInRegistry(f"nobody told us of leaf {number} of {key(payment_log)}", "unknown_leaf")
    return _leaf(rows[0])


def _leaf(row: Row) -> LeafAnswer:
    return LeafAnswer(
        payment_log=key(row["payment_log"]),
        number=row["number"],
        kind=Kind(row["kind"]).name.lower(),  # type: ignore[arg-type]
        timestamp_unix=row["timestamp_unix"],
        actor=key(row["actor"]),
        owner=key(row["owner"]),
        amount_lamports=row["amount_lamports"],
        platform_lamports=row["platform_lamports"],
        manufacturer_lamports=row["manufacturer_lamports"],
        slot_rent_lamports=row["slot_rent_lamports"],
        path=row["path"],
        class_pointer=pointer(row["class_pointer"]),
        address=key(row["address"]),
        slot=row["slot"],
        signature=signature_text(bytes(row["signature"])),
        is_told=row["is_told"],
        is_provisional=row["is_provisional"],
    )


_LEAVES: Final = """
    SELECT f.payment_log, f.number, f.kind, f.timestamp_unix, f.actor, f.owner, f.amount_lamports, f.platform_lamports,
        f.manufacturer_lamports, f.slot_rent_lamports, f.path, f.class_pointer, f.address, f.slot, f.is_told,
        r.signature, p.transaction_no IS NOT NULL AS is_provisional
    FROM leaf_facts AS f
    JOIN raw_transactions AS r ON r.transaction_no = f.transaction_no
    LEFT JOIN provisional_transactions AS p ON p.transaction_no = f.transaction_no
    WHERE f.log_no = (SELECT log_no FROM payment_logs WHERE address = %s) AND NOT f.is_outranked
"""
_ORDER: Final = "ORDER BY f.number LIMIT %s"
