"""Who runs the server: we ourselves, or, as PostgreSQL refuses root, a user with fewer rights."""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from typing import TypedDict

from plings.errors import SettingsError, shown

SERVER_USER = "PLINGS_SERVER_USER"
USERS = ("plings", "postgres", "nobody")
_KEPT = ("PATH", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


class ProcessOptions(TypedDict, total=False):
    """What subprocess wants to know of an account."""

    user: int
    group: int
    extra_groups: list[int]
    env: dict[str, str]
    cwd: str
    umask: int


@dataclass(frozen=True)
class Account:
    """The user that the server runs as and that owns its files. `foreign`: we are root and it is somebody else."""

    name: str
    uid: int
    gid: int
    foreign: bool

    def process_options(self) -> ProcessOptions:
        """For processes of this account. Of our environment they get no more than they need, as it holds secrets and
        libpq's own settings; the folder that we are in may be closed to them."""
        environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
        options = ProcessOptions(env={**environment, "LC_ALL": "C"}, cwd="/", umask=0o077)
        if self.foreign:
            options |= ProcessOptions(user=self.uid, group=self.gid, extra_groups=[])
        return options


def server_account() -> Account:
    """The account of the server. Raises SettingsError when we are root and nobody else is there."""
    uid = os.geteuid()
    if uid != 0:
        return Account(user_name(uid), uid, os.getegid(), foreign=False)
    named = os.environ.get(SERVER_USER)
    entry = _named(named) if named else _first_there()
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid, foreign=True)


def user_name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _named(name: str) -> pwd.struct_passwd:
    try:
        entry = pwd.getpwnam(name)
    except (KeyError, ValueError):
        raise SettingsError(f"{SERVER_USER} names the user {shown(name)}, whom this machine does not know") from None
    if entry.pw_uid == 0:
        raise SettingsError(f"{SERVER_USER} names {shown(name)}, which has root's rights: PostgreSQL refuses them")
    return entry


def _first_there() -> pwd.struct_passwd:
    for name in USERS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return entry
    raise SettingsError(
        f"PostgreSQL refuses to run as root, and there is no user {' or '.join(USERS)}: set {SERVER_USER}"
    )
