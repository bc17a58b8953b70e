"""Seconds on the clock, and of the processors: the latter say more on a machine that others use, too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Taken:
    """`cpu_seconds` of the server and of this process together; 0 where there is no /proc."""

    seconds: float
    cpu_seconds: float


def timed(work: Callable[[], None], data_folder: Path) -> Taken:
    """What `work` takes, here and in the server of that folder."""
    started, busy = time.perf_counter(), _busy_seconds(data_folder)
    work()
    seconds = time.perf_counter() - started
    time.sleep(0.3)  # until the server has taken note of who left
    return Taken(seconds, _busy_seconds(data_folder) - busy)


def _busy_seconds(data_folder: Path) -> float:
    try:
        server = int((data_folder / "postgresql/postmaster.pid").read_text().split()[0])
        ticks = sum(_ticks(server)[1:])
        for process in filter(str.isdigit, os.listdir("/proc")):
            parent, user, system, _, _ = _ticks(int(process))
            ticks += user + system if parent == server else 0
    except OSError:
        return 0.0
    return ticks / os.sysconf("SC_CLK_TCK") + time.process_time()


def _ticks(process: int) -> tuple[int, int, int, int, int]:
    """Its parent, and its ticks: user, system, and those of its children that ended."""
    try:
        told = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    except (ProcessLookupError, FileNotFoundError):
        return 0, 0, 0, 0, 0
    return int(told[1]), int(told[11]), int(told[12]), int(told[13]), int(told[14])
