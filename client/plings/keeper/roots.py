"""Whether what is indexed is what the program's roots stand for: all receipts rest on it, and nobody else looks."""

from __future__ import annotations

from typing import Final

from psycopg.types.json import Jsonb

from plings.errors import StateRefused
from plings.identity import format_address
from plings.indexer.ask import ask, reading
from plings.indexer.reading import inclusion_proof
from plings.indexer.reading.checkpoints import latest_final
from plings.registry import Registry

ALERT: Final = "INDEXER_ROOT_MISMATCH"

_PASSING: Final = ("gap", "tiles_behind", "busy")
"""Why a root cannot be made yet; it is looked at again."""


def check_roots(registry: Registry, checked: dict[bytes, int]) -> list[str]:
    """Compares the last final checkpoint of each log with its leaves, once: `checked` notes which, by log.

    A mismatch raises an alert, once while it is open. Returns the logs that have one, in base58. Raises RegistryErrors.
    """
    found: list[str] = []
    for row in ask(registry, _LATEST):
        log = bytes(row["address"])
        if checked.get(log) != row["checkpoint_id"] and not _check(registry, log, checked):
            found.append(format_address(log))
    return found


def _check(registry: Registry, payment_log: bytes, checked: dict[bytes, int]) -> bool:
    last = reading(registry, lambda connection: latest_final(connection, payment_log))
    if last is None:
        return True
    head = last.checkpoint.head
    try:
        proof = inclusion_proof(registry, payment_log, head.count - 1, head.count)
    except StateRefused as error:
        if error.rule in _PASSING:
            return True
        raise
    if proof.head.root == head.root:
        checked[payment_log] = last.checkpoint.checkpoint_id
        return True
    log, number = format_address(payment_log), last.checkpoint.checkpoint_id
    roots = {"root": head.root.hex(), "found": proof.head.root.hex()}
    registry.rows(
        "SELECT raise_alert(%s, 'CRITICAL', %s, %s, %s)",
        [
            ALERT,
            f"the first {head.count} leaves of payment log {log} are not those of the program's checkpoint {number}",
            Jsonb({"payment_log": log, "checkpoint_id": number, **roots}),
            log,
        ],
    )
    return False


_LATEST: Final = """
    SELECT l.address, c.checkpoint_id FROM payment_logs AS l CROSS JOIN LATERAL (
        SELECT (e.body ->> 'checkpoint_id')::bigint AS checkpoint_id FROM chain_events AS e
        WHERE e.subject = l.address AND e.name = 'CheckpointCreated' AND NOT e.is_partial
            AND NOT EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = e.transaction_no)
        ORDER BY (e.body ->> 'total_payments_count')::bigint DESC LIMIT 1
    ) AS c
    ORDER BY l.address
"""
