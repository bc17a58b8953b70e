from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.monitor_page import found_page, look_line, look_page, patterns_page, threshold_line
from plings.cli.options import Json
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Acting, Data, Database, Limit
from plings.cli.registry_page import facts, plain
from plings.cli.registry_progress import progress
from plings.cli.registry_until import Seconds, until

if TYPE_CHECKING:
    from plings.monitoring import Look

OfPattern = Annotated[
    str | None,
    typer.Option("--pattern", metavar="NAME", show_default=False, help="Only of it: see plings monitor patterns."),
]
Withdrawn = Annotated[bool, typer.Option("--all", help="Also what is resolved, or was undone.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer()
    group.callback(
        invoke_without_command=True,
        epilog="Example:  plings monitor run; plings monitor --pattern copied_code",
        help="Show what looks wrong in all that was indexed, by pattern; `run` looks for it.\n\n"
        "Exit code 1 when something is open. Super-admins resolve it: plings registry alerts resolve.",
    )(monitor)
    commands = {
        run: "run --keep",
        patterns: "patterns",
        change: "set copied_code.wallets 5 --as ada@plings.example",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings monitor {example}")(command)
    app.add_typer(group, name="monitor")


def monitor(
    ctx: typer.Context,
    pattern: OfPattern = None,
    every: Withdrawn = False,
    limit: Limit = 1000,
    database: Database = None,
    data: Data = None,
    acting: Acting = None,
    as_json: Json = False,
) -> None:
    if ctx.invoked_subcommand is None:
        _findings(
            pattern=pattern,
            every=every,
            limit=limit,
            database=database,
            data=data,
            acting=acting,
            as_json=as_json,
        )
        return
    if any(_is_given(ctx, one) for one in ctx.params):
        raise typer.BadParameter(f"goes after {ctx.invoked_subcommand}: plings monitor {ctx.invoked_subcommand} --help")


@asking
def _findings(desk: Desk, pattern: OfPattern = None, every: Withdrawn = False, limit: Limit = 1000) -> None:
    from plings.monitoring import findings, standing

    _check_pattern(pattern)
    found = findings(desk.registry, pattern=pattern, open_only=not every, limit=limit)
    far = standing(desk.registry)
    told = {"findings": [facts(one) for one in found], "looked_at": plain(far.looked_at), "waiting": far.waiting}
    desk.give(told, found_page(found, far))
    count = sum(one.is_open for one in found)
    if count:
        desk.answer.fail(f"{count:,} {'finding is' if count == 1 else 'findings are'} open")


@asking
def run(
    desk: Desk,
    keep: Annotated[bool, typer.Option("--keep", help="Go on until interrupted.")] = False,
    every: Annotated[bool, typer.Option("--all", help="Go over everything again, and not only what is new.")] = False,
    seconds: Seconds = None,
) -> None:
    """Look for the patterns in what came since the last time, and raise an alert for each new finding.

    It goes on where it stopped, whatever stopped it. With --keep and --json, one object a line.
    """
    from plings.monitoring import begin_again, keep_looking, look_at_rest, standing

    if every:
        begin_again(desk.registry)
    if keep:
        with until(seconds) as stop:
            keep_looking(desk.registry, stop, on_look=lambda one: _print(desk, one))
        return
    if seconds is not None:
        raise typer.BadParameter("is for --keep", param_hint="--seconds")
    far = standing(desk.registry)
    with progress(desk.answer, "looking", far.waiting, "transactions") as tell:
        whole = look_at_rest(desk.registry, on_look=lambda one: tell(one.looked_through - far.looked_through))
    desk.give(facts(whole), look_page(whole))


@asking
def patterns(desk: Desk) -> None:
    """List what is looked for, what it means, what to do about it, and how much is too much."""
    from plings.monitoring import PATTERNS, thresholds

    every = thresholds(desk.registry)
    told = [
        {
            "pattern": one.name,
            "title": one.title,
            "meaning": one.meaning,
            "remedy": one.remedy,
            "alert_type": one.alert_type,
            "thresholds": [facts(each) for each in every if each.pattern == one.name],
        }
        for one in PATTERNS.values()
    ]
    others = [one for one in every if one.pattern not in PATTERNS]
    desk.give({"patterns": told, "of_all": [facts(one) for one in others]}, patterns_page(PATTERNS.values(), every))


@asking
def change(
    desk: Desk,
    threshold: Annotated[str, typer.Argument(metavar="PATTERN.NAME", help="Such as copied_code.wallets.")],
    value: Annotated[str, typer.Argument(metavar="VALUE", help="A whole number, or `default`.")],
) -> None:
    """Change how much is too much; for super-admins, and noted in the audit trail. The next look goes by it."""
    from plings.monitoring import set_threshold

    pattern, _, name = threshold.partition(".")
    if value != "default" and not (value.isascii() and value.isdigit() and len(value) < 19):
        raise typer.BadParameter(f"{value!a} is no whole number, nor `default`", param_hint="VALUE")
    made = set_threshold(desk.registry, pattern, name, None if value == "default" else int(value))
    desk.give(facts(made), threshold_line(made))


def _is_given(ctx: typer.Context, name: str) -> bool:
    source = ctx.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def _check_pattern(name: str | None) -> None:
    from plings.monitoring import PATTERNS

    if name is not None and name not in PATTERNS:
        raise typer.BadParameter(f"{name!a} is none of {', '.join(PATTERNS)}", param_hint="--pattern")


def _print(desk: Desk, one: Look) -> None:
    if one.transactions or one.undone or one.raised or one.withdrawn:
        print(json.dumps(facts(one)) if desk.answer.as_json else look_line(one), flush=True)
