"""How far the index is, and what is missing: looked up once for all who ask within a moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

from plings.api.meters import metric
from plings.api.readers import Reader, Readers

FRESH_SECONDS: Final = 1.0


@dataclass(frozen=True)
class Standing:
    """`slot` is the highest that any source has read; `lag_seconds` since when none went on. None: none ever did."""

    slot: int | None
    final_slot: int | None
    lag_seconds: float | None
    transactions: int
    leaves: int
    events: int
    gaps: int
    missing_leaves: int
    provisional: int
    rebuilding: bool
    open_alerts: tuple[tuple[str, str, int], ...]
    """type, severity, how many"""

    @property
    def metrics(self) -> str:
        """For Prometheus."""
        facts = (
            ("slot", "Highest slot that a source has read.", self.slot),
            ("final_slot", "Up to here all that is final was told.", self.final_slot),
            ("lag_seconds", "Since a source went on.", self.lag_seconds),
            ("transactions", "Number of the latest raw transaction; some may not exist.", self.transactions),
            ("leaves", "Leaves of payment logs that are known.", self.leaves),
            ("events", "Other events that are known, as the server estimates it.", self.events),
            ("gaps", "Gaps in payment logs.", self.gaps),
            ("missing_leaves", "Leaves in those gaps.", self.missing_leaves),
            ("provisional_transactions", "Transactions that are confirmed and not final.", self.provisional),
            ("rebuilding", "Whether the tables are being made anew.", self.rebuilding),
        )
        told = [
            metric(f"plings_indexer_{name}", "gauge", said, [] if value is None else [({}, float(value))])
            for name, said, value in facts
        ]
        alerts = [({"type": kind, "severity": severity}, float(count)) for kind, severity, count in self.open_alerts]
        return "".join([*told, metric("plings_alerts_open", "gauge", "Alerts that nobody resolved.", alerts)])


class Standings:
    """The standing, at most a second old. Who asks while it is being looked up waits for the same answer."""

    def __init__(self, readers: Readers) -> None:
        self._readers = readers
        self._latest: tuple[float, Standing] | None = None
        self._looking = asyncio.Lock()

    async def get(self) -> Standing:
        """Raises DatabaseUnavailable."""
        async with self._looking:
            if self._latest is None or monotonic() - self._latest[0] > FRESH_SECONDS:
                self._latest = None
                self._latest = (monotonic(), await self._readers.ask(_look))
            return self._latest[1]


def _look(reader: Reader) -> Standing:
    with reader.transaction():
        (row,) = reader.rows(_STANDING)
        alerts = reader.rows(_ALERTS)
    facts: dict[str, Any] = dict(row)
    return Standing(
        **facts,
        open_alerts=tuple((one["alert_type"], one["severity"], one["count"]) for one in alerts),
    )


_STANDING: Final = """
    SELECT c.slot, (SELECT through_slot FROM indexer_finality) AS final_slot,
        extract(epoch FROM clock_timestamp() - c.moved_at)::float8 AS lag_seconds,
        (SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM transaction_numbers) AS transactions,
        coalesce((SELECT sum(leaf_count) FROM payment_logs), 0)::bigint - g.missing_leaves AS leaves,
        coalesce((
            SELECT n_live_tup FROM pg_stat_user_tables WHERE relid = to_regclass('chain_events')
        ), 0) AS events,
        g.gaps, g.missing_leaves, (SELECT count(*) FROM provisional_transactions) AS provisional,
        EXISTS (SELECT FROM indexer_rebuild) AS rebuilding
    FROM (SELECT max(slot) AS slot, max(moved_at) AS moved_at FROM indexer_cursors) AS c, (
        SELECT count(*) AS gaps, coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint AS missing_leaves
        FROM log_gaps
    ) AS g
"""
_ALERTS: Final = """
    SELECT alert_type, severity, count(*) AS count FROM system_alerts
    WHERE resolved_at IS NULL AND withdrawn_at IS NULL
    GROUP BY alert_type, severity ORDER BY alert_type, severity
"""
