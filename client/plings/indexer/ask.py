"""Asking what is indexed, and never while it is being made anew: half of it would look like all of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import psycopg

from plings.errors import StateRefused, ValueRefused
from plings.registry import Registry
from plings.registry.database import Row, fetch

MOST_ROWS: Final = 1_000
"""In one page of anything."""

Result = TypeVar("Result")
Connection = psycopg.Connection[Any]

_GUARD: Final = b"""
    LOCK TABLE objects IN ACCESS SHARE MODE;
    SELECT done_through, last_no FROM indexer_rebuild
"""
"""A rebuild empties the tables, of which `objects` is the first, in one statement. So it waits from here on until who
reads is done; or it was there before, and is seen. Its TRUNCATE would be seen by older snapshots, too."""


def reading(registry: Registry, work: Callable[[Connection], Result]) -> Result:
    """`work` in a transaction during which no rebuild begins.

    Raises StateRefused with rule `rebuilding` while one is under way; other RegistryErrors as `Registry.attempt` does.
    """

    def guarded(connection: Connection) -> Result:
        cursor = connection.execute(_GUARD)
        cursor.nextset()
        if (found := cursor.fetchone()) is not None:
            done, last = found
            raise StateRefused(f"the index is being rebuilt: {done:,} of {last:,} transactions are done", "rebuilding")
        return work(connection)

    return registry.attempt(guarded)


def ask(registry: Registry, sql: str, parameters: Sequence[Any] | Row = ()) -> list[Row]:
    """The rows of one statement, which sees one moment of the index. Raises as `reading` does."""
    return reading(registry, lambda connection: fetch(connection, sql, parameters))


def page_of(limit: int) -> int:
    """`limit` if a page may have so many rows. Raises ValueRefused with rule `limit`."""
    if not 1 <= limit <= MOST_ROWS:
        raise ValueRefused(f"a page has 1 to {MOST_ROWS:,} rows, not {limit:,}", "limit")
    return limit
