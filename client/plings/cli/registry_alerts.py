from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from plings.cli.app import show_help
from plings.cli.output import one_line
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit
from plings.cli.registry_page import facts, lines, table, when
from plings.cli.registry_until import Seconds, until

if TYPE_CHECKING:
    from plings.registry.alerts import Alert, Delivery

Severity = Annotated[str | None, typer.Option(metavar="NAME", help="Only LOW, MEDIUM, HIGH or CRITICAL.")]

Webhook = Annotated[
    str,
    typer.Option(
        "--webhook",
        metavar="URL",
        envvar="PLINGS_WEBHOOK_URL",
        help="Where they go, by POST. Others see command lines: an address with a key in it is better in the variable.",
    ),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What somebody must look at.")
    group.callback(invoke_without_command=True)(show_help)
    acting = "--as ada@plings.example"
    commands = {
        listing: f"list --severity CRITICAL {acting}",
        resolve: f"resolve 01890a5d-ac96-774b-bcce-b302099a8057 {acting}",
        watch: f"watch {acting}",
        deliver: f"deliver --webhook https://alerts.example/plings {acting}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry alerts {example}")(command)
    app.add_typer(group, name="alerts")


@asking
def listing(
    desk: Desk,
    severity: Severity = None,
    kind: Annotated[str | None, typer.Option("--type", metavar="NAME", help="Only of this type.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that are resolved.")] = False,
    limit: Limit = 1000,
) -> None:
    """List open alerts, newest first: all of them for super-admins, those of one's organisations for others."""
    from plings.registry.alerts import alerts

    found = alerts(desk.registry, open_only=not every, severity=severity, alert_type=kind, limit=limit)
    rows = [(when(one.created_at), one.severity, one.alert_type, _standing(one), one.id) for one in found]
    if not found:
        desk.give({"alerts": []}, "no alerts")
        return
    columns = ["raised", "severity", "type", "status", "alert"]
    messages = lines((str(one.id), one.message) for one in found)
    drawn = table(columns, rows)
    desk.give({"alerts": [facts(one) for one in found]}, lambda: drawn().append(f"\n\n{messages}"))


@asking
def resolve(desk: Desk, alert: Annotated[UUID, typer.Argument(metavar="ALERT", help="The alert's id.")]) -> None:
    """Note that an alert is seen to."""
    from plings.registry.alerts import resolve_alert

    made = resolve_alert(desk.registry, alert)
    rows = [("alert", made.id), ("type", made.alert_type), ("message", made.message), ("resolved", made.resolved_at)]
    desk.give(facts(made), lines(rows))


@asking
def watch(desk: Desk, seconds: Seconds = None) -> None:
    """Print the open alerts, then each new one as it is raised, until interrupted. With --json, one object a line."""
    from plings.registry.alerts import listen

    with until(seconds) as stop:
        for alert in listen(desk.registry, stop=stop, open_first=True):
            print(json.dumps(facts(alert)) if desk.answer.as_json else _line(alert), flush=True)


@asking
def deliver(
    desk: Desk,
    webhook: Webhook,
    keep: Annotated[bool, typer.Option("--keep", help="Go on until interrupted.")] = False,
    seconds: Seconds = None,
) -> None:
    """Send the alerts that are due to a webhook. What failed is due again later; exit code 1 when something did.

    With PLINGS_WEBHOOK_SECRET, each is signed. With --keep and --json, one object a line.
    """
    from plings.registry.alerts import deliver_alerts, keep_delivering

    if keep:
        with until(seconds) as stop:
            keep_delivering(desk.registry, webhook, stop, on_delivery=lambda one: _print(desk, one))
        return
    made = deliver_alerts(desk.registry, webhook)
    failed = [one for one in made if one.failure is not None]
    rows = [(one.alert_id, one.alert_type, one.attempt, one.failure or "delivered") for one in made]
    shown = table(["alert", "type", "attempt", "came to"], rows, numbers=["attempt"], empty="nothing is due")
    desk.give({"deliveries": [facts(one) for one in made]}, shown)
    if failed:
        desk.answer.fail(f"{len(failed)} of {len(made)} not delivered: {failed[0].failure}")


def _standing(alert: Alert) -> str:
    """What it rests on may be undone, which nobody has to see to."""
    return "resolved" if alert.resolved_at else "withdrawn" if alert.withdrawn_at else "open"


def _print(desk: Desk, one: Delivery) -> None:
    line = f"{one.alert_id} {one.alert_type}: {one.failure or 'delivered'}"
    print(json.dumps(facts(one)) if desk.answer.as_json else one_line(line), flush=True)


def _line(alert: Alert) -> str:
    return one_line(f"{when(alert.created_at)}  {alert.severity:<8}  {alert.alert_type}: {alert.message} ({alert.id})")
