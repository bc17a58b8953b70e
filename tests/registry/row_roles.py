"""Manufacturers' own database roles, and others' that have no business here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.conninfo import make_conninfo

from fixtures.fix_registry import copied_database
from plings.registry import Registry, connect
from plings.registry.people import give_database_role
from plings.server import EmbeddedServer
from registry.actions import furnish
from registry.planting import own
from registry.world import World

ROLES = {"ikea": "plings_test_ikea", "acme": "plings_test_acme"}
UNMAPPED, STRANGER = "plings_test_unmapped", "plings_test_stranger"


@contextmanager
def office_with_roles(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    """A furnished world where IKEA and ACME have roles of their own, and two others have none of an organisation."""
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        furnish(world)
        owner = Registry(connection, world.ada.user_id, role=None)
        try:
            give_database_role(owner, "IKEA", ROLES["ikea"])
            give_database_role(owner, "ACME", ROLES["acme"])
            connection.execute(f"CREATE ROLE {UNMAPPED} LOGIN IN ROLE plings_manufacturer".encode())
            connection.execute(f"CREATE ROLE {STRANGER} LOGIN".encode())
            yield world
        finally:
            for role in (*ROLES.values(), UNMAPPED, STRANGER):
                connection.execute(f"DROP OWNED BY {role}".encode())
                connection.execute(f"DROP ROLE {role}".encode())


@contextmanager
def as_role(world: World, role: str, user: Registry | None = None) -> Iterator[Registry]:
    """Logged in as a role of the database, on its own connection."""
    with connect(make_conninfo(world.url, user=role)) as connection:
        yield Registry(connection, user and user.user_id, role=None)


def organization_id(world: World, name: str) -> Any:
    return own(world.ada, "SELECT id FROM organizations WHERE name = %s", [name])[0]["id"]
