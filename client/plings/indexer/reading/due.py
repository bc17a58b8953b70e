"""When a payment log's next checkpoint is due, by what is indexed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from plings.indexer.reading.checkpoints import latest
from plings.indexer.reading.leaves import find_log
from plings.program.pda import config_address
from plings.registry.database import fetch

PAYMENTS: Final = 1_000
SECONDS: Final = 86_400
"""What the program begins with, until its settings are changed."""


@dataclass(frozen=True)
class CheckpointDue:
    """What a log is short of: leaves since the last checkpoint, or (with one of them) time, in seconds."""

    new_leaves: int
    missing_leaves: int
    missing_seconds: int

    @property
    def text(self) -> str:
        """For people, without a capital or a full stop."""
        if not self.missing_leaves or (self.new_leaves and not self.missing_seconds):
            return "one is due, and anybody can make it: plings keeper run, or plings log checkpoint"
        return f"the next is due after {self.missing_leaves:,} more leaves, or in {_span(self.missing_seconds)}"


def checkpoint_due(connection: psycopg.Connection[Any], payment_log: bytes) -> CheckpointDue:
    """The same of a log. Raises NotInRegistry with rule `unknown_log`."""
    leaf_count = int(find_log(connection, payment_log)["leaf_count"])
    (rules,) = fetch(connection, _RULES, {"config": bytes(config_address()), "log": payment_log})
    last = latest(connection, payment_log)
    since = last.checkpoint.created_at_unix if last else rules["opened_at_unix"] or 0
    new = leaf_count - (last.checkpoint.head.count if last else 0)
    payments, seconds = rules["payments"] or PAYMENTS, rules["seconds"] or SECONDS
    passed = max(0, int(time.time()) - since)
    return CheckpointDue(new, max(0, payments - new), max(0, seconds - passed))


def _span(seconds: int) -> str:
    hours = -(-seconds // 3600)
    return f"{hours} hours" if hours > 1 else "an hour"


_RULES: Final = """
    SELECT (fields ->> 'checkpoint_payments')::bigint AS payments,
        (fields ->> 'checkpoint_seconds')::bigint AS seconds, (
        SELECT min(block_time_unix) FROM chain_events WHERE subject = %(log)s AND name = 'PaymentLogOpened'
    ) AS opened_at_unix
    FROM latest_fields(%(config)s, '{ConfigInitialized,ConfigUpdated}') AS fields
"""
