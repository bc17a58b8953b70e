from __future__ import annotations

import sys
from typing import Annotated

import typer

from plings.cli.app import show_help
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Email, Organization
from plings.cli.registry_page import facts, lines, table, when
from plings.errors import SettingsError

LONGEST_PASSWORD = 1000


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Whom manufacturers and classes belong to, and who acts for them.")
    group.callback(invoke_without_command=True)(show_help)
    commands = {
        add: "add IKEA --as ada@plings.example",
        listing: "list --json",
        members: "members IKEA",
        add_member: "add-member IKEA ida@ikea.example --role owner --as ada@plings.example",
        remove_member: "remove-member IKEA ivo@ikea.example --as ida@ikea.example",
        database_role: "database-role IKEA ikea_reader --password-stdin --as ada@plings.example < password.txt",
    }
    for command, example in commands.items():
        group.command(name=example.split()[0], epilog=f"Example:  plings registry organization {example}")(command)
    app.add_typer(group, name="organization")


@asking
def add(desk: Desk, name: Organization) -> None:
    """Add an organisation. Super-admins do."""
    from plings.registry.people import add_organization

    made = add_organization(desk.registry, name)
    desk.give(facts(made), lines([("organisation", made.name), ("id", made.id)]))


@asking
def listing(desk: Desk) -> None:
    """List the organisations."""
    from plings.registry.people import organizations

    found = organizations(desk.registry)
    rows = [(one.name, one.database_role, when(one.created_at), one.id) for one in found]
    shown = table(["organisation", "database role", "added", "id"], rows)
    desk.give({"organizations": [facts(one) for one in found]}, shown)


@asking
def members(desk: Desk, name: Organization) -> None:
    """List an organisation's members: owners and admins act for it, members look on."""
    _give_members(desk, name)


@asking
def add_member(
    desk: Desk,
    name: Organization,
    email: Email,
    role: Annotated[str, typer.Option(metavar="ROLE", help="owner, admin or member.")] = "member",
) -> None:
    """Make a user a member, or give a member another role. Only owners and super-admins make owners."""
    from plings.registry.people import add_member as add_to_organization

    add_to_organization(desk.registry, name, email, role)
    _give_members(desk, name)


@asking
def remove_member(desk: Desk, name: Organization, email: Email) -> None:
    """Put a member out. The user stays, and what was done is still theirs."""
    from plings.registry.people import remove_member as remove_from_organization

    remove_from_organization(desk.registry, name, email)
    _give_members(desk, name)


@asking
def database_role(
    desk: Desk,
    name: Organization,
    role: Annotated[str, typer.Argument(metavar="ROLE", help="The new role's name in PostgreSQL.")],
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read its password from stdin, one line.")
    ] = False,
) -> None:
    """Make a PostgreSQL role that sees this organisation's rows and no others.

    Without a password it cannot log in by one. The database's own role must have the right to make roles.
    """
    from plings.registry import Registry
    from plings.registry.people import give_database_role

    password = _password() if password_stdin else None
    owner = Registry(desk.registry.connection, desk.registry.user_id, None)
    give_database_role(owner, name, role, password=password)
    shown = lines([("organisation", name), ("database role", role)])
    desk.give({"organization": name, "database_role": role, "has_password": password is not None}, shown)


def _password() -> str:
    """The first line of stdin. Raises SettingsError."""
    line = sys.stdin.readline(LONGEST_PASSWORD).rstrip("\r\n")
    if not line:
        raise SettingsError("there is no password on stdin")
    return line


def _give_members(desk: Desk, name: str) -> None:
    from plings.registry.people import members as members_of

    found = members_of(desk.registry, name)
    rows = [(one.email, one.role, when(one.added_at)) for one in found]
    shown = table(["member", "role", "added"], rows, empty=f"nobody is a member of {name}")
    desk.give({"organization": name, "members": [facts(one) for one in found]}, shown)
