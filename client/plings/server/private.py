"""Files and folders of the server's user, made and opened so that no link laid there leads us elsewhere.

As root we work in folders of a user with fewer rights: what is there is that user's word, never ours.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from plings.errors import SettingsError, shown
from plings.server.account import Account, user_name


@contextmanager
def clearly(folder: Path) -> Iterator[None]:
    """Errors of the system become SettingsError, named after the data folder."""
    try:
        yield
    except OSError as error:
        what = f" ({shown(str(error.filename), 200)})" if error.filename else ""
        raise SettingsError(f"data folder {shown(str(folder), 200)}: {error.strerror or error}{what}") from error


def make_folder(path: Path, account: Account) -> None:
    """Make `path`, 0700 and the account's; or adopt it when it is ours and as private. Raises SettingsError for
    anything else that is there, OSError."""
    with suppress(FileExistsError):
        os.mkdir(path, 0o700)
    descriptor = _open_folder(path)
    try:
        found = os.fstat(descriptor)
        if found.st_uid not in (account.uid, os.geteuid()) or found.st_mode & 0o077:
            owner = user_name(found.st_uid)
            raise SettingsError(
                f"{shown(str(path), 200)} belongs to {shown(owner)} with mode {stat.S_IMODE(found.st_mode):04o}, not to"
                f" {shown(account.name)} with 0700: remove it"
            )
        own(descriptor, account)
    finally:
        os.close(descriptor)


def own(descriptor: int, account: Account) -> None:
    """Give an open file or folder to the account."""
    if os.fstat(descriptor).st_uid != account.uid:
        os.fchown(descriptor, account.uid, account.gid)


def open_file(path: Path, account: Account, flags: int = os.O_RDWR) -> int:
    """A descriptor of the file, made 0600 and the account's when it is not there. Raises SettingsError when something
    else is in its place, OSError."""
    descriptor = _open_or_make(path, account, flags | os.O_NOFOLLOW | os.O_NONBLOCK)
    found = os.fstat(descriptor)
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        os.close(descriptor)
        raise _not_ours(path)
    return descriptor


def _open_or_make(path: Path, account: Account, flags: int) -> int:
    while True:
        try:
            return os.open(path, flags)
        except FileNotFoundError:
            pass
        except OSError as error:
            if path.is_symlink():
                raise _not_ours(path) from error
            raise
        try:
            descriptor = os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        own(descriptor, account)
        return descriptor


def _open_folder(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except NotADirectoryError as error:
        raise _not_ours(path) from error
    except OSError as error:
        if path.is_symlink():
            raise _not_ours(path) from error
        raise


def _not_ours(path: Path) -> SettingsError:
    return SettingsError(f"{shown(str(path), 200)} is a link or of another kind than it should be: remove it")
