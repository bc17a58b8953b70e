"""Inside an indexer's process: counts the places that it comes to, and does there what is planned.

Nothing of the indexer is changed. The driver is watched, so that a statement, a byte of a COPY or the moment between
COMMIT and its answer can be named by number, whatever the clock says.
"""

from __future__ import annotations

import os
import pickle
import signal
import socket
import struct
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import psycopg

from indexer.faults.plan import Point, Where

_SIZE = struct.Struct("!I")


class Channel:
    """To whoever runs the faults. `ask` waits for what is to be done, `tell` does not."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._asking = threading.Lock()

    def tell(self, kind: str, value: Any = None) -> None:
        data = pickle.dumps((kind, value))
        with self._lock:
            self._connection.sendall(_SIZE.pack(len(data)) + data)

    def ask(self, kind: str, value: Any = None) -> Any:
        with self._asking:  # a write may ask while its source does: answers come in the order of questions
            self.tell(kind, value)
            return self.read()

    def read(self) -> Any:
        return pickle.loads(self._exactly(_SIZE.unpack(self._exactly(_SIZE.size))[0]))

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            more = self._connection.recv(size - len(data))
            if not more:
                os._exit(3)  # nobody is there any more
            data += more
        return data


class Hooks:
    """The points of one process, each done once."""

    def __init__(self, channel: Channel, points: Sequence[Point]) -> None:
        self._channel = channel
        self._points = list(points)
        self._come = Counter[str]()
        self.cancel: Callable[[], None] = lambda: None

    def reached(self, where: Where, connection: psycopg.Connection[Any] | None = None) -> None:
        """A place was reached: does what is planned for it."""
        for point in self.at(where):
            self.happens(point, connection)

    def at(self, where: Where) -> list[Point]:
        """What is planned for this place, which is counted."""
        if threading.current_thread().name.startswith("ThreadPoolExecutor"):
            return []  # a rebuild reads ahead there: which of both comes first is nobody's plan
        self._come[where] += 1
        found = [point for point in self._points if (point.where, point.n) == (where, self._come[where])]
        self._points = [point for point in self._points if point not in found]
        return found

    def happens(self, point: Point, connection: psycopg.Connection[Any] | None) -> None:
        if point.what in ("die", "die unanswered"):
            self._channel.tell("point", point)
            os.kill(os.getpid(), signal.SIGKILL)
        elif point.what in ("cut", "cut unanswered"):
            if connection is None or connection.closed:
                return
            self._channel.tell("point", point)
            _shut(connection, socket.SHUT_RDWR if point.what == "cut" else socket.SHUT_RD)
        elif point.what == "cancel":
            self._channel.tell("point", point)
            self.cancel()
        else:
            pid = connection.info.backend_pid if connection and not connection.closed else None
            self._channel.ask("point", (point, pid))

    def watch_driver(self) -> None:
        """From here on psycopg tells where it is."""
        psycopg.Cursor.execute = self._executing(psycopg.Cursor.execute)  # type: ignore[method-assign]
        psycopg.Copy.write = self._copying(psycopg.Copy.write)  # type: ignore[method-assign]
        psycopg.Transaction._get_commit_commands = self._committing(  # type: ignore[method-assign]
            psycopg.Transaction._get_commit_commands
        )

    def _executing(self, execute: Callable[..., Any]) -> Callable[..., Any]:
        def hooked(cursor: psycopg.Cursor[Any], *args: Any, **named: Any) -> Any:
            self.reached("statement", cursor.connection)
            return execute(cursor, *args, **named)

        return hooked

    def _copying(self, write: Callable[..., Any]) -> Callable[..., Any]:
        def hooked(copy: psycopg.Copy, buffer: Any) -> None:
            data = bytes(buffer)
            for point in self.at("copy"):
                sent = int(len(data) * point.part)
                write(copy, data[:sent])
                copy.connection.pgconn.flush()
                data = data[sent:]
                self.happens(point, copy.connection)
            write(copy, data)

        return hooked

    def _committing(self, commands: Callable[..., Iterator[bytes]]) -> Callable[..., Iterator[bytes]]:
        def hooked(transaction: psycopg.Transaction) -> Iterator[bytes]:
            for command in commands(transaction):
                for point in self.at("commit") if command == b"COMMIT" else ():
                    if point.what == "die unanswered":
                        transaction.connection.pgconn.send_query(command)
                        transaction.connection.pgconn.flush()
                    self.happens(point, transaction.connection)
                yield command

        return hooked


def _shut(connection: psycopg.Connection[Any], how: int) -> None:
    """As a network does it: what was sent before may still arrive."""
    with socket.socket(fileno=os.dup(connection.pgconn.socket)) as wire:
        wire.shutdown(how)
