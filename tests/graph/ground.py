"""A registry with a graph, and ways to put into the graph what does not belong there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fixtures.fix_neo4j import PASSWORD, USER, Neo4j
from plings.graph import GraphStore, Node, check, open_graph, rebuild, sync
from plings.graph.model import KEYS, RELATIONS
from plings.identity import Identity, Path, ScanUrl, format_address, make_code
from plings.registry import Registry
from plings.registry.classes import change_class
from plings.registry.pointers import register_pointer
from registry.planting import own
from registry.world import World, identity


@dataclass
class Ground:
    """`registry` is what a process that keeps the graph has: the application's role, and nobody acts."""

    world: World
    registry: Registry
    store: GraphStore

    def sync(self) -> int:
        return sync(self.registry, self.store).entries

    def differences(self, **options: Any) -> list[tuple[str, str, str]]:
        """What, the node's label and what it is about, of each difference."""
        found = check(self.registry, self.store, **options).differences
        return [(one.what, one.label, one.name) for one in found]

    def node(self, label: str, key: object) -> Node | None:
        return next(iter(self.store.nodes(label, [str(key)])), None)

    def properties(self, label: str, key: object) -> dict[str, Any]:
        found = self.node(label, key)
        assert found is not None and found.properties is not None
        return dict(found.properties)

    def add_class(self, name: str, path: str | None = None, parent: UUID | None = None, **facts: Any) -> UUID:
        """A class of IKEA's with a pointer of that path."""
        made = self.world.class_id(name)
        if parent is not None or facts:
            change_class(self.world.ida, made, parent_class_id=parent, **facts)
        if path is not None:
            register_pointer(self.world.ida, path, made)
        return made

    def add_instance(self, path: str, class_id: UUID | None = None) -> UUID:
        """Somebody saw the code of that path."""
        code = code_of(path)
        insert = """
            INSERT INTO object_instances (path, class_pointer, solana_address, class_id)
            VALUES (%s, pointer_from_text(%s), %s, %s) RETURNING id
        """
        row = self.world.ada.rows(insert, [path, code.class_pointer.text, format_address(code.address), class_id])[0]
        found: UUID = row["id"]
        return found

    # What the two stores do differently.

    def set_property(self, label: str, key: object, name: str, value: Any) -> None:
        raise NotImplementedError

    def drop_node(self, label: str, key: object) -> None:
        raise NotImplementedError

    def add_node(self, label: str, key: object) -> None:
        raise NotImplementedError

    def drop_relation(self, kind: str, source: object) -> None:
        raise NotImplementedError

    def add_relation(self, kind: str, source: object, target: object) -> None:
        raise NotImplementedError

    def set_relation_property(self, kind: str, source: object, name: str, value: Any) -> None:
        raise NotImplementedError


class TablesGround(Ground):
    def set_property(self, label: str, key: object, name: str, value: Any) -> None:
        change = """
            UPDATE graph_nodes SET properties = jsonb_strip_nulls(properties || %s::jsonb)
            WHERE label = %s AND key = %s
        """
        own(self.registry, change, [json.dumps({name: value}), label, str(key)])

    def drop_node(self, label: str, key: object) -> None:
        own(self.registry, "DELETE FROM graph_nodes WHERE label = %s AND key = %s", [label, str(key)])

    def add_node(self, label: str, key: object) -> None:
        properties = json.dumps({KEYS[label]: str(key)})
        own(self.registry, "INSERT INTO graph_nodes VALUES (%s, %s, 1, %s)", [label, str(key), properties])

    def drop_relation(self, kind: str, source: object) -> None:
        own(self.registry, "DELETE FROM graph_relations WHERE kind = %s AND source = %s", [kind, str(source)])

    def add_relation(self, kind: str, source: object, target: object) -> None:
        own(self.registry, "INSERT INTO graph_relations VALUES (%s, %s, %s)", [kind, str(source), str(target)])

    def set_relation_property(self, kind: str, source: object, name: str, value: Any) -> None:
        change = """
            UPDATE graph_relations SET properties = jsonb_strip_nulls(properties || %s::jsonb)
            WHERE kind = %s AND source = %s
        """
        own(self.registry, change, [json.dumps({name: value}), kind, str(source)])


@dataclass
class BoltGround(Ground):
    driver: Any

    def run(self, statement: str, **given: Any) -> list[dict[str, Any]]:
        return [row.data() for row in self.driver.execute_query(statement, given).records]

    def set_property(self, label: str, key: object, name: str, value: Any) -> None:
        self.run(f"MATCH (n:{label} {{{KEYS[label]}: $key}}) SET n.{name} = $value", key=str(key), value=value)

    def drop_node(self, label: str, key: object) -> None:
        self.run(f"MATCH (n:{label} {{{KEYS[label]}: $key}}) DETACH DELETE n", key=str(key))

    def add_node(self, label: str, key: object) -> None:
        self.run(f"CREATE (n:{label} {{{KEYS[label]}: $key}})", key=str(key))

    def drop_relation(self, kind: str, source: object) -> None:
        self.run(f"MATCH (n:{self._from(kind)})-[r:{kind}]->() DELETE r", key=str(source))

    def add_relation(self, kind: str, source: object, target: object) -> None:
        to = RELATIONS[kind][1]
        match = f"MATCH (n:{self._from(kind)}), (t:{to} {{{KEYS[to]}: $target}}) CREATE (n)-[:{kind}]->(t)"
        self.run(match, key=str(source), target=str(target))

    def set_relation_property(self, kind: str, source: object, name: str, value: Any) -> None:
        self.run(f"MATCH (n:{self._from(kind)})-[r:{kind}]->() SET r.{name} = $value", key=str(source), value=value)

    @staticmethod
    def _from(kind: str) -> str:
        label = RELATIONS[kind][0]
        return f"{label} {{{KEYS[label]}: $key}}"


def tables_ground(world: World) -> Ground:
    """The tables, which are fed from the first migration on."""
    with open_graph(world.nobody) as store:
        made = TablesGround(world, world.nobody, store)
    made.sync()
    return made


@contextmanager
def bolt_ground(world: World, server: Neo4j) -> Iterator[BoltGround]:
    """A Neo4j, built."""
    from neo4j import GraphDatabase

    with (
        GraphDatabase.driver(server.url, auth=(USER, PASSWORD)) as driver,
        open_graph(world.nobody, server.url) as store,
    ):
        rebuild(world.nobody, store)
        yield BoltGround(world, world.nobody, store, driver)


def maker() -> Identity:
    return identity("2.3")


def code_of(path: str) -> ScanUrl:
    return make_code(maker(), Path(path))


def pointer_of(path: str) -> str:
    """The class pointer of the code of an object's path."""
    return code_of(path).class_pointer.text
