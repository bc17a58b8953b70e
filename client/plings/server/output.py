"""What PostgreSQL's programs write, for error messages, and the server's log."""

from __future__ import annotations

import os

from plings.errors import shown
from plings.server.home import Home
from plings.server.private import open_file

LINES = 6
LENGTH = 900
LONGEST_LOG = 10_000_000
"""Bytes; a longer one is put aside at the next start, in place of the one put aside before."""


def last_words(output: bytes) -> str:
    """The end of `output` in one line."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    return shown(" / ".join(lines[-LINES:])[-LENGTH:], LENGTH) if lines else "it said nothing"


def open_log(home: Home) -> int:
    """A descriptor of the log, which writes at its end."""
    descriptor = open_file(home.log, home.account, os.O_RDWR | os.O_APPEND)
    if os.fstat(descriptor).st_size <= LONGEST_LOG:
        return descriptor
    os.close(descriptor)
    os.replace(home.log, home.log.with_name(f"{home.log.name}.old"))
    return open_file(home.log, home.account, os.O_RDWR | os.O_APPEND)


def written_since(log: int, size: int) -> bytes:
    """The last of what the log got since it had `size` bytes."""
    end = os.fstat(log).st_size
    start = max(size, end - 16 * LENGTH)
    return os.pread(log, max(end - start, 0), start)
