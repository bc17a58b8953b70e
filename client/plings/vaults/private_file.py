"""Files that only their owner may read. Errors are OSError's, for the caller to name the file."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from plings.durable import sync_folder
from plings.errors import VaultError


def write_new(file: Path, content: bytes) -> None:
    """Make `file` with mode 0600, whole or not at all. Raises FileExistsError rather than overwrite, and OSError."""
    descriptor, name = tempfile.mkstemp(dir=file.parent, prefix=".new-")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as partial:
            partial.write(content)
            partial.flush()
            os.fsync(descriptor)
        os.link(name, file)  # refuses an existing name, where a rename would replace it
    finally:
        with suppress(FileNotFoundError):
            os.unlink(name)
    sync_folder(file.parent)


def read_private(file: Path, limit: int) -> bytes:
    """The content, at most `limit` bytes, of a regular file that group and others have no right to.

    Raises VaultError for another file, and OSError. A symbolic link is not followed.
    """
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)  # a pipe would block
    try:
        _check_mode(os.fstat(descriptor).st_mode)
        with open(descriptor, "rb", closefd=False) as opened:
            content = opened.read(limit + 1)
    finally:
        os.close(descriptor)
    if len(content) > limit:
        raise VaultError(f"it has more than {limit} bytes")
    return content


def _check_mode(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise VaultError("it is not a regular file")
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise VaultError("group or others may read or change it; it must have mode 0600")
