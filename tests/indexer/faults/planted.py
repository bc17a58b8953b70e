"""Bugs that somebody could make, to see that fault runs find them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import psycopg

import plings.indexer.gaps
import plings.indexer.rebuild
import plings.indexer.runner
import plings.indexer.store
from plings.indexer.cursor import move_cursor
from plings.indexer.store import Prepared, Written
from plings.registry import Registry


def _cursor_apart() -> None:
    """The cursor moves in a transaction of its own, before the rows are written."""
    write = plings.indexer.store.write

    def planted(registry: Registry, prepared: Prepared) -> Written:
        if prepared.batch.cursor is not None:
            cursor = prepared.batch.cursor
            registry.attempt(lambda connection: move_cursor(connection, cursor))
        return write(registry, prepared)

    plings.indexer.runner.write = planted


def _page_apart() -> None:
    """A rebuild notes how far it is in a transaction of its own, before the page is written."""
    write = plings.indexer.rebuild._write

    def planted(connection: psycopg.Connection[Any], page: Any) -> Written:
        with psycopg.connect(connection.info.dsn, autocommit=True) as other:
            other.execute("SET search_path = registry")
            other.execute("UPDATE indexer_rebuild SET done_through = %s", [page.last_no])
        return write(connection, page)

    plings.indexer.rebuild._write = planted


def _no_lock() -> None:
    """Nobody waits for who writes."""
    plings.indexer.store.lock = lambda _: None


IN_PROCESS: Final[dict[str, Callable[[], None]]] = {
    "the cursor is moved apart": _cursor_apart,
    "a rebuild's progress is noted apart": _page_apart,
    "indexers do not wait for each other": _no_lock,
}

IN_DATABASE: Final[dict[str, tuple[str, str, str]]] = {
    "undo forgets owners": ("undo_transactions", "PERFORM refresh_owners(others);", ""),
    "undo forgets numbers": ("undo_transactions", "SET seen = l.seen - gone.numbers", "SET seen = l.seen"),
    "what is known is taken again": ("index_staged", "k.standing IN ('same', 'contradicted')", "false"),
    "what is dropped stays": ("finalize_through", "WHERE slot <= last_slot", "WHERE false"),
    "a fuller copy is passed over": ("find_known", "THEN 'fuller'", "THEN 'same'"),
    "a transaction stays in a fork's slot": ("find_known", "THEN 'moved'", "THEN 'same'"),
    "who gave way to a fork's leaf never counts again": (
        "undo_transactions",
        "settle_conflicts(lost.logs, lost.numbers)",
        "'{}'::bigint[]",
    ),
    "gaps are not closed": (
        "refresh_logs",
        "DELETE FROM log_gaps AS g WHERE",
        "DELETE FROM log_gaps AS g WHERE false AND",
    ),
}
"""A function, and what of it is replaced."""

PLANTED: Final = (*IN_PROCESS, *IN_DATABASE)


def plant(name: str | None) -> None:
    """Changes this process."""
    if name in IN_PROCESS:
        IN_PROCESS[name]()


def replaced(connection: psycopg.Connection[Any], bug: str) -> str | None:
    """Puts a bug into its function, and gives the function as it was; None for one that is not in the database."""
    if bug not in IN_DATABASE:
        return None
    function, part, other = IN_DATABASE[bug]
    row = connection.execute("SELECT pg_get_functiondef(%s::regproc)", [f"registry.{function}"]).fetchone()
    assert row is not None and part in row[0], f"{function} has changed: {part}"
    original: str = row[0]
    connection.execute("SET search_path = registry")
    connection.execute(original.replace(part, other).encode())
    return original
