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
from plings.indexer.sources.listing import Stretch, fill, spooled
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
        stretch = await in_thread(_around, registry, gap)
        came = Written()
        with spooled() as listing:
            await fill(listing, node, Pubkey(gap.payment_log), "finalized", stretch)
            for entries in steps(iter(listing)):
                batch = Batch(await fetch_records(node, entries, "finalized"))
                came += await in_thread(index, registry, batch)
        written += came
        on_gap(gap, came)
    return written


def _around(registry: Registry, gap: Gap) -> Stretch:
    """From the transaction of the last leaf before a gap to that of the first after it, where they are known."""
    row = registry.row(
        """SELECT until.signature AS until, until.slot AS until_slot, before.signature AS before,
            before.slot AS before_slot
        FROM payment_logs AS its
        LEFT JOIN LATERAL (
            SELECT r.signature, r.slot FROM payment_leaves AS l JOIN raw_transactions AS r USING (transaction_no)
            WHERE l.log_no = its.log_no AND l.number < %(first)s ORDER BY l.number DESC LIMIT 1
        ) AS until ON true
        LEFT JOIN LATERAL (
            SELECT r.signature, r.slot FROM payment_leaves AS l JOIN raw_transactions AS r USING (transaction_no)
            WHERE l.log_no = its.log_no AND l.number > %(last)s ORDER BY l.number LIMIT 1
        ) AS before ON true
        WHERE its.address = %(log)s""",
        {"log": gap.payment_log, "first": gap.first, "last": gap.last},
    )
    if row is None:  # the log is gone since: what it had was undone
        return Stretch()
    return Stretch(
        until=row["until"] and str(Signature(row["until"])),
        before=row["before"] and str(Signature(row["before"])),
        first_slot=row["until_slot"],
        last_slot=row["before_slot"],
    )
