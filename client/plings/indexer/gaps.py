"""What a payment log must have and nobody told us of: seen, listed, asked for, closed by the batch that brings it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain.node import Node
from plings.indexer.sources.backfill import steps
from plings.indexer.sources.listing import fill, spooled
from plings.indexer.sources.records import fetch_records
from plings.indexer.store import Batch, Written, index
from plings.indexer.threads import in_thread
from plings.registry import Registry

MOST: Final = 1_000
"""Gaps that are looked at in one go."""


@dataclass(frozen=True)
class Gap:
    """Leaves `first` to `last` of a payment log, by their numbers, that are missing since `noticed_at`."""

    payment_log: bytes
    first: int
    last: int
    noticed_at: datetime

    @property
    def count(self) -> int:
        return self.last - self.first + 1


def gaps(registry: Registry, *, limit: int = MOST) -> list[Gap]:
    """The oldest gaps."""
    return registry.records(
        Gap,
        """SELECT l.address AS payment_log, lower(g.numbers) AS first, upper(g.numbers) - 1 AS last, g.noticed_at
        FROM log_gaps AS g JOIN payment_logs AS l USING (log_no)
        ORDER BY g.noticed_at, l.address, g.numbers LIMIT %s""",
        [limit],
    )


def missing_leaves(registry: Registry) -> int:
    """How many leaves are missing in all."""
    row = registry.row("SELECT coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint AS missing FROM log_gaps")
    return int(row["missing"]) if row else 0


async def fill_gaps(
    registry: Registry, node: Node, *, on_gap: Callable[[Gap, Written], None] = lambda *_: None
) -> Written:
    """Asks a node for what is missing: all that named a gap's log between the leaves around it.

    No cursor moves. Ask another node where gaps stay: this one may have forgotten. Raises ClusterError, RegistryErrors.
    """
    written = Written()
    for gap in await in_thread(gaps, registry):
        until, before = await in_thread(_around, registry, gap)
        came = Written()
        with spooled() as listing:
            await fill(listing, node, Pubkey(gap.payment_log), "finalized", until=until, before=before)
            for entries in steps(iter(listing)):
                batch = Batch(await fetch_records(node, entries, "finalized"))
                came += await in_thread(index, registry, batch)
        written += came
        on_gap(gap, came)
    return written


def _around(registry: Registry, gap: Gap) -> tuple[str | None, str | None]:
    """The transactions of the last leaf before a gap and of the first after it, where they are known."""
    row = registry.row(
        """WITH its AS (SELECT log_no FROM payment_logs WHERE address = %(log)s)
        SELECT (
            SELECT r.signature FROM payment_leaves AS l JOIN raw_transactions AS r USING (transaction_no)
            WHERE l.log_no = (SELECT log_no FROM its) AND l.number < %(first)s ORDER BY l.number DESC LIMIT 1
        ) AS until, (
            SELECT r.signature FROM payment_leaves AS l JOIN raw_transactions AS r USING (transaction_no)
            WHERE l.log_no = (SELECT log_no FROM its) AND l.number > %(last)s ORDER BY l.number LIMIT 1
        ) AS before""",
        {"log": gap.payment_log, "first": gap.first, "last": gap.last},
    )
    until, before = (row["until"], row["before"]) if row else (None, None)
    return until and str(Signature(until)), before and str(Signature(before))
