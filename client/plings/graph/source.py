"""What the graph should hold, by the registry's tables, which alone say what is so.

Everything is read from one snapshot. Its version is later than another's exactly if it knows the end of more
transactions, so of two states of a node the one of the later version is the later: see
docs/decisions/0016-graph.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import IsolationLevel

from plings.graph.model import Node, Relation
from plings.graph.queries import KEYS_AFTER, OF_POINTERS, POINTERS_OF_CLASSES, PRIMARY_POINTERS, ROWS, WAITING
from plings.identity import ClassPointer
from plings.registry.database import Connection, Registry, Row, fetch

VERIFICATION: Final = "sha256_hash"
"""How an instance's class is verified: the database checked that the pointer is the hash of the key and the path."""


@dataclass(frozen=True)
class Snapshot:
    """One state of the registry. Good inside of `snapshot` alone."""

    connection: Connection
    version: int
    text: str
    """As PostgreSQL writes it."""

    def keys_after(self, label: str, after: str, limit: int) -> list[str]:
        """Keys of nodes in the order of bytes, from the first after `after`."""
        if label != "ClassPointer":
            return [row["key"] for row in fetch(self.connection, KEYS_AFTER[label], {"after": after, "limit": limit})]
        # their texts are in the order of unsigned numbers, of which the database keeps the upper half as negative ones
        following = pointer_number(after) % (2 * _HALF) + 1 if after else 0
        found: list[int] = []
        for low, high in ((following, _HALF - 1), (max(following, _HALF), 2 * _HALF - 1)):
            if low <= high and len(found) < limit:
                less = 0 if high < _HALF else 2 * _HALF
                asked = {"first": low - less, "end": high - less, "limit": limit - len(found)}
                found += [row["key"] for row in fetch(self.connection, KEYS_AFTER[label], asked)]
        return [pointer_text(number) for number in found]

    def nodes(self, label: str, keys: Sequence[str]) -> list[Node]:
        """What the graph should hold for these keys, by key; nothing for what is not in the registry."""
        asked = {"keys": asked_for(label, keys)}
        rows = fetch(self.connection, ROWS[label], asked)
        if label == "ObjectClass":
            found = fetch(self.connection, PRIMARY_POINTERS, asked)
            primary = {row["class_id"]: row["class_pointer"] for row in found}
            rows = [row | {"primary_pointer": primary.get(row["registry_class_id"])} for row in rows]
        return sorted((_MADE[label](row) for row in rows), key=lambda node: node.key)

    def waiting(self, label: str, keys: Sequence[str]) -> set[str]:
        """Keys that wait in the outbox, at least those of `keys`."""
        asked: dict[str, Any] = {"keys": asked_for(label, keys)}
        if label == "ObjectClass":
            held = fetch(self.connection, POINTERS_OF_CLASSES, asked)
            asked |= {"classes": [row["class_id"] for row in held], "pointers": [row["class_pointer"] for row in held]}
        return {row["key"] for row in fetch(self.connection, WAITING[label], asked)}

    def classes_of(self, pointers: Sequence[int]) -> list[str]:
        """The classes of these pointers, each once."""
        return [row["key"] for row in fetch(self.connection, OF_POINTERS["ObjectClass"], {"pointers": list(pointers)})]

    def instances_of(self, pointers: Sequence[int], after: str, limit: int) -> list[str]:
        """The instances that have these pointers, by id, from the first after `after`."""
        asked = {"pointers": list(pointers), "after": after or _NIL, "limit": limit}
        return [row["key"] for row in fetch(self.connection, OF_POINTERS["ObjectInstance"], asked)]


@contextmanager
def snapshot(registry: Registry) -> Iterator[Snapshot]:
    """The registry as it is now, until the end of the block. Raises RegistryErrors."""
    connection = registry.connection
    before = connection.isolation_level
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with registry.transaction():
            row = fetch(connection, "SELECT snapshot_version() AS version, pg_current_snapshot()::text AS text")[0]
            yield Snapshot(connection, row["version"], row["text"])
    finally:
        if not connection.closed:
            connection.isolation_level = before


def asked_for(label: str, keys: Sequence[str]) -> list[Any]:
    """The keys as the registry's columns have them, without those that can be nobody's: a graph may hold anything."""
    kept: list[Any] = []
    for key in keys:
        with suppress(ValueError):
            if label == "ClassPointer":
                kept.append(pointer_number(key))
            elif label == "ManufacturerKey":
                kept += [key] if key.isascii() and key.isalnum() else []
            elif str(UUID(key)) == key:
                kept.append(key)
    return kept


def pointer_text(number: int) -> str:
    """The text of a pointer that the database keeps as a signed number."""
    return ClassPointer(number.to_bytes(8, "big", signed=True)).text


def pointer_number(text: str) -> int:
    """The other way round. Raises ClassPointerError."""
    return int.from_bytes(ClassPointer.parse(text).value, "big", signed=True)


def _known(properties: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}


def _manufacturer_key(row: Row) -> Node:
    return Node("ManufacturerKey", row["public_key"], _known(row))


def _object_class(row: Row) -> Node:
    parent, inherited, primary = row.pop("parent"), row.pop("inherited"), row.pop("primary_pointer")
    key: str = row["registry_class_id"]
    properties = _known(row) | {"id": key, "version": 1, "legacy_class_markers": [], "created_from_pointer": True}
    if primary is not None:
        properties["primary_class_pointer"] = pointer_text(primary)
    above = () if parent is None else (Relation("SUBCLASS_OF", parent, {"inherited_properties": inherited}),)
    return Node("ObjectClass", key, properties, above)


def _class_pointer(row: Row) -> Node:
    class_id, key = row.pop("class_id"), pointer_text(row["class_pointer"])
    relations = (Relation("POINTS_TO", class_id, {}), Relation("VERIFIED_BY", row["manufacturer_pubkey"], {}))
    return Node("ClassPointer", key, _known(row) | {"class_pointer": key}, relations)


def _object_instance(row: Row) -> Node:
    class_id, verified_at, pointer = row.pop("class_id"), row.pop("verified_at"), pointer_text(row["class_pointer"])
    properties = _known(row) | {"class_pointer": pointer, "migrated_from_dash_system": False}
    if class_id is None:
        return Node("ObjectInstance", row["id"], properties)
    facts: dict[str, Any] = {"class_pointer": pointer}
    if verified_at is not None:
        facts |= {"verification_method": VERIFICATION, "verified_at": verified_at}
    return Node("ObjectInstance", row["id"], properties, (Relation("INSTANCE_OF_CLASS", class_id, facts),))


_MADE: Final = {
    "ManufacturerKey": _manufacturer_key,
    "ObjectClass": _object_class,
    "ClassPointer": _class_pointer,
    "ObjectInstance": _object_instance,
}
_HALF: Final = 2**63
_NIL: Final = "00000000-0000-0000-0000-000000000000"
