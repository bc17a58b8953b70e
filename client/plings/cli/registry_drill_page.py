"""The drill's report, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from plings.cli.output import one_line
from plings.cli.registry_page import facts, lines, table, when

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

    from plings.registry.drill import DrillReport

STYLES = {
    "done": "green",
    "off_chain": "bold yellow",
    "planned": "bold",
    "waiting": "bold yellow",
    "incomplete": "bold red",
}

_SAID = {"planned": "a dry run, nothing was changed", "off_chain": "done but for the chain"}


def report_facts(report: DrillReport) -> dict[str, Any]:
    """For JSON."""
    totals = {"allocations_moved": report.allocations_moved, "pointers_moved": report.pointers_moved}
    return {**facts(report), **totals}


def report_page(report: DrillReport) -> RenderableType:
    """What it came to, each step, each manufacturer, and what remains to be done."""
    from rich.text import Text

    title = Text(f"Wallet {report.wallet} is compromised: to {report.replacement}", "bold")
    said = _SAID.get(report.status, report.status)
    head = Text.assemble(title, "\n", (said, STYLES.get(report.status, "")))
    parts = [head, Text(lines(_summary(report))), _steps(report), _manufacturers(report), _remains(report)]
    return Text("\n\n").join(parts)


def _summary(report: DrillReport) -> list[tuple[str, object]]:
    would = "would move" if report.dry_run else "moved"
    return [
        ("begun", f"{when(report.started_at)}, took {report.seconds:,.1f} s"),
        ("wallet", f"{report.wallet}, number {report.wallet_version}"),
        ("replaced by", f"{report.replacement}, number {report.replacement_version}"),
        (would, f"{report.allocations_moved:,} allocations, {report.pointers_moved:,} class pointers"),
    ]


def _steps(report: DrillReport) -> Text:
    rows = [
        (
            one.name.replace("_", " "),
            one.subject,
            _move(one.before, one.after),
            one.state,
            "see below" if one.text in report.remains else one.text,
        )
        for one in report.steps
    ]
    return table(["step", "of", "from what to what", "state", "notes"], rows)()


def _manufacturers(report: DrillReport) -> Text:
    rows = [
        (
            one.prefix,
            one.name,
            _move(one.status_before, one.status),
            one.successor or ("" if one.moves else "stays"),
            one.allocations_moved,
            one.pointers_moved,
            one.allocations_left + one.pointers_left,
            _move(one.chain_before, one.chain_after) if one.chain_before else "not told",
        )
        for one in report.manufacturers
    ]
    columns = ["prefix", "manufacturer", "status", "is now", "allocations", "pointers", "left", "on chain"]
    numbers = ["allocations", "pointers", "left"]
    return table(columns, rows, numbers=numbers, empty="no manufacturer is in this wallet")()


def _remains(report: DrillReport) -> Text:
    from rich.text import Text

    if not report.remains:
        return Text("nothing remains to be done by people")
    return Text("\n").join(
        [Text("What people must do", "bold"), *(Text(f"  {one_line(one)}") for one in report.remains)]
    )


def _move(before: str | None, after: str | None) -> str:
    return before or "?" if before == after else f"{before or '?'} -> {after or '?'}"
