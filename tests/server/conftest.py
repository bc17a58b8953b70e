"""Data folders where the server's user can live, new ones and ones with a database."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fixtures.fix_registry import MEMORY
from plings.server import running_server
from plings.server.account import server_account
from server.people import SETTINGS, Worker, number_of

TEMPORARY = Path("/tmp")
"""Not what TMPDIR names: the server's user must be able to pass, and a socket's name to fit."""


@pytest.fixture(scope="session", autouse=True)
def no_settings() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in SETTINGS:
            patch.delenv(name, raising=False)
        yield


@pytest.fixture
def place() -> Iterator[Path]:
    """An empty folder of the server's user."""
    with _place() as folder:
        yield folder


@pytest.fixture(scope="session")
def made() -> Iterator[Path]:
    """A data folder with a database and no server."""
    with _place(MEMORY if MEMORY.is_dir() else TEMPORARY) as folder:
        with running_server(folder):
            pass
        yield folder


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """The same one, for tests that do it no harm."""
    yield made
    assert number_of(made) is None, "a server was left"


@pytest.fixture
def work() -> Iterator[Callable[..., Worker]]:
    """Starts workers; those that are still at it in the end are killed."""
    workers: list[Worker] = []

    def start(*arguments: Any) -> Worker:
        workers.append(Worker(*arguments))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()


@contextmanager
def _place(parent: Path = TEMPORARY) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="plings-test-", dir=parent)).resolve()
    account = server_account()
    os.chown(folder, account.uid, account.gid)
    try:
        yield folder
        assert number_of(folder) is None, "a server was left"
    finally:
        number = number_of(folder)
        if number:
            os.kill(number, signal.SIGKILL)
        shutil.rmtree(folder)
