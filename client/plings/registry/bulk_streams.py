"""Streams of a load: each copies its chunks over one connection, while the next ones are read and hashed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from functools import partial
from queue import Empty, Full, Queue
from threading import Barrier, BrokenBarrierError, Event, Lock
from typing import Final

import psycopg
from psycopg import errors as pg

from plings.errors import DatabaseUnavailable
from plings.registry.bulk_careful import Collision, Counts, add_carefully
from plings.registry.bulk_chunks import COPY_HEADER, COPY_TRAILER, Chunk
from plings.registry.bulk_maker import Maker
from plings.registry.database import Connection, Registry
from plings.registry.sessions import Sessions

__all__ = ["Collision", "Counts", "Streams", "streams_into"]

WORK_MEM: Final = "64MB"
"""To sort a chunk's pointers in."""

UNREGISTRABLE: Final = "PL009"

LOCK_TIMEOUT: Final = "120s"
"""Somebody else's transaction may wait for one stream while another waits for it, which PostgreSQL cannot see. So long
a stream may also wait for its next rows, or for the others to have theirs in."""

SILENT: Final = """
    SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL tcp_keepalives_idle = 30;
    SET LOCAL tcp_keepalives_interval = 10;
    SET LOCAL tcp_keepalives_count = 6
"""
"""Whoever holds a load's lock and is cut off from the server loses it after a minute and a half."""


class Aborted(Exception):
    """Another stream failed, or the reading did; nothing of this one is kept."""


class _Shared:
    """What the streams of one load know of each other."""

    def __init__(self, count: int, in_chunks: bool, on_chunk: Callable[[Counts], None]) -> None:
        self.in_chunks = in_chunks
        self.failed = Event()
        self.all_in = Barrier(count)
        self._on_chunk = on_chunk
        self._lock = Lock()

    def tell(self, done: Counts) -> None:
        with self._lock:
            self._on_chunk(done)

    def fail(self) -> None:
        self.failed.set()
        self.all_in.abort()


class Streams:
    """Takes chunks for the stream of a number."""

    def __init__(self, queues: list[Queue[Chunk | None]], failed: Event) -> None:
        self._queues = queues
        self._failed = failed

    def put(self, stream: int, chunk: Chunk | None) -> None:
        """Waits until the stream takes it. Raises Aborted when one has failed."""
        while not self._failed.is_set():
            try:
                return self._queues[stream].put(chunk, timeout=0.2)
            except Full:
                continue
        raise Aborted


@contextmanager
def streams_into(
    registry: Registry, maker: Maker, count: int, *, in_chunks: bool, on_chunk: Callable[[Counts], None]
) -> Iterator[Streams]:
    """Streams into a manufacturer's pointers, which at the end are in, all or, unless `in_chunks`, none of them.

    Raises RegistryErrors and Collision.
    """
    shared = _Shared(count, in_chunks, on_chunk)
    queues: list[Queue[Chunk | None]] = [Queue(1) for _ in range(count)]
    streams = Streams(queues, shared.failed)
    with ExitStack() as stack:
        # Whoever loads for this manufacturer, too, waits here, and not in the midst of our rows.
        connection = stack.enter_context(registry.transaction())
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('plings load'), %s)", [maker.number])
        inside = count == 1 and not in_chunks
        if not inside:  # it says nothing more until all is in, which must not end it
            connection.execute(SILENT)
        owns = [registry] if inside else [stack.enter_context(Sessions.like(registry).another()) for _ in queues]
        pool = stack.enter_context(ThreadPoolExecutor(count, "plings-load"))
        runs = [pool.submit(_run, own, queue, shared, inside) for own, queue in zip(owns, queues, strict=True)]
        try:
            yield streams
            for stream in range(count):
                streams.put(stream, None)
            for run in runs:
                run.result()
        except BaseException as error:
            shared.fail()
            _cancel(own for own, run in zip(owns, runs, strict=True) if not run.done())
            cause = next((one for run in runs if (one := run.exception()) and not isinstance(one, Aborted)), None)
            if isinstance(error, Aborted) and cause is not None:
                raise cause from None
            raise


def _cancel(owns: Iterable[Registry]) -> None:
    for own in owns:
        with suppress(psycopg.Error):
            own.connection.cancel_safe(timeout=5)


def _run(own: Registry, queue: Queue[Chunk | None], shared: _Shared, inside: bool) -> None:
    """One stream, from its first chunk to its end. `inside`: a transaction is open already."""
    committing = False
    try:
        if shared.in_chunks:
            for chunk in _chunks(queue, shared):
                shared.tell(own.attempt(partial(_add, chunk)))
            return
        with nullcontext(own.connection) if inside else own.transaction() as connection:
            connection.execute(f"SET LOCAL idle_in_transaction_session_timeout = '{LOCK_TIMEOUT}'")
            for chunk in _chunks(queue, shared):
                shared.tell(_add(chunk, connection))
            shared.all_in.wait()
            if not inside:
                # what is asked when a transaction ends is asked of all streams before one of them commits
                connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
                shared.all_in.wait()
                committing = True
    except BrokenBarrierError:
        raise Aborted from None
    except BaseException as error:
        shared.fail()
        if committing and isinstance(error, DatabaseUnavailable):
            told = f"lost while it committed, so that a part may be in; load it again: {error}"
            raise DatabaseUnavailable(told, "half_loaded") from error
        raise


def _chunks(queue: Queue[Chunk | None], shared: _Shared) -> Iterator[Chunk]:
    while not shared.failed.is_set():
        try:
            chunk = queue.get(timeout=0.2)
        except Empty:
            continue
        if chunk is None:
            return
        yield chunk
    raise Aborted


def _add(chunk: Chunk, connection: Connection) -> Counts:
    """Adds a chunk: at one go if nothing of it is there, as is the rule, and else with care."""
    connection.execute(f"SET LOCAL work_mem = '{WORK_MEM}'; SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
    if chunk.by_sku:
        return add_carefully(connection, chunk)
    try:
        with connection.transaction():
            _copy(connection, chunk)
    except psycopg.Error as error:
        # one is there or twice in the file; or one is wrong, which the trigger says without the line
        if isinstance(error, pg.UniqueViolation) or error.sqlstate == UNREGISTRABLE:
            return add_carefully(connection, chunk)
        raise
    return Counts(rows=chunk.row_count, added=chunk.row_count)


def _copy(connection: Connection, chunk: Chunk) -> None:
    into = f"{chunk.maker.partition} (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)"
    with connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN (FORMAT binary)".encode()) as copy:
        copy.write(COPY_HEADER)
        for piece in chunk.pieces:
            copy.write(piece.rows)
        copy.write(COPY_TRAILER)
