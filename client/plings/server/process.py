"""Is a process what a file says it is? Numbers of processes are given again, and the dead keep theirs for a while."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from plings.server.embedded import PORT
from plings.server.home import Home
from plings.server.private import open_file

_NOBODY = b"2147483647"
"""A number that no process has."""


def server_process(home: Home) -> int | None:
    """The number of the process that is the server of this folder and lives; None when there is none."""
    number = _noted_process(home)
    if number is None:
        return None
    owner, command = _look(number)
    return number if owner == home.account.uid and f" -D {home.database} " in f"{command} " else None


def forget_the_dead(home: Home) -> None:
    """PostgreSQL refuses to start when its files note a number that some process of its user has. For holders of the
    server lock.

    The rest of `postmaster.pid` stays: by that PostgreSQL finds whether anybody still has the shared memory of the
    server that wrote it, which also speaks for one that was not started by us.
    """
    if _noted_process(home) is None or server_process(home) is not None:
        return
    descriptor = open_file(_pid_file(home), home.account)
    try:
        lines = os.pread(descriptor, 65536, 0).split(b"\n")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, b"\n".join([_NOBODY, *lines[1:]]), 0)
    finally:
        os.close(descriptor)
    for name in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
        (home.socket_folder / name).unlink(missing_ok=True)


def _pid_file(home: Home) -> Path:
    return home.database / "postmaster.pid"


def _noted_process(home: Home) -> int | None:
    """The number in the server's own file, true or not."""
    try:
        with _pid_file(home).open("rb") as file:
            first = file.readline(20).strip()
    except OSError:
        return None
    return int(first) if first.isdigit() and int(first) > 1 else None


def _look(number: int) -> tuple[int | None, str]:
    """Who runs a process, and its command line, which is empty for the dead."""
    return _look_in_proc(number) if sys.platform == "linux" else _ask_ps(number)


def _look_in_proc(number: int) -> tuple[int | None, str]:
    folder = Path("/proc", str(number))
    try:
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
        return folder.stat().st_uid, os.fsdecode(command)
    except OSError:
        return None, ""


def _ask_ps(number: int) -> tuple[int | None, str]:
    asked = ["ps", "-ww", "-o", "uid=", "-o", "command=", "-p", str(number)]
    try:
        answer = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, check=False).stdout
    except OSError:
        return None, ""
    owner, _, command = os.fsdecode(answer).strip().partition(" ")
    return (int(owner), command) if owner.isdigit() else (None, "")
