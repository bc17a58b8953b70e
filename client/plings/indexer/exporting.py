"""Raw transactions read back in the order in which they came, for a file that another database is filled from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import psycopg

from plings.indexer.body import Kept
from plings.registry import Registry

PAGE: Final = 2_000
"""Transactions that are read at once."""

_QUERY: Final = b"""
    SELECT transaction_no, signature, slot, position, block_time_unix, body FROM raw_transactions AS r
    WHERE transaction_no > %s
        AND NOT EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = r.transaction_no)
    ORDER BY transaction_no LIMIT %s
"""


def kept_transactions(registry: Registry, on_page: Callable[[int], None] = lambda _: None) -> Iterator[Kept]:
    """All that are final, a page in memory at a time. `on_page` is told how many were read so far.

    What is confirmed alone is left out: who reads a file takes all of it for final. Raises RegistryErrors.
    """
    last_no, count = 0, 0
    while rows := registry.attempt(lambda connection, after=last_no: _page(connection, after)):  # type: ignore[misc]
        yield from (Kept(*row[1:]) for row in rows)
        last_no, count = rows[-1][0], count + len(rows)
        on_page(count)


def _page(connection: psycopg.Connection[Any], after: int) -> list[Any]:
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_QUERY, [after, PAGE])
        return cursor.fetchall()
