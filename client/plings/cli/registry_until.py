"""Commands that go on until they are interrupted, or for so long."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.output import tell

if TYPE_CHECKING:
    from threading import Event

Seconds = Annotated[float | None, typer.Option("--seconds", min=0, metavar="NUMBER", help="Only for so long.")]


@contextmanager
def until(seconds: float | None) -> Iterator[Event]:
    """An event that is set after so long, or never; what is logged meanwhile is told on stderr."""
    import logging
    from threading import Event, Timer

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            tell(record.getMessage())

    log, handler, stop = logging.getLogger("plings.registry"), Told(logging.WARNING), Event()
    timer = Timer(seconds, stop.set) if seconds is not None else None
    log.addHandler(handler)
    try:
        if timer is not None:
            timer.start()
        yield stop
    finally:
        stop.set()
        if timer is not None:
            timer.cancel()
        log.removeHandler(handler)
