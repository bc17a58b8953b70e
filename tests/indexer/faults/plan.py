"""What one run is: where the indexer is stopped, and what befalls it there. All is drawn from a seed beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from plings.indexer import Batch, RawTransaction

Where = Literal["batch", "decode", "statement", "copy", "commit", "wake", "page"]
"""After a batch or a rebuilt page is written, while one is decoded, before an SQL statement, within a COPY, at a
COMMIT, while a live source waits."""

What = Literal[
    "die", "die unanswered", "cut", "cut unanswered", "cancel", "terminate", "kill backend", "restart", "crash",
    "another", "advance",
]  # fmt: skip
"""What happens at a point, see TOLD_AS."""

TOLD_AS: Final[dict[str, str]] = {
    "die": "kill -9 of the indexer",
    "die unanswered": "kill -9 of the indexer between COMMIT and its answer",
    "cut": "connection to the database cut",
    "cut unanswered": "connection cut between COMMIT and its answer",
    "cancel": "indexer cancelled",
    "terminate": "database session terminated",
    "kill backend": "kill -9 of a database process",
    "restart": "immediate restart of the database",
    "crash": "kill -9 of the database server",
    "another": "second indexer at once",
    "advance": "the chain goes on meanwhile",
}


@dataclass(frozen=True)
class Point:
    """At the `n`-th time (from 1) that a process comes to a place. `part` of 0 to 1 is how much of a COPY is sent."""

    where: Where
    n: int
    what: What
    part: float = 0.0

    def __str__(self) -> str:
        part = f" ({self.part:.0%} sent)" if self.where == "copy" else ""
        return f"{self.where} {self.n}{part}: {TOLD_AS[self.what]}"


@dataclass(frozen=True)
class Go:
    """One process: what it does until it ends or is ended."""

    task: Literal["index", "rebuild", "fill gaps"]
    source: Literal["backfill", "live", "told", "file", "archive", "none"] = "none"
    points: tuple[Point, ...] = ()
    page_size: int = 20

    def __str__(self) -> str:
        points = "; ".join(map(str, self.points)) or "undisturbed"
        return f"{self.task}{'' if self.source == 'none' else f' ({self.source})'}: {points}"


@dataclass(frozen=True)
class View:
    """The chain as a node tells it: the first `final` of the history are final, `tail` is confirmed above them.

    `omitted` are signatures that it does not list, `cut` those whose logs it cuts, `page` is the most that it lists.
    """

    final: int
    tail: tuple[RawTransaction, ...] = ()
    omitted: frozenset[bytes] = frozenset()
    cut: frozenset[bytes] = frozenset()
    page: int = 1_000


@dataclass(frozen=True)
class Plan:
    """A run. `troubles` are answers that a node gives in the place of true ones, by method and what is asked.

    `lied`: something was left out, or told with cut logs: an archive then tells all of it.
    """

    seed: int
    traffic: str
    final: tuple[RawTransaction, ...]
    goes: tuple[Go, ...]
    closing: Go
    step: int
    views: tuple[View, ...] = ()
    troubles: dict[tuple[str, object], Sequence[str]] = field(default_factory=dict)
    wakes: tuple[int, ...] = ()
    """By how many views the chain went on each time that a live source is woken: 0 for nothing, 2 if one was lost."""
    batches: tuple[Batch, ...] = ()
    records: tuple[RawTransaction, ...] = ()
    file_form: str = "plings"
    file_ends_early: float | None = None
    lied: bool = False
    rebuilds: tuple[Go, ...] = ()
    drawn: dict[str, int] = field(default_factory=dict)
    """What the sources tell amiss, counted by what it is called in the report."""

    def lines(self) -> list[str]:
        """The plan in words."""
        said = [f"seed {self.seed}: {self.traffic}, {len(self.final)} transactions, {self.step} at once"]
        said += [f"  view {at}: {view.final} final, {len(view.tail)} confirmed, {len(view.omitted)} omitted,"
                 f" {len(view.cut)} cut, pages of {view.page}" for at, view in enumerate(self.views)]  # fmt: skip
        if self.wakes:
            said.append(f"  woken after {', '.join(map(str, self.wakes))} views")
        said += [f"  node: {' '.join(map(str, asked))[:60]} -> {', '.join(answers)}"
                 for asked, answers in self.troubles.items()]  # fmt: skip
        said += [f"  batch {at}: {_told(batch)}" for at, batch in enumerate(self.batches)]
        if self.records:
            early = "" if self.file_ends_early is None else f", at first {self.file_ends_early:.0%} of it"
            said.append(f"  file: {len(self.records)} records as {self.file_form}{early}")
        said += [f"  source: {what}: {count}" for what, count in self.drawn.items()]
        said += [f"  process {at}: {go}" for at, go in enumerate((*self.goes, self.closing, *self.rebuilds))]
        return said


def _told(batch: Batch) -> str:
    through = "" if batch.complete_through is None else f", complete through slot {batch.complete_through}"
    told = f", {len(batch.told_before)} told before" if batch.told_before else ""
    return f"{len(batch.transactions)} {batch.commitment}{told}{through}"


Job = dict[str, Any]
"""What a process is asked for, see `plings.indexer` for the parts: pickled."""
