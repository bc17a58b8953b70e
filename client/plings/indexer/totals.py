"""How much is indexed, and how it stands: for who operates it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import psycopg

from plings.registry import Registry
from plings.registry.database import fetch, fetch_records

COUNTED: Final = ("raw_transactions", "payment_leaves", "chain_events", "objects", "payment_logs", "object_accounts")
EXACT_UP_TO: Final = 100_000
"""Rows. Counting more takes seconds, so above it is what PostgreSQL last estimated."""

_ESTIMATE: Final = """
    SELECT coalesce(sum(greatest(reltuples, 0)), 0)::bigint AS estimate FROM pg_class
    WHERE relkind = 'r' AND oid IN (SELECT relid FROM pg_partition_tree(to_regclass(%s)))
"""


@dataclass(frozen=True)
class Totals:
    """Rows of each table of COUNTED; `estimated` names those that were not counted."""

    counts: dict[str, int]
    estimated: list[str]


@dataclass(frozen=True)
class Standing:
    """What is not settled: `provisional` transactions, and `missing_leaves` in `gaps` of `gap_logs` payment logs."""

    through_slot: int
    provisional: int
    missing_leaves: int
    gaps: int
    gap_logs: int
    missing_since: datetime | None


_STANDING: Final = """
    SELECT coalesce((SELECT through_slot FROM indexer_finality), 0) AS through_slot,
        (SELECT count(*) FROM provisional_transactions) AS provisional,
        coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint AS missing_leaves,
        count(*) AS gaps, count(DISTINCT log_no) AS gap_logs, min(noticed_at) AS missing_since
    FROM log_gaps
"""


def standing(registry: Registry) -> Standing:
    """What is not settled now. Raises RegistryErrors."""
    found = registry.record(Standing, _STANDING)
    assert found is not None
    return found


def open_alerts(registry: Registry) -> int:
    """Alerts of the indexer's that nobody resolved: sources that contradict each other, or themselves."""
    row = registry.row(
        "SELECT count(*) AS count FROM system_alerts WHERE resolved_at IS NULL AND alert_type LIKE 'INDEXER%%'", {}
    )
    return int(row["count"]) if row else 0


def totals(registry: Registry) -> Totals:
    """How much there is. Raises RegistryErrors."""
    return registry.attempt(_totals)


def _totals(connection: psycopg.Connection[Any]) -> Totals:
    counts, estimated = {}, []
    for table in COUNTED:
        (row,) = fetch(connection, _ESTIMATE, [table])
        if row["estimate"] > EXACT_UP_TO:
            estimated.append(table)
        else:
            (row,) = fetch(connection, f"SELECT count(*) AS estimate FROM {table}")
        counts[table] = row["estimate"]
    return Totals(counts, estimated)


@dataclass(frozen=True)
class Position:
    """Where a source goes on, and when it last moved."""

    source: str
    slot: int
    position: dict[str, Any]
    moved_at: datetime


def positions(registry: Registry) -> list[Position]:
    """Those of all sources, by name. Raises RegistryErrors."""
    return registry.attempt(
        lambda connection: fetch_records(
            connection, Position, "SELECT source, slot, position, moved_at FROM indexer_cursors ORDER BY source"
        )
    )


def forget(registry: Registry, source: str) -> None:
    """A source begins at its beginning again; what was written stays, and of which cluster it is. Raises
    RegistryErrors."""
    registry.rows(
        """UPDATE indexer_cursors SET slot = 0, position = position - '{signature,records,digest}'::text[]
        WHERE source = %s""",
        [source],
    )
