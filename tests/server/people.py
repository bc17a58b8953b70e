"""Those who use a server: processes of their own, and the tests' short questions."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

import plings
from plings.server.account import SERVER_USER, Account, server_account
from plings.server.binaries import BINARIES
from plings.server.home import DATA_FOLDER, Home
from plings.server.process import server_process

HERE = Path(__file__).parent
PACKAGES = [str(Path(module.__file__ or "").resolve().parents[1]) for module in (plings, psycopg)]
SETTINGS = (DATA_FOLDER, BINARIES, SERVER_USER)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in SETTINGS}
ENVIRONMENT |= {"PYTHONPATH": os.pathsep.join(PACKAGES), "PYTHONDONTWRITEBYTECODE": "1"}
IS_ROOT = os.geteuid() == 0


Work = Callable[..., "Worker"]
"""What the fixture `work` gives."""


class Worker:
    """See worker.py. In a session of its own, as on another terminal."""

    def __init__(self, folder: Path, account: Account | None = None, python: str = sys.executable) -> None:
        self.process = start("worker.py", folder, account=account, python=python)

    def conninfo(self) -> str:
        """Waits until it has the server."""
        assert self.process.stdout
        told = self.process.stdout.readline().strip()
        assert told, f"worker ended with {self.process.wait(30)}"
        return told

    def leave(self) -> None:
        self.process.communicate(timeout=30)
        assert self.process.returncode == 0

    def kill(self) -> None:
        """Twice is fine."""
        self.process.kill()
        if self.process.stdin and not self.process.stdin.closed:
            self.process.communicate()


def start(
    script: str, *arguments: object, account: Account | None = None, python: str = sys.executable
) -> subprocess.Popen[str]:
    command = [python, "-W", "error", str(HERE / script), *map(str, arguments)]
    options = {"user": account.uid, "group": account.gid, "extra_groups": []} if account else {}
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, stdin=pipe, stdout=pipe, text=True, env=ENVIRONMENT, cwd="/", start_new_session=True, **options
    )


def python_for(account: Account) -> str | None:
    """A Python that the account can run our server with: ours may be closed to it."""
    for python in (sys.executable, shutil.which("python3", path="/usr/bin:/usr/local/bin")):
        options = {"user": account.uid, "group": account.gid, "extra_groups": [], "cwd": "/", "env": ENVIRONMENT}
        try:
            subprocess.run([python or "", "-c", "import plings.server.use"], check=True, capture_output=True, **options)
        except (OSError, subprocess.CalledProcessError):
            continue
        return python
    return None


def number_of(folder: Path) -> int | None:
    """The process that is the server of the folder now."""
    return server_process(Home(folder, server_account()))


def kill_server(folder: Path) -> None:
    """As a power cut would, but for the folder's files."""
    number = number_of(folder)
    assert number
    os.kill(number, signal.SIGKILL)
    eventually(lambda: number_of(folder) is None)


def note(conninfo: str) -> str:
    """Commit a row that is like no other; its text."""
    text = secrets.token_hex(8)
    with psycopg.connect(conninfo) as database:
        database.execute("CREATE TABLE IF NOT EXISTS fact (text text)")
        database.execute("INSERT INTO fact VALUES (%s)", [text])
    return text


def noted(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as database:
        return [text for (text,) in database.execute("SELECT text FROM fact")]


def setting(conninfo: str, name: str) -> str:
    with psycopg.connect(conninfo) as database:
        found = database.execute("SELECT current_setting(%s)", [name]).fetchone()
    assert found
    return str(found[0])


def eventually(fact: Callable[[], bool], seconds: float = 20) -> None:
    give_up = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < give_up, "it did not come true"
        time.sleep(0.01)
