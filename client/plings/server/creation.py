"""Makes the database cluster of a new data folder: beside its place, and moved there when it is whole."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from pathlib import Path

from plings.durable import sync_folder
from plings.errors import SettingsError, shown
from plings.server.account import Account
from plings.server.binaries import Binaries
from plings.server.embedded import DATABASE, ROLE
from plings.server.home import Home
from plings.server.output import last_words

PARTIAL = "postgresql.new-"

TUNING = {"shared_buffers": "256MB", "max_wal_size": "4GB", "wal_compression": "on", "max_connections": "100"}
"""Written into postgresql.conf once, so that ALTER SYSTEM can change them."""


def ensure_created(home: Home, binaries: Binaries) -> None:
    """The cluster is there and of the version of the programs. Raises SettingsError."""
    if home.database.exists():
        _refuse_other_version(home, binaries)
        return
    for left_over in home.folder.glob(f"{PARTIAL}*"):
        shutil.rmtree(left_over, ignore_errors=True)
    # a name of its own: of a maker that was killed, initdb may live on, and it removes what it could not finish
    partial = home.folder / f"{PARTIAL}{secrets.token_hex(4)}"
    try:
        _create(partial, home, binaries)
        partial.rename(home.database)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    sync_folder(home.folder)


def _refuse_other_version(home: Home, binaries: Binaries) -> None:
    made_by = (home.database / "PG_VERSION").read_text(errors="replace").strip()
    if made_by != str(binaries.major):
        raise SettingsError(
            f"data folder {shown(str(home.folder), 200)} was made by PostgreSQL {shown(made_by)}, and this is"
            f" {binaries.major}: set PLINGS_PG_BIN to the programs of the former, or move the data with pg_upgrade"
        )


def _create(partial: Path, home: Home, binaries: Binaries) -> None:
    # trust: the socket's folder lets nobody in but the server's user, and there is no other way
    command = [binaries.program("initdb"), "--pgdata", str(partial), "--username", ROLE, "--auth", "trust"]
    command += ["--encoding", "UTF8", "--locale", "C", "--data-checksums", "--no-instructions"]
    for name, value in TUNING.items():
        command += ["-c", f"{name}={value}"]
    _run(command, b"", home.account)
    alone = [binaries.program("postgres"), "--single", "-D", str(partial), "postgres"]
    _run(alone, f"CREATE DATABASE {DATABASE}\n".encode(), home.account)


def _run(command: list[str], commands: bytes, account: Account) -> None:
    done = subprocess.run(
        command,
        input=commands,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        **account.process_options(),
    )
    if done.returncode or b"ERROR:" in done.stdout:
        raise SettingsError(f"PostgreSQL could not make its data folder: {last_words(done.stdout)}")
