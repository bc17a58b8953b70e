"""All tables made again from the raw transactions alone, a page of them at a time: it takes no memory to speak of.

Each page and how far it goes are one database transaction. A rebuild that was killed goes on where it was; until it is
done nothing else is written, and whoever asks is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import psycopg

from plings.errors import StateRefused
from plings.indexer.body import Kept
from plings.indexer.staging import TABLES, Staged, stage
from plings.indexer.store import Written, lock
from plings.registry import Registry
from plings.registry.database import fetch
from plings.registry.sessions import Sessions

PAGE: Final = 5_000
"""Transactions in one step."""

DERIVED: Final = ("objects", "payment_logs", "log_gaps", "payment_leaves", "chain_events", "tenures", "object_accounts")
"""What is emptied first. None has a fact that is nowhere else."""


@dataclass(frozen=True)
class Progress:
    """How far a rebuild is: the numbers of transactions, some of which may not exist."""

    done_through: int
    last_no: int

    @property
    def is_done(self) -> bool:
        return self.done_through >= self.last_no


def rebuilding(registry: Registry) -> Progress | None:
    """How far a rebuild is that was begun and is not finished."""
    return registry.record(Progress, "SELECT done_through, last_no FROM indexer_rebuild")


def rebuild(
    registry: Registry, on_progress: Callable[[Progress, Written], None] = lambda *_: None, *, page_size: int = PAGE
) -> Written:
    """Makes everything again, or goes on with it, `page_size` transactions at a time.

    While the database works on a page, the next is read and decoded, over a connection of its own.
    Raises RegistryErrors, and ClusterError for a damaged body.
    """
    progress = registry.attempt(_begin)
    written = Written()
    with Sessions.like(registry).another() as reading, ThreadPoolExecutor(1) as ahead:
        pages = _pages(reading, progress, page_size)
        page = ahead.submit(next, pages, None)
        while (found := page.result()) is not None:
            page = ahead.submit(next, pages, None)
            written += registry.attempt(partial(_write, page=found))
            progress = Progress(found.last_no, progress.last_no)
            on_progress(progress, written)
    registry.attempt(_finish)
    return written


def _begin(connection: psycopg.Connection[Any]) -> Progress:
    lock(connection)
    rows = fetch(connection, "SELECT done_through, last_no FROM indexer_rebuild")
    if rows:
        return Progress(**rows[0])
    connection.execute(f"TRUNCATE {', '.join(DERIVED)}".encode())
    (row,) = fetch(
        connection,
        """INSERT INTO indexer_rebuild (done_through, last_no)
        SELECT coalesce(min(transaction_no), 1) - 1, coalesce(max(transaction_no), 0) FROM raw_transactions
        RETURNING done_through, last_no""",
    )
    return Progress(**row)


def _finish(connection: psycopg.Connection[Any]) -> None:
    lock(connection)
    connection.execute("DELETE FROM indexer_rebuild WHERE done_through >= last_no")


@dataclass(frozen=True)
class _Page:
    """The facts of transactions `first_no` to `last_no`."""

    first_no: int
    last_no: int
    staged: Staged


def _pages(registry: Registry, progress: Progress, page_size: int) -> Iterator[_Page]:
    first_no = progress.done_through + 1
    while first_no <= progress.last_no:
        last_no = min(first_no + page_size - 1, progress.last_no)
        yield _Page(first_no, last_no, registry.attempt(partial(_read, first_no=first_no, last_no=last_no)))
        first_no = last_no + 1


def _read(connection: psycopg.Connection[Any], first_no: int, last_no: int) -> Staged:
    """Some transactions, decoded."""
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            """SELECT transaction_no, signature, slot, position, block_time_unix, body FROM raw_transactions
            WHERE transaction_no BETWEEN %s AND %s ORDER BY transaction_no""",
            [first_no, last_no],
        )
        rows = cursor.fetchall()
    return stage([Kept(*row[1:]) for row in rows], [row[0] - first_no for row in rows])


def _write(connection: psycopg.Connection[Any], page: _Page) -> Written:
    """Raises StateRefused where somebody else wrote the page: of two rebuilds one gives up, and nothing is lost."""
    lock(connection)
    _check_turn(connection, page)
    connection.execute(TABLES)
    page.staged.copy_to(connection)
    (row,) = fetch(connection, "SELECT * FROM index_facts(%s, %s)", [page.first_no, page.last_no])
    connection.execute("UPDATE indexer_rebuild SET done_through = %s", [page.last_no])
    return Written(page.staged.transaction_count, 0, row["leaves"], row["events"], page.staged.last_slot)


def _check_turn(connection: psycopg.Connection[Any], page: _Page) -> None:
    rows = fetch(connection, "SELECT done_through FROM indexer_rebuild")
    if not rows or rows[0]["done_through"] != page.first_no - 1:
        raise StateRefused("somebody else rebuilds the tables, too, and goes on with it", "rebuilding")
