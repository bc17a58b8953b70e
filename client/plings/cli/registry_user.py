from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.app import show_help
from plings.cli.registry_advice import by_agreement
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Email
from plings.cli.registry_page import facts, lines, table, when, yes

if TYPE_CHECKING:
    from plings.registry.people import User


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Who acts in the registry. Users are never removed, only made inactive.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(epilog="Example:  plings registry user add ida@ikea.example --as ada@plings.example")(add)
    group.command(name="list", epilog="Example:  plings registry user list --json")(listing)
    group.command(epilog="Example:  plings registry user change ida@ikea.example --inactive --as ada@plings.example")(
        change
    )
    app.add_typer(group, name="user")


@asking
def add(
    desk: Desk,
    email: Email,
    super_admin: Annotated[bool, typer.Option("--super-admin", help="One of those who look after all of it.")] = False,
) -> None:
    """Add a user. Super-admins do, and in an empty registry anybody.

    The third super-admin and later ones take approval: `plings registry approval request grant_super_admin
    email=EMAIL`.
    """
    from plings.registry.people import add_user

    with by_agreement(desk.registry, "grant_super_admin", {"email": email}):
        _give(desk, add_user(desk.registry, email, super_admin=super_admin))


@asking
def listing(desk: Desk) -> None:
    """List the users."""
    from plings.registry.people import users

    found = users(desk.registry)
    rows = [(one.email, yes(one.is_super_admin), yes(one.is_active), when(one.created_at)) for one in found]
    shown = table(["user", "super-admin", "active", "added"], rows, empty="nobody is here yet")
    desk.give({"users": [facts(one) for one in found]}, shown)


@asking
def change(
    desk: Desk,
    email: Email,
    super_admin: Annotated[
        bool | None, typer.Option("--super-admin/--no-super-admin", help="Whether to look after all of it.")
    ] = None,
    active: Annotated[bool | None, typer.Option("--active/--inactive", help="Whether to act at all.")] = None,
) -> None:
    """Make a user a super-admin or not, active or not. As many super-admins stay as an approval takes."""
    from plings.registry.people import change_user

    with by_agreement(desk.registry, "grant_super_admin", {"email": email}):
        _give(desk, change_user(desk.registry, email, super_admin=super_admin, active=active))


def _give(desk: Desk, user: User) -> None:
    shown = [
        ("user", user.email),
        ("super-admin", yes(user.is_super_admin)),
        ("active", yes(user.is_active)),
        ("id", user.id),
    ]
    desk.give(facts(user), lines(shown))
