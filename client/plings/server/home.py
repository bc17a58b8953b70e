"""The data folder: where it is, what is in it, and whether the server can live there.

start.lock, in-use.lock   see plings.server.running
server.lock               held by the server's own processes: see plings.server.start
postgresql                the database cluster
postgresql.new-*          one that is being made, or was when its maker died
postgresql.log, .log.old  what the server writes
socket                    its socket, unless the path would be too long for one
binaries-*                PostgreSQL itself, where its user cannot reach the installed one
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

from plings.errors import SettingsError, shown
from plings.server.account import SERVER_USER, Account, server_account, user_name
from plings.server.embedded import PORT
from plings.server.private import clearly, make_folder, own

DATA_FOLDER = "PLINGS_DATA"
LONGEST_SOCKET = 100
"""Bytes; the system's limit is 103 on macOS and 107 on Linux."""
SHORT_FOLDERS = Path("/tmp")
"""Not TMPDIR: everybody who uses the server must come to the same place, whatever the environment."""

_OURS = ("*.lock", "postgresql", "postgresql.new-*", "postgresql.log", "postgresql.log.old", "socket", "binaries-*")
_HARMLESS = {"lost+found", ".DS_Store"}
_PLAIN = re.compile(r"[\w/.@~+ -]+")
"""Paths that need no quotes in libpq and PostgreSQL, which take lists of them, separated by commas."""


@dataclass(frozen=True)
class Home:
    """A data folder, an absolute path, and who owns it."""

    folder: Path
    account: Account

    @property
    def start_lock(self) -> Path:
        return self.folder / "start.lock"

    @property
    def in_use_lock(self) -> Path:
        return self.folder / "in-use.lock"

    @property
    def server_lock(self) -> Path:
        return self.folder / "server.lock"

    @property
    def database(self) -> Path:
        return self.folder / "postgresql"

    @property
    def log(self) -> Path:
        return self.folder / "postgresql.log"

    @property
    def has_short_socket(self) -> bool:
        socket = f"{self.folder}/socket/.s.PGSQL.{PORT}"
        return len(os.fsencode(socket)) > LONGEST_SOCKET or not _PLAIN.fullmatch(socket)

    @property
    def socket_folder(self) -> Path:
        if not self.has_short_socket:
            return self.folder / "socket"
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:20]
        return SHORT_FOLDERS / f"plings-{name}"


def default_folder() -> Path:
    """PLINGS_DATA; else /var/lib/plings for root and the user's own folder for data for others."""
    named = os.environ.get(DATA_FOLDER)
    if named:
        return Path(named)
    if os.geteuid() == 0:
        return Path("/var/lib/plings")
    data = os.environ.get("XDG_DATA_HOME", "")
    try:
        return (Path(data) if os.path.isabs(data) else Path.home() / ".local" / "share") / "plings"
    except RuntimeError as error:
        raise SettingsError(f"there is no home folder for data: set {DATA_FOLDER}") from error


def open_home(folder: Path | None) -> Home:
    """The data folder, made if it is not there. Raises SettingsError for one that the server cannot use."""
    folder = folder or default_folder()
    with clearly(folder):
        home = Home(_absolute(folder), server_account())
        _refuse_closed_parents(home)
        _make(home.folder, home.account)
        _refuse_other_content(home)
        _adopt_if_empty(home)
        _refuse_other_owner(home)
    return home


def _absolute(folder: Path) -> Path:
    try:
        return folder.resolve()
    except (RuntimeError, ValueError) as error:  # links in a circle, a null byte
        raise SettingsError(f"data folder {shown(str(folder), 200)}: no such path is possible") from error


def _make(folder: Path, account: Account) -> None:
    """Make it with all its parents. What is there stays as it is."""
    if folder.exists():
        return
    _make(folder.parent, account)
    make_folder(folder, account)


def _refuse_closed_parents(home: Home) -> None:
    """Ask the system, as the server's user, for the way to the folder: there is more to it than modes."""
    if not home.account.foreign:
        return
    parents = [str(parent) for parent in reversed(home.folder.parents) if parent.exists()]
    look = 'for folder; do test -x "$folder" || { printf %s "$folder"; exit 1; }; done'
    asked = subprocess.run(
        ["/bin/sh", "-c", look, "sh", *parents],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        **home.account.process_options(),
    )
    if asked.returncode:
        raise SettingsError(
            f"data folder {shown(str(home.folder), 200)}: the server runs as {shown(home.account.name)}, who may not"
            f" pass {shown(os.fsdecode(asked.stdout), 200)}: choose another folder, or let this user pass"
            f" (setfacl -m u:{home.account.name}:x, or chmod o+x)"
        )


def _refuse_other_content(home: Home) -> None:
    names = set(os.listdir(home.folder)) - _HARMLESS
    foreign = sorted(name for name in names if not any(fnmatch(name, ours) for ours in _OURS))
    if foreign and home.start_lock.name not in names:
        raise _bad(home, f"it holds other files ({shown(', '.join(foreign))}): choose an empty folder or a new one")
    if "postgresql" in names and not (home.database / "PG_VERSION").is_file():
        raise _bad(home, "its folder 'postgresql' holds no PostgreSQL database: move it away, or restore it")


def _adopt_if_empty(home: Home) -> None:
    """An empty folder of root's, such as a new volume, becomes the server user's: it was named for that."""
    found = os.lstat(home.folder)
    if home.account.foreign and found.st_uid == 0 and not set(os.listdir(home.folder)) - _HARMLESS:
        descriptor = os.open(home.folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            own(descriptor, home.account)
            os.fchmod(descriptor, 0o700)
        finally:
            os.close(descriptor)


def _refuse_other_owner(home: Home) -> None:
    for path in (home.folder, home.database):
        if path == home.database and not path.exists():
            continue
        found = path.stat()
        if found.st_uid != home.account.uid:
            raise _bad(home, _whose(path, user_name(found.st_uid), home.account))
        mode = stat.S_IMODE(found.st_mode)
        if mode & 0o700 != 0o700 or mode & 0o022:
            raise _bad(home, f"{shown(path.name)} has mode {mode:04o}: only its owner may write to it (chmod 700)")


def _whose(path: Path, owner: str, account: Account) -> str:
    whose = f"{shown(path.name)} belongs to {shown(owner)}, and the server runs as {shown(account.name)}"
    if not account.foreign:
        return f"{whose}: choose another folder"
    return f"{whose}: set {SERVER_USER}, or give it to that user (chown -R)"


def _bad(home: Home, reason: str) -> SettingsError:
    return SettingsError(f"data folder {shown(str(home.folder), 200)}: {reason}")
