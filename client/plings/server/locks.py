"""Locks that die with the process that holds them: flock, each on a descriptor of its own.

They work between processes, threads and several uses in one thread alike.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from plings.server.account import Account
from plings.server.patience import wait_until
from plings.server.private import open_file


class Lock:
    """A file that is open to be locked. Held as long as a process has this descriptor, or one inherited from it."""

    def __init__(self, path: Path, account: Account) -> None:
        self.descriptor = open_file(path, account)

    def take(self, *, shared: bool = False) -> bool:
        """Whether we hold it now. If not, a hold of another kind that we had may be lost."""
        try:
            fcntl.flock(self.descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def release(self) -> None:
        """Give it up, also for processes that inherited it. Twice is fine."""
        if self.descriptor >= 0:
            fcntl.flock(self.descriptor, fcntl.LOCK_UN)
        self.close()

    def close(self) -> None:
        """Leave it to those that inherited it. Twice is fine."""
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)


def hold(path: Path, account: Account, *, shared: bool = False) -> Lock:
    """The lock, held. Waits for whoever holds it now."""
    lock = Lock(path, account)
    try:
        wait_until(lambda: lock.take(shared=shared), "another process starts or stops the server")
    except BaseException:
        lock.close()
        raise
    return lock


def hold_if_free(path: Path, account: Account) -> Lock | None:
    lock = Lock(path, account)
    if lock.take():
        return lock
    lock.close()
    return None


def is_held(path: Path, account: Account) -> bool:
    lock = hold_if_free(path, account)
    if lock is None:
        return True
    lock.release()
    return False
