"""Who uses the server, over all processes.

Each use holds `in-use.lock` shared. Who joins or leaves holds `start.lock` meanwhile, so that nobody joins a server
that is being stopped. A process that is killed loses its locks with its life.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from plings.server.binaries import find_binaries
from plings.server.creation import ensure_created
from plings.server.home import Home
from plings.server.locks import Lock, hold
from plings.server.private import clearly
from plings.server.start import join_or_start
from plings.server.stop import stop


@contextmanager
def using(home: Home) -> Iterator[None]:
    """Inside of it the server runs. Raises SettingsError."""
    in_use = _join(home)
    try:
        yield
    finally:
        try:
            with _alone(home):
                _leave(home, in_use)
        finally:
            in_use.release()


def _join(home: Home) -> Lock:
    with _alone(home):
        in_use = hold(home.in_use_lock, home.account, shared=True)
        try:
            binaries = find_binaries(home)
            ensure_created(home, binaries)
            join_or_start(home, binaries)
        except BaseException:
            _leave(home, in_use)
            raise
        return in_use


def _leave(home: Home, in_use: Lock) -> None:
    """Give up our use, while the start lock is held: who leaves next must not find us there. The last one stops it."""
    try:
        if in_use.take():
            stop(home)
    finally:
        in_use.release()


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    with clearly(home.folder):
        starting = hold(home.start_lock, home.account)
        try:
            yield
        finally:
            starting.release()
