"""Takes out of the cache what changed in the registry, as the database tells it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event
from typing import Final

import psycopg

from plings.errors import DatabaseUnavailable
from plings.registry.cache import ProductCache
from plings.registry.database import Connection, Registry
from plings.registry.sessions import Sessions

CHANNEL: Final = "plings_products"

_LOOK_SECONDS: Final = 0.5
_PAUSE_SECONDS: Final = 1.0

log = logging.getLogger("plings.registry")


def keep_fresh(
    registry: Registry, cache: ProductCache, stop: Event, *, on_listening: Callable[[], None] = lambda: None
) -> None:
    """Until `stop` is set: forgets each product that changes, over a connection of its own.

    One process is enough for a cache, several do no harm. What may have changed while nobody listened, or while the
    cache was out of reach, is forgotten as well. `on_listening` is told each time that it listens again.
    """
    sessions = Sessions.like(registry)
    while not stop.is_set():
        try:
            with sessions.another() as own:
                _listen(own.connection, cache, stop, on_listening)
        except (DatabaseUnavailable, psycopg.Error) as error:
            log.warning("the cache is not told of changes: %s", " ".join(str(error).split())[:200])
            stop.wait(_PAUSE_SECONDS)


def _listen(connection: Connection, cache: ProductCache, stop: Event, on_listening: Callable[[], None]) -> None:
    connection.execute(f"LISTEN {CHANNEL}")
    missed = not cache.forget_all()
    on_listening()
    while not stop.is_set():
        if missed:
            missed = not cache.forget_all()
        for told in connection.notifies(timeout=_LOOK_SECONDS, stop_after=1):
            done = cache.forget_all() if told.payload == "all" else cache.forget(told.payload)
            missed = missed or not done
        connection.execute("SELECT 1")  # raises when the connection is lost, which waiting does not notice
