"""The database, to read from: a few threads with a connection each, none of which can change anything.

A connection that broke is made again, and what was asked over it is asked once more: reading twice is reading. So
nobody notices a restart of the server but those who ask while it is down. Where who asked gives up, the connection is
cut: a database that hangs would keep its thread, until nobody is answered, and nobody can end the process.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Final, TypeVar

import psycopg

from plings.errors import DatabaseUnavailable
from plings.registry.database import APPLICATION, Connection, Registry, connect
from plings.registry.failures import told
from plings.registry.migrate import SCHEMA

log = logging.getLogger("plings.api")

PAUSE_SECONDS: Final = 0.5
"""How long nobody tries to connect after somebody could not."""

CONNECT_SECONDS: Final = 3
IDLE_SECONDS: Final = 30

Result = TypeVar("Result")
Work = Callable[["Reader"], Result]

_SESSION: Final = f"""
    SET default_transaction_read_only = on;
    SET default_transaction_isolation = 'repeatable read';
    SET statement_timeout = '{{milliseconds}}ms';
    SET lock_timeout = '{{milliseconds}}ms';
    SET idle_in_transaction_session_timeout = '{IDLE_SECONDS}s';
    SET search_path = {SCHEMA}, pg_temp;
    SET application_name = 'plings api';
    SET ROLE {APPLICATION}
"""


class Reader(Registry):
    """A registry that nobody acts in, over a session that is what each transaction would otherwise make of it."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """All that is asked inside is answered as of one moment."""
        with told():
            if self._is_inside():
                yield self.connection
                return
            self.connection.execute(b"BEGIN")
            try:
                yield self.connection
            finally:
                with suppress(psycopg.Error):  # of a connection that is lost, which the next who uses it notices
                    self.connection.execute(b"ROLLBACK")

    def attempt(self, work: Callable[[Connection], Result]) -> Result:
        with self.transaction() as connection:
            return work(connection)


class _Call:
    """What somebody asks, until they give up."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connection: Connection | None = None
        self._is_given_up = False

    @contextmanager
    def asked_over(self, connection: Connection) -> Iterator[None]:
        """Raises DatabaseUnavailable when nobody waits for it any more."""
        with self._lock:
            if self._is_given_up:
                raise DatabaseUnavailable("nobody waits for what was asked", "connection")
            self._connection = connection
        try:
            yield
        finally:
            with self._lock:
                self._connection = None

    def give_up(self) -> None:
        with self._lock:
            self._is_given_up = True
            if self._connection is not None:
                _cut(self._connection)


def _cut(connection: Connection) -> None:
    """Whoever waits for the server's answer, in another thread, has lost the connection."""
    with (
        suppress(OSError, psycopg.Error),
        socket.fromfd(connection.fileno(), socket.AF_INET, socket.SOCK_STREAM) as same,  # of whatever family it is
    ):
        same.shutdown(socket.SHUT_RDWR)


class Readers:
    """`threads` threads with a connection each, made when it is needed first."""

    def __init__(self, conninfo: str, *, threads: int, statement_seconds: float, wait_seconds: float) -> None:
        self._conninfo = psycopg.conninfo.make_conninfo(conninfo, connect_timeout=CONNECT_SECONDS)
        self._session = _SESSION.format(milliseconds=round(statement_seconds * 1000)).encode()
        self._wait_seconds = wait_seconds
        self._threads = ThreadPoolExecutor(threads, "plings-api")
        self._own = threading.local()
        self._lock = threading.Lock()
        self._all: set[Reader] = set()
        self._down_until = 0.0
        self._is_down = False

    async def ask(self, work: Work[Result]) -> Result:
        """What `work` finds, in a thread.

        Raises what it raises, and DatabaseUnavailable: with rule `busy` when no connection came free in time.
        """
        loop, call = asyncio.get_running_loop(), _Call()
        try:
            return await loop.run_in_executor(self._threads, self._work, work, monotonic(), call)
        except asyncio.CancelledError:
            call.give_up()
            raise

    def close(self) -> None:
        """When what is under way is answered."""
        self._threads.shutdown(wait=True)
        for reader in self._all:
            with suppress(psycopg.Error):
                reader.connection.close()

    def _work(self, work: Work[Result], since: float, call: _Call) -> Result:
        if monotonic() - since > self._wait_seconds:
            raise DatabaseUnavailable("no connection came free in time", "busy")
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is not None:
            try:
                with call.asked_over(reader.connection):
                    return work(reader)
            except DatabaseUnavailable:
                if not reader.connection.closed:
                    raise
                self._drop(reader)
        reader = self._connected()
        try:
            with call.asked_over(reader.connection):
                return work(reader)
        finally:
            if reader.connection.closed:
                self._drop(reader)

    def _connected(self) -> Reader:
        if monotonic() < self._down_until:
            raise DatabaseUnavailable("it was out of reach a moment ago", "connection")
        try:
            connection = connect(self._conninfo)
            try:
                with told():
                    connection.execute(self._session)
            except BaseException:
                connection.close()
                raise
        except DatabaseUnavailable as error:
            self._note_down(error)
            raise
        self._note_up()
        reader = self._own.reader = Reader(connection)
        with self._lock:
            self._all.add(reader)
        return reader

    def _drop(self, reader: Reader) -> None:
        self._own.reader = None
        with self._lock:
            self._all.discard(reader)
        with suppress(psycopg.Error):
            reader.connection.close()

    def _note_down(self, error: DatabaseUnavailable) -> None:
        with self._lock:
            self._down_until = monotonic() + PAUSE_SECONDS
            is_news, self._is_down = not self._is_down, True
        if is_news:
            log.warning("the database is out of reach: %s", error)

    def _note_up(self) -> None:
        with self._lock:
            is_news, self._is_down = self._is_down, False
        if is_news:
            log.warning("the database is back")
