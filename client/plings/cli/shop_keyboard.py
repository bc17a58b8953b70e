"""A terminal that a scanner types on, while a counter uses it."""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn


@contextmanager
def quiet_keyboard() -> Iterator[None]:
    """A terminal that does not repeat what the scanner types, which would push the answers away, and does not edit it:
    a code may hold control characters, by which a terminal would erase what came before them and make another code of
    it, hold back the answers, or stop the counter. Ctrl-C alone keeps its meaning.
    """
    if not sys.stdin.isatty():
        yield
        return
    import termios

    before = termios.tcgetattr(sys.stdin)
    quiet = termios.tcgetattr(sys.stdin)
    quiet[0] &= ~(termios.IXON | termios.IXOFF)
    quiet[3] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN)
    for place, value in ((termios.VMIN, 1), (termios.VTIME, 0), (termios.VQUIT, b"\0"), (termios.VSUSP, b"\0")):
        quiet[6][place] = value
    termios.tcsetattr(sys.stdin, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


@contextmanager
def until_stopped() -> Iterator[None]:
    """SIGTERM ends it as Ctrl-C does, so that the keyboard is as before; and Ctrl-C whoever started it, as shells have
    what they start in the background ignore it."""

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
