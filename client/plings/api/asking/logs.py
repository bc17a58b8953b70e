"""Payment logs and their checkpoints."""

from __future__ import annotations

from typing import Any, Final

from solders.pubkey import Pubkey

from plings.api.answers.logs import CheckpointAnswer, Checkpoints, LogDetails, Logs, Numbers, PaymentLog
from plings.api.asking.texts import key, signature_text
from plings.api.cursors import cursor_of, place_of
from plings.errors import NotInRegistry
from plings.indexer import reading
from plings.indexer.ask import ask
from plings.program import pda
from plings.proofs.document import format_hash
from plings.registry import Registry
from plings.registry.database import Row

MOST_GAPS: Final = 100


def logs(registry: Registry, cursor: str | None, limit: int) -> Logs:
    """A page of logs by address: numbers of rows are others after a rebuild."""
    after = place_of("logs", cursor, 32) or b""
    rows = ask(registry, f"{_LOGS} WHERE l.address > %s ORDER BY l.address LIMIT %s", [after, limit + 1])
    page = rows[:limit]
    more = cursor_of("logs", bytes(page[-1]["payment_log"])) if len(rows) > limit else None
    return Logs(logs=[PaymentLog(**_log(row)) for row in page], next=more)


def log(registry: Registry, payment_log: bytes) -> LogDetails:
    """One of them, with what is missing. Raises NotInRegistry."""
    with registry.transaction():
        rows = ask(registry, f"{_LOGS} WHERE l.address = %s", [payment_log])
        if not rows:
            raise unknown_log(payment_log)
        gaps = missing_numbers(registry, payment_log, 0, None, MOST_GAPS)
    return LogDetails(**_log(rows[0]), gaps=gaps)


def missing_numbers(registry: Registry, payment_log: bytes, first: int, last: int | None, most: int) -> list[Numbers]:
    """The gaps that begin or end among leaves `first` to `last`, cut there."""
    asked = {"log": payment_log, "first": first, "last": last, "most": most}
    return [Numbers(**row) for row in ask(registry, _GAPS, asked)]


def checkpoints(registry: Registry, payment_log: bytes, cursor: str | None, limit: int) -> Checkpoints:
    """A page of a log's checkpoints. Raises NotInRegistry for a log that nobody heard of."""
    question = f"checkpoints {payment_log.hex()}"
    place = place_of(question, cursor, 8)
    after = -1 if place is None else int.from_bytes(place, "big", signed=True)
    page = reading.checkpoints(registry, payment_log, after=after, limit=limit)
    more = None if page.next_after is None else cursor_of(question, page.next_after.to_bytes(8, "big", signed=True))
    return Checkpoints(
        payment_log=key(payment_log), checkpoints=[_checkpoint(one) for one in page.checkpoints], next=more
    )


def unknown_log(payment_log: bytes) -> NotInRegistry:
    return NotInRegistry(f"nothing on chain that we heard of is payment log {key(payment_log)}", "unknown_log")


def _log(row: Row) -> dict[str, Any]:
    return {**row, "payment_log": key(row["payment_log"])}


def _checkpoint(one: reading.IndexedCheckpoint) -> CheckpointAnswer:
    held = one.checkpoint
    return CheckpointAnswer(
        checkpoint_id=held.checkpoint_id,
        account=str(pda.checkpoint_address(Pubkey(held.payment_log), held.checkpoint_id)),
        root=format_hash(held.head.root),
        leaf_count=held.head.count,
        last_payment_unix=held.last_payment_timestamp,
        created_at_unix=held.created_at_unix,
        slot=one.slot,
        signature=signature_text(one.signature),
        is_provisional=one.is_provisional,
    )


_LOGS: Final = """
    SELECT l.address AS payment_log, o.manufacturer, o.shard, l.leaf_count, coalesce((
        SELECT sum(upper(numbers) - lower(numbers)) FROM log_gaps AS g WHERE g.log_no = l.log_no
    ), 0)::bigint AS missing, (
        SELECT count(DISTINCT body ->> 'checkpoint_id') FROM chain_events AS c
        WHERE c.subject = l.address AND c.name = 'CheckpointCreated'
    ) AS checkpoints
    FROM payment_logs AS l LEFT JOIN LATERAL (
        SELECT body ->> 'manufacturer' AS manufacturer, (body ->> 'shard')::integer AS shard FROM chain_events
        WHERE subject = l.address AND name = 'PaymentLogOpened' ORDER BY slot DESC LIMIT 1
    ) AS o ON true
"""
_GAPS: Final = """
    SELECT greatest(lower(g.numbers), %(first)s) AS first,
        least(upper(g.numbers) - 1, coalesce(%(last)s, upper(g.numbers) - 1)) AS last
    FROM log_gaps AS g JOIN payment_logs AS l USING (log_no)
    WHERE l.address = %(log)s AND g.numbers && int8range(%(first)s, %(last)s, '[]')
    ORDER BY g.numbers LIMIT %(most)s
"""
