"""Stops the server: at once for its users, but cleanly, so that nothing has to be recovered."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress

from plings.server.home import Home
from plings.server.locks import is_held
from plings.server.patience import log, wait_until
from plings.server.process import server_process

FIND_SECONDS = 5.0
"""A server that was just started has not written its number yet."""


def stop(home: Home) -> None:
    """Returns when it has stopped, however long it takes to write out what it holds. For the start lock's holder."""
    stopping = _Stopping(home)
    wait_until(stopping.is_over, "PostgreSQL writes out what it holds before it stops")
    if home.has_short_socket:
        with suppress(OSError):
            home.socket_folder.rmdir()


class _Stopping:
    def __init__(self, home: Home) -> None:
        self._home = home
        self._told: int | None = None
        self._last_seen = time.monotonic()

    def is_over(self) -> bool:
        if not is_held(self._home.server_lock, self._home.account):
            return True
        number = server_process(self._home)
        if number is None:
            return self._is_lost()
        self._last_seen = time.monotonic()
        if number != self._told:
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGINT)
            self._told = number
        return False

    def _is_lost(self) -> bool:
        """What is left of a killed server ends by itself; a server in another container we cannot stop from here."""
        if time.monotonic() - self._last_seen < FIND_SECONDS:
            return False
        log.warning("data folder %s: processes of its server live on and cannot be stopped", self._home.folder)
        return True
