"""Where each source goes on. It moves in the transaction that writes what was read up to there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from plings.registry import Registry
from plings.registry.database import fetch


@dataclass(frozen=True)
class Cursor:
    """A source by its name, its own word for where it is, and the slot up to which it has read."""

    source: str
    position: dict[str, Any] = field(default_factory=dict)
    slot: int = 0


def load_cursor(registry: Registry, source: str) -> Cursor | None:
    """Where a source goes on, None for one that was never read."""
    return registry.record(Cursor, "SELECT source, position, slot FROM indexer_cursors WHERE source = %s", [source])


def load_cursors(registry: Registry) -> list[Cursor]:
    """Where all sources go on, by name."""
    return registry.records(Cursor, "SELECT source, position, slot FROM indexer_cursors ORDER BY source")


def move_cursor(connection: psycopg.Connection[Any], cursor: Cursor) -> None:
    """Notes where a source goes on, within the transaction that writes what it read."""
    fetch(
        connection,
        """INSERT INTO indexer_cursors (source, position, slot) VALUES (%s, %s, %s)
        ON CONFLICT (source) DO UPDATE SET position = EXCLUDED.position, slot = EXCLUDED.slot, moved_at = now()""",
        [cursor.source, Jsonb(cursor.position), cursor.slot],
    )
