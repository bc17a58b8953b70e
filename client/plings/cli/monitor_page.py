"""How findings, looks and patterns look to people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from plings.cli.output import one_line
from plings.cli.registry_page import lines, table, when

if TYPE_CHECKING:
    from rich.text import Text

    from plings.monitoring import Finding, Look, Pattern, Standing, Threshold

_INDENT = "  "


def found_page(found: Sequence[Finding], far: Standing) -> str:
    """By pattern: how many, then each with its alert and the message; and how far was looked."""
    from plings.monitoring import PATTERNS

    parts = [] if found else ["nothing looks wrong in what was looked at"]
    for pattern in PATTERNS.values():
        those = [one for one in found if one.pattern == pattern.name]
        if those:
            heading = f"{pattern.name}: {pattern.title} ({len(those):,})"
            remedy = f"{_INDENT}What to do: {pattern.remedy}"
            parts.append("\n".join([heading, *(_finding(one) for one in those), remedy]))
    last = f"looked at last {when(far.looked_at)}" if far.looked_at else "nothing was looked at yet: plings monitor run"
    if far.looked_at and far.waiting:
        wait = "transaction waits" if far.waiting == 1 else "transactions wait"
        last += f"; {far.waiting:,} {wait}: plings monitor run"
    return "\n\n".join([*parts, last])


def _finding(one: Finding) -> str:
    notes = [when(one.found_at), one.severity]
    if one.withdrawn_at:
        notes.append("undone since")
    elif not one.is_open:
        notes.append("resolved")
    elif one.is_provisional:
        notes.append("not final yet")
    notes.append(f"alert {one.alert_id}" if one.alert_id else "without an alert: too many are open")
    return f"{_INDENT}{one_line(one.message)}\n{_INDENT * 2}{', '.join(notes)}"


def look_page(one: Look) -> str:
    """What a look came to."""
    rows = [
        ("transactions looked at", one.transactions),
        ("facts about objects", one.facts),
        ("taken back since", one.undone or None),
        ("alerts withdrawn", one.withdrawn or None),
        ("new alerts", len(one.raised)),
    ]
    return "\n".join([lines(rows), *(_raised(one))])


def look_line(one: Look) -> str:
    """The same in a line for each look, and one for each new alert."""
    parts = [f"{one.transactions:,} transactions"]
    if one.undone:
        parts.append(f"{one.undone:,} facts taken back")
    if one.withdrawn:
        parts.append(f"{one.withdrawn:,} alerts withdrawn")
    return "\n".join([", ".join(parts), *_raised(one)])


def _raised(one: Look) -> list[str]:
    return [one_line(f"{alert.severity} {alert.pattern}: {alert.message}") for alert in one.raised]


def patterns_page(patterns: Iterable[Pattern], every: Sequence[Threshold]) -> Callable[[], Text]:
    """Each with its thresholds."""
    told = "\n\n".join(
        f"{one.name}: {one.title}\n{_INDENT}{one.meaning}\n{_INDENT}What to do: {one.remedy}" for one in patterns
    )
    rows = [(f"{one.pattern}.{one.name}", one.value, one.default_value, one.meaning) for one in every]
    drawn = table(["threshold", "value", "default", "meaning"], rows, numbers=["value", "default"])
    return lambda: _after(f"{told}\n\n", drawn())


def threshold_line(one: Threshold) -> str:
    """One that was changed."""
    usual = "" if one.value == one.default_value else f" (default {one.default_value:,})"
    return f"{one.pattern}.{one.name} is {one.value:,}{usual}: {one.meaning}"


def _after(before: str, drawn: Text) -> Text:
    from rich.text import Text

    return Text(before).append_text(drawn)
