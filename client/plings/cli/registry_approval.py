from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from plings.cli.app import show_help
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import IdOnly
from plings.cli.registry_page import facts, lines, table, when

if TYPE_CHECKING:
    from plings.registry.approvals import ApprovalRequest

RequestId = Annotated[UUID, typer.Argument(metavar="REQUEST", help="The request's id: plings registry approval list.")]

NUMBERS = frozenset({"version_id"})
"""The facts that are no texts."""


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="What takes several people: new wallets, another default wallet, another super-admin.")
    group.callback(invoke_without_command=True)(show_help)
    some = "01890a5d-ac96-774b-bcce-b302099a8057"
    commands = {
        request: "request change_default_wallet version_id=2 --reason 'v1 is full' --as ada@plings.example",
        approve: f"approve {some} --as bea@plings.example",
        withdraw: f"withdraw {some} --as ada@plings.example",
        listing: "list --closed",
        show: f"show {some}",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry approval {example}")(command)
    app.add_typer(group, name="approval")


@asking
def request(
    desk: Desk,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="create_wallet, change_default_wallet or grant_super_admin.")
    ],
    given: Annotated[list[str], typer.Argument(metavar="FACT=VALUE…", help="All that the action is approved by.")],
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for those who approve and for later.")],
    id_only: IdOnly = False,
) -> None:
    """Ask for an action with its exact facts. Asking is not approving: whoever asks may do that too.

    The command that was refused for want of approval tells the facts. Once enough super-admins have approved, run it
    again.
    """
    from plings.registry.approvals import request_approval

    made = request_approval(desk.registry, action, _facts(given), reason=reason)
    if id_only and not desk.answer.as_json:
        desk.give({}, str(made.id))
    else:
        _give(desk, made)


@asking
def approve(desk: Desk, request_id: RequestId) -> None:
    """Approve a request, as the super-admin who acts. Look at it first: `plings registry approval show`."""
    from plings.registry.approvals import approve as approve_request

    _give(desk, approve_request(desk.registry, request_id))


@asking
def withdraw(desk: Desk, request_id: RequestId) -> None:
    """Close a request, which nobody can carry out then."""
    from plings.registry.approvals import withdraw_request

    _give(desk, withdraw_request(desk.registry, request_id))


@asking
def listing(
    desk: Desk,
    closed: Annotated[bool, typer.Option("--closed", help="Also those that were carried out or withdrawn.")] = False,
) -> None:
    """List the requests, oldest first."""
    from plings.registry.approvals import approval_requests

    found = approval_requests(desk.registry, closed=closed)
    rows = [(one.id, one.action, _said(one.facts), f"{one.approvals} of {one.needed}", one.status) for one in found]
    shown = table(["request", "action", "facts", "approved", "status"], rows, empty="nothing waits for approval")
    desk.give({"requests": [facts(one) for one in found]}, shown)


@asking
def show(desk: Desk, request_id: RequestId) -> None:
    """Show a request: what exactly would be done, why, and who approved it."""
    from plings.registry.approvals import approval_request

    _give(desk, approval_request(desk.registry, request_id))


def _facts(given: list[str]) -> dict[str, Any]:
    """`version_id=1` and so on. Raises BadParameter."""
    named: dict[str, Any] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or name in named:
            raise typer.BadParameter(f"{one!a} is not FACT=VALUE, once each", param_hint="FACT=VALUE")
        if name in NUMBERS and not (value.isascii() and value.isdecimal() and len(value) < 10):
            raise typer.BadParameter(f"{name} is a number", param_hint="FACT=VALUE")
        named[name] = int(value) if name in NUMBERS else value
    return named


def _said(named: dict[str, Any]) -> str:
    return " ".join(f"{name}={value}" for name, value in named.items())


def _give(desk: Desk, one: ApprovalRequest) -> None:
    rows = [
        ("request", one.id),
        ("action", one.action),
        *((f"  {name}", value) for name, value in one.facts.items()),
        ("reason", one.reason),
        ("asked by", f"{one.requested_by}, {when(one.requested_at)}"),
        ("approved by", f"{', '.join(one.approved_by) or 'nobody'} ({one.approvals} of {one.needed})"),
        ("status", one.status),
    ]
    desk.give(facts(one), lines(rows))
