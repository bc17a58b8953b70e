"""Starts the server, or finds that it runs.

`server.lock` tells which: the server's processes inherit it, held, and nobody else keeps it. So it is held exactly as
long as one of them lives, whatever numbers they have or had, in whatever container, and whoever started them.

All of this is for holders of the start lock only.
"""

from __future__ import annotations

import os
import subprocess
import threading

from plings.errors import SettingsError, shown
from plings.server.binaries import Binaries, forget_other_copies
from plings.server.embedded import PORT, ROLE
from plings.server.home import Home
from plings.server.locks import Lock, hold_if_free
from plings.server.output import last_words, open_log, written_since
from plings.server.patience import wait_until
from plings.server.private import make_folder
from plings.server.process import forget_the_dead

_ANSWERS = (0, 1, 2)
"""Of pg_isready: it takes connections, it refuses them yet, there is no answer."""


def join_or_start(home: Home, binaries: Binaries) -> None:
    """Returns when the server takes connections. Raises SettingsError with the end of its log when it does not start.

    Recovery after a crash may take long and is waited for, and so are the last processes of a server that was killed.
    """
    make_folder(home.socket_folder, home.account)
    lock = _lock_unless_ready(home, binaries)
    if lock is None:
        return
    try:
        forget_the_dead(home)
        forget_other_copies(home, binaries)
        _start(home, binaries, lock)
    finally:
        lock.close()


def _lock_unless_ready(home: Home, binaries: Binaries) -> Lock | None:
    """The lock for a server to start with; None when one takes connections."""
    free: list[Lock] = []

    def is_settled() -> bool:
        lock = hold_if_free(home.server_lock, home.account)
        if lock is not None:
            free.append(lock)
        return lock is not None or _is_ready(home, binaries)

    wait_until(is_settled, "a server that runs already, or what is left of it, takes no connections")
    return free[0] if free else None


def _start(home: Home, binaries: Binaries, lock: Lock) -> None:
    log = open_log(home)
    try:
        size = os.fstat(log).st_size
        process = _run(home, binaries, lock, log)
        wait_until(
            lambda: process.poll() is not None or _is_ready(home, binaries),
            "PostgreSQL takes no connections yet; after a crash it recovers first",
        )
        ended = process.poll()
        if ended is not None:
            how = f"killed by signal {-ended}" if ended < 0 else f"exit code {ended}"
            said = last_words(written_since(log, size))
            raise SettingsError(f"PostgreSQL did not start in {shown(str(home.folder), 200)} ({how}): {said}")
    finally:
        os.close(log)


def _run(home: Home, binaries: Binaries, lock: Lock, log: int) -> subprocess.Popen[bytes]:
    """In a session of its own, out of reach of the terminal's Ctrl-C, and free to outlive us while others use it."""
    command = [binaries.program("postgres"), "-D", str(home.database)]
    for name, value in _settings(home).items():
        command += ["-c", f"{name}={value}"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        pass_fds=[lock.descriptor],
        start_new_session=True,
        **home.account.process_options(),
    )
    # whoever stops it, it is our child, and we take note of its end
    threading.Thread(target=process.wait, name="plings-server", daemon=True).start()
    return process


def _settings(home: Home) -> dict[str, str]:
    """What nobody can change by ALTER SYSTEM: how to reach it, and that what is committed is kept."""
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(home.socket_folder),
        "unix_socket_permissions": "0700",
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "log_destination": "stderr",
        "logging_collector": "off",
    }


def _is_ready(home: Home, binaries: Binaries) -> bool:
    command = [binaries.program("pg_isready"), "--quiet", "--timeout", "3", "--host", str(home.socket_folder)]
    command += ["--port", str(PORT), "--username", ROLE, "--dbname", "postgres"]
    asked = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        **home.account.process_options(),
    )
    if asked.returncode not in _ANSWERS:
        raise SettingsError(f"pg_isready cannot tell whether PostgreSQL runs: {last_words(asked.stderr)}")
    return asked.returncode == 0
