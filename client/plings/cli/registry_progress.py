"""How far something that takes long has come: on stderr, for people at a terminal, and gone afterwards."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from plings.cli.output import Answer


class Tell(Protocol):
    """Tells how many are done and, where that is known, how many a second."""

    def __call__(self, done: int, per_second: float = 0.0, /) -> None: ...


@contextmanager
def progress(answer: Answer, what: str, total: int, unit: str = "") -> Iterator[Tell]:
    """A function to tell how many of about `total` are done. It says nothing with --json or --quiet."""
    if answer.as_json or answer.quiet or not sys.stderr.isatty():
        yield lambda done, per_second=0.0, /: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,}"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )
    task: TaskID = bar.add_task(what, total=total, rate="")

    def tell(done: int, per_second: float = 0.0, /) -> None:
        bar.update(task, completed=done, rate=f"{per_second:,.0f} {unit}/s" if per_second else "")

    with bar:
        yield tell
