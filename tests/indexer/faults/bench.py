"""What runs need: a server of their own, that may be killed, and the process that indexers are forked from."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from indexer.faults.planted import replaced
from plings.errors import DatabaseUnavailable
from plings.registry import Registry, connect, migrate
from plings.server import EmbeddedServer, running_server

TESTS = Path(__file__).resolve().parents[2]


@dataclass
class Bench:
    """A server of its own, and where new processes are asked for."""

    server: EmbeddedServer
    children: str
    bug: str | None = None
    _connection: psycopg.Connection[Any] | None = field(default=None, init=False, repr=False)

    @property
    def url(self) -> str:
        return self.server.conninfo()

    def registry(self) -> Registry:
        """Over a connection that is kept, and made anew once it was lost. Waits for a server that is starting."""
        if self._connection is None or not _is_alive(self._connection):
            self._connection = connect_when_up(self.url)
        return Registry(self._connection)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    @contextmanager
    def planted(self, bug: str) -> Iterator[None]:
        """With a bug in all processes, or in the database."""
        with connect_when_up(self.url) as connection:
            original = replaced(connection, bug)
        self.bug = bug
        try:
            yield
        finally:
            self.bug = None
            if original is not None:
                with connect_when_up(self.url) as connection:
                    connection.execute("SET search_path = registry")
                    connection.execute(original.encode())

    def kill_server(self, how: signal.Signals) -> None:
        """SIGQUIT is what an immediate stop is; SIGKILL leaves even that out. Returns when it is gone."""
        pid = int((self.server.data_folder / "postgresql" / "postmaster.pid").read_text().split()[0])
        with suppress(ProcessLookupError):
            os.kill(pid, how)
            while True:
                os.kill(pid, 0)
                time.sleep(0.005)

    def start_server(self) -> None:
        """Returns when it has recovered and takes connections."""
        with running_server(self.server.data_folder):
            pass


def _is_alive(connection: psycopg.Connection[Any]) -> bool:
    try:
        connection.execute("SELECT")
    except psycopg.Error:
        connection.close()
    return not connection.closed


def connect_when_up(url: str) -> psycopg.Connection[Any]:
    """A connection, as soon as the server has recovered."""
    give_up = time.monotonic() + 60
    while True:
        try:
            return connect(url)
        except DatabaseUnavailable:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)


@contextmanager
def opened_bench(folder: Path) -> Iterator[Bench]:
    """A bench in a new folder, which somebody else removes."""
    with running_server(folder) as server:
        with connect(server.conninfo()) as connection:
            migrate(connection)
        with warm_process(folder / "children") as children:
            bench = Bench(server, children)
            yield bench
            bench.close()


@contextmanager
def warm_process(socket: Path) -> Iterator[str]:
    """The process that has imported everything, and waits to be forked."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))}
    environment["SSL_CERT_DIR"] = str(socket.parent)  # the nodes are ours, and reading all certificates takes long
    process = subprocess.Popen(
        [sys.executable, "-m", "indexer.faults.child", str(socket)], stdin=subprocess.PIPE, env=environment
    )
    try:
        give_up = time.monotonic() + 60
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError("the process that indexers are forked from does not start")
            time.sleep(0.02)
        yield str(socket)
    finally:
        process.communicate()
