"""Waiting as long as it takes, and saying so."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

log = logging.getLogger("plings.server")

FIRST_PAUSE = 0.02
LONGEST_PAUSE = 0.2
FIRST_WORD = 5.0
"""Seconds until the log is told; doubled each time."""


def wait_until(done: Callable[[], bool], why: str) -> None:
    """Returns when `done` says so. `why` is what the log is told: there is no limit in time."""
    began = time.monotonic()
    pause, next_word = FIRST_PAUSE, FIRST_WORD
    while not done():
        waited = time.monotonic() - began
        if waited >= next_word:
            log.warning("waiting for %.0f s: %s", waited, why)
            next_word *= 2
        time.sleep(pause)
        pause = min(pause * 1.5, LONGEST_PAUSE)
