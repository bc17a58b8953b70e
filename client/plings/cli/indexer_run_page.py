"""How a run of the indexer looks: a page on a terminal, a line now and then on a pipe, an object a line as JSON."""

from __future__ import annotations

import dataclasses
import json
import time
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from plings.cli.output import one_line
from plings.cli.paper import Paper
from plings.cli.registry_page import facts
from plings.cli.times import span

if TYPE_CHECKING:
    from rich.console import RenderableType

    from plings.indexer.view import View

PAGE_SECONDS = 0.5
LINE_SECONDS = 10.0
LOOK_SECONDS = 0.2
"""How often it is looked whether there is something to tell at once."""


class Page:
    """A page that is drawn over itself."""

    interval = PAGE_SECONDS

    def __init__(self, title: str) -> None:
        from rich.live import Live

        self._title = title
        self._live = Live(console=Paper(), auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._live.__exit__(kind, error, trace)

    def tell(self, view: View) -> None:
        self._live.update(drawn(view, self._title), refresh=True)


class Lines:
    """A line every `every` seconds, and at once when the state is another."""

    interval = LOOK_SECONDS

    def __init__(self, every: float, as_json: bool) -> None:
        self._every = every
        self._as_json = as_json
        self._told_at = -every
        self._told: tuple[str, str | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None

    def tell(self, view: View) -> None:
        now, what = time.monotonic(), (view.state, view.waiting_for)
        if what == self._told and now - self._told_at < self._every:
            return
        self._told, self._told_at = what, now
        print(json.dumps(view_facts(view)) if self._as_json else f"{_clock()}  {line(view)}", flush=True)


def view_facts(view: View) -> dict[str, Any]:
    """For JSON: one level."""
    told = {field.name: getattr(view, field.name) for field in dataclasses.fields(view)}
    written, standing = told.pop("written"), told.pop("standing")
    told["events_per_second"], told["seconds"] = round(view.events_per_second, 1), round(view.seconds, 1)
    totals = {"transactions": written.taken, "undone": written.undone, "leaves": written.leaves}
    unsettled = dict.fromkeys(("through_slot", "provisional", "missing_leaves", "gaps", "gap_logs", "missing_since"))
    return {
        "at": _clock(),
        **told,
        **totals,
        "events": written.events,
        **(facts(standing) if standing else unsettled),
    }


def line(view: View) -> str:
    """For people who read it in a file."""
    parts = [_state(view)]
    if view.slot is not None:
        parts.append(f"slot {_position(view)}")
    if view.state != "starting":
        parts += [_rate(view), _written(view)]
    if view.standing:
        parts += [f"{view.standing.provisional:,} provisional", f"gaps: {_gaps(view)}"]
    return one_line("; ".join(parts))


def drawn(view: View, title: str) -> RenderableType:
    """For people who watch it."""
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    made = Table.grid(padding=(0, 2))
    made.add_column(style="dim", no_wrap=True)
    made.add_column(overflow="fold")
    for label, value, style in _rows(view):
        made.add_row(Text(label), Text(one_line(value), style=style))
    up = span(int(view.seconds))
    how = up if view.state in ("stopping", "stopped", "done") else f"{up}, Ctrl-C ends it"
    return Panel(made, title=Text(title), title_align="left", subtitle=Text(how), subtitle_align="right", expand=True)


def _rows(view: View) -> list[tuple[str, str, str]]:
    """Label, value, style."""
    rows = [("state", _state(view), _STYLES.get(view.state, "bold"))]
    if view.slot is not None or view.tip_slot is not None:
        rows.append(("slot", _position(view), ""))
    rows += [("rate", _rate(view), ""), ("this run", _written(view), "")]
    if view.standing:
        rows.append(("provisional", f"{view.standing.provisional:,} transactions, confirmed and not final yet", ""))
        rows.append(("gaps", _gaps(view), "yellow" if view.standing.missing_leaves else ""))
    return rows


_STYLES = {"following": "bold green", "done": "bold green", "waiting": "bold yellow"}


def _state(view: View) -> str:
    if view.waiting_for:
        return f"waiting: {view.waiting_for}"
    if view.state == "listing":
        return f"listing the chain's history, {view.found:,} transactions so far"
    if view.state == "catching up" and view.found:
        return f"catching up, {view.read:,} of {view.found:,} transactions{_left(view)}"
    if view.state == "reading" and view.found:
        return f"reading, {view.read / view.found:.0%} of {view.found / 1e6:,.1f} MB{_left(view)}"
    return view.state


def _left(view: View) -> str:
    """By what was read until now."""
    if not 0 < view.read < view.found or view.seconds < 5:
        return ""
    return f", about {span(round(view.seconds * (view.found - view.read) / view.read))} left"


def _position(view: View) -> str:
    if view.slot is None:
        return f"none yet; the tip is {view.tip_slot:,}"
    if view.lag_slots is None or view.lag_seconds is None:
        return f"{view.slot:,}"
    behind = f"{view.lag_slots:,} slots ({span(view.lag_seconds)}) behind the tip"
    final = f", {view.final_lag_slots:,} behind what is final" if view.final_lag_slots else ", all that is final"
    return f"{view.slot:,}, {behind}{final}"


def _rate(view: View) -> str:
    written = view.written
    mean = (written.leaves + written.events) / max(view.seconds, 1.0)
    return f"{view.events_per_second:,.1f} events/s ({mean:,.1f} on average)"


def _written(view: View) -> str:
    written = view.written
    undone = f", {written.undone:,} taken back" if written.undone else ""
    return f"{written.taken:,} transactions, {written.leaves:,} leaves, {written.events:,} other events{undone}"


def _gaps(view: View) -> str:
    standing = view.standing
    filled = f", {view.filled:,} transactions fetched for gaps" if view.filled else ""
    if standing is None or not standing.missing_leaves or standing.missing_since is None:
        return f"none{filled}"
    since = span(max(int((datetime.now(UTC) - standing.missing_since).total_seconds()), 0))
    refused = f"; {view.fill_trouble}" if view.fill_trouble else ""
    logs = f"{standing.gap_logs:,} log{'s' * (standing.gap_logs != 1)}"
    leaves = f"{standing.missing_leaves:,} lea{'ves' if standing.missing_leaves != 1 else 'f'}"
    return f"{leaves} of {logs} missing since {since}, asked for{filled}{refused}"


def _clock() -> str:
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
