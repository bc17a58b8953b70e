"""What cannot come about through the registry, put into a test's own database by its owner."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg

from plings.registry import Registry
from plings.registry.collisions import PREVENTED
from plings.registry.manufacturers import manufacturer
from plings.registry.people import give_database_role


def own(registry: Registry, sql: str, parameters: Any = ()) -> list[dict[str, Any]]:
    """A statement by the owner of the tables, whom no grant and no guard's approval concerns."""
    return Registry(registry.connection, registry.user_id, role=None).rows(sql, parameters)


@contextmanager
def unguarded(registry: Registry, *tables: str) -> Iterator[Registry]:
    """Inside of it the tables' triggers are off, also for others in this database."""
    for table in tables:
        own(registry, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield Registry(registry.connection, registry.user_id, role=None)
    for table in tables:
        own(registry, f"ALTER TABLE {table} ENABLE TRIGGER USER")


@contextmanager
def own_role(registry: Registry, organization: str) -> Iterator[str]:
    """A PostgreSQL role of an organisation's, which is the whole server's and outlives a test's database."""
    name = f"{organization.lower()}_{uuid4().hex[:8]}"
    owner = Registry(registry.connection, registry.user_id, role=None)
    give_database_role(owner, organization, name)
    try:
        yield name
    finally:
        owner.rows(f"DROP ROLE {name}")


def plant_pointer(registry: Registry, path: str, holder: str, class_id: UUID) -> str:
    """Gives the pointer that a path hashes to away, to the manufacturer of another prefix; the pointer's text.

    Real collisions take 2^32 hashes at least.
    """
    key = manufacturer(registry, ".".join(path.split(".")[:2])).ed25519_public_key
    facts = {"key": key, "path": path, "class": class_id, "holder": holder}
    insert = """
        INSERT INTO global_class_pointer_registry (class_pointer, class_id, manufacturer_number, shard_id)
        SELECT class_pointer_of(%(key)s, %(path)s), %(class)s, number, shard_id
        FROM manufacturer_registry WHERE prefix = %(holder)s
    """
    own(registry, insert, facts)
    return str(own(registry, "SELECT pointer_text(class_pointer_of(%(key)s, %(path)s)) AS text", facts)[0]["text"])


def raise_alert(registry: Registry, message: str = "look", *, organization: UUID | None = None, **details: Any) -> None:
    """An alert, as guards raise them."""
    call = "SELECT raise_alert(%s, 'HIGH', %s, %s, NULL, %s)"
    registry.rows(call, [PREVENTED, message, psycopg.types.json.Jsonb(details), organization])
