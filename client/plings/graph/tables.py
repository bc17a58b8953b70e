"""The graph as tables of the registry's own database: the default."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

from plings.errors import StateRefused
from plings.graph.model import (
    HIGHEST_CLASS,
    MOMENTS,
    RELATIONS,
    GraphState,
    Node,
    Properties,
    Relation,
    Step,
    kinds_from,
)
from plings.registry.database import Connection, Registry, Row, fetch


@dataclass
class Tables:
    """graph_nodes and graph_relations."""

    registry: Registry
    name: str = "tables of the registry's database"

    def state(self) -> GraphState | None:
        return self.registry.record(GraphState, "SELECT graph_id, version, is_complete FROM graph_state")

    def begin(self, graph_id: UUID) -> None:
        self.registry.rows("UPDATE graph_state SET graph_id = %s, version = 0, is_complete = false", [graph_id])

    def complete(self, graph_id: UUID) -> None:
        self.registry.attempt(lambda connection: _meant(connection, graph_id, is_complete=True))

    def write(self, graph_id: UUID, nodes: Sequence[Node], version: int, *, force: bool = False) -> None:
        ordered = sorted(nodes, key=lambda node: node.key)  # so that no two who write wait for each other
        if ordered:
            self.registry.attempt(lambda connection: _write(connection, graph_id, ordered, version, force))

    def remove(self, graph_id: UUID, label: str, keys: Sequence[str]) -> None:
        def work(connection: Connection) -> None:
            _meant(connection, graph_id)
            _remove(connection, label, keys)

        self.registry.attempt(work)

    def sweep(self, graph_id: UUID, first: int, last: int) -> int:
        def work(connection: Connection) -> int:
            _meant(connection, graph_id)
            removed: int = fetch(connection, _SWEEP, {"first": first, "last": last})[0]["removed"]
            for kind, (source, target) in RELATIONS.items():
                fetch(connection, _WITHOUT_ENDS, {"kind": kind, "source": source, "target": target})
            return removed

        return self.registry.attempt(work)

    def page(self, label: str, after: str, limit: int) -> list[Node]:
        kinds = kinds_from(label)
        parts = [_NODE_KEYS, *[_RELATION_KEYS] * len(kinds)]
        asked = [label, after, limit, *(value for kind in kinds for value in (kind, after, limit)), limit]
        found = f"(SELECT key FROM ({' UNION '.join(parts)}) AS found ORDER BY key LIMIT %s)"
        rows = self.registry.rows(_NODES.format(keys=found), [*asked, label, kinds])
        return [_node(label, row) for row in rows]

    def nodes(self, label: str, keys: Sequence[str]) -> list[Node]:
        rows = self.registry.rows(_NODES.format(keys="unnest(%s::text[])"), [list(keys), label, kinds_from(label)])
        return [_node(label, row) for row in rows if row["properties"] is not None or row["relations"]]

    def strays(self, label: str) -> list[str]:
        return []  # a key is never NULL here

    def remove_strays(self, graph_id: UUID, label: str) -> None:
        pass

    def instances_of_pointer(self, class_pointer: str, after: str, limit: int) -> list[Node]:
        return self._nodes("ObjectInstance", _INSTANCES, {"pointer": class_pointer, "after": after, "limit": limit})

    def product_of_pointer(self, class_pointer: str) -> list[Node]:
        return self._nodes("ObjectClass", _LED_TO, {"pointer": class_pointer, "kind": "POINTS_TO", "to": "ObjectClass"})

    def keys_that_verify(self, class_pointer: str) -> list[Node]:
        asked = {"pointer": class_pointer, "kind": "VERIFIED_BY", "to": "ManufacturerKey"}
        return self._nodes("ManufacturerKey", _LED_TO, asked)

    def hierarchy_of_pointer(self, class_pointer: str) -> list[Step]:
        return self._hierarchy(_POINTERS_CLASS, class_pointer)

    def hierarchy_of_instances(self, class_pointer: str) -> list[Step]:
        return self._hierarchy(_INSTANCES_CLASSES, class_pointer)

    def _nodes(self, label: str, select: str, asked: Row) -> list[Node]:
        rows = self.registry.rows(select, asked)
        return [Node(label, row["key"], decoded(row["properties"]), version=row["version"]) for row in rows]

    def _hierarchy(self, start: str, class_pointer: str) -> list[Step]:
        asked = {"pointer": class_pointer, "highest": HIGHEST_CLASS}
        return self.registry.records(Step, _HIERARCHY.format(start=start), asked)


def _meant(connection: Connection, graph_id: UUID, version: int = 0, is_complete: bool = False) -> None:
    """Locks the graph for this transaction, and notes what was written. Raises StateRefused for another graph."""
    asked = {"id": graph_id, "version": version, "is_complete": is_complete}
    if not fetch(connection, _MEANT, asked):
        raise StateRefused("the graph was begun anew meanwhile", "other_graph")


def _write(connection: Connection, graph_id: UUID, nodes: Sequence[Node], version: int, force: bool) -> None:
    _meant(connection, graph_id, version)
    label = nodes[0].label
    rows = [{"key": node.key, "properties": node.properties or {}} for node in nodes]
    given = {"label": label, "version": version, "force": force, "rows": _encoded(rows)}
    taken = {row["key"] for row in fetch(connection, _UPSERT, given)}
    kinds = kinds_from(label)
    if not kinds:
        return
    leading = [
        {"kind": one.kind, "source": node.key, "target": one.target, "properties": one.properties}
        for node in nodes
        if node.key in taken
        for one in node.relations
    ]
    relations = {"from": _encoded(list(taken)), "kinds": kinds, "rows": _encoded(leading)}
    fetch(connection, _UNRELATE, relations)
    fetch(connection, _RELATE, relations)


def _remove(connection: Connection, label: str, keys: Sequence[str]) -> None:
    into = [kind for kind, (_, target) in RELATIONS.items() if target == label]
    asked = {"label": label, "keys": list(keys), "out": kinds_from(label), "into": into}
    fetch(connection, "DELETE FROM graph_nodes WHERE label = %(label)s AND key = ANY(%(keys)s)", asked)
    fetch(connection, _DETACH, asked)


def _node(label: str, row: Row) -> Node:
    relations = (Relation(one["kind"], one["target"], decoded(one["properties"])) for one in row["relations"])
    properties = None if row["properties"] is None else decoded(row["properties"])
    return Node(label, row["key"], properties, tuple(relations), row["version"])


def _encoded(rows: list[Any]) -> str:
    """As one text: arrays of texts take the driver as long as the database takes to store them."""
    return json.dumps(rows, default=lambda moment: moment.astimezone(UTC).isoformat(timespec="microseconds"))


def decoded(properties: Mapping[str, Any]) -> Properties:
    """JSON's texts of moments as moments; a text that is none stays one, and is a difference."""
    moments = {name: _moment(value) for name, value in _moments(properties)}
    return {**properties, **moments} if moments else properties


def _moments(properties: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    return ((name, properties[name]) for name in MOMENTS & properties.keys() if isinstance(properties[name], str))


def _moment(text: str) -> datetime | str:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return text


_MEANT: Final = """
    UPDATE graph_state SET version = greatest(version, %(version)s), is_complete = is_complete OR %(is_complete)s
    WHERE graph_id = %(id)s RETURNING graph_id
"""

_UPSERT: Final = """
    INSERT INTO graph_nodes (label, key, version, properties)
    SELECT %(label)s::graph_label, key, %(version)s, properties
    FROM json_to_recordset(%(rows)s::json) AS given (key text, properties jsonb)
    ON CONFLICT (label, key) DO UPDATE SET version = excluded.version, properties = excluded.properties
    WHERE %(force)s OR graph_nodes.version <= excluded.version
    RETURNING key
"""

_GIVEN: Final = """
    json_to_recordset(%(rows)s::json) AS given (kind graph_relation, source text, target text, properties jsonb)
"""

_UNRELATE: Final = f"""
    DELETE FROM graph_relations AS old
    WHERE kind = ANY(%(kinds)s::graph_relation[])
        AND source = ANY(ARRAY(SELECT json_array_elements_text(%(from)s::json)))
        AND (kind, source, target) NOT IN (SELECT given.kind, given.source, given.target FROM {_GIVEN})
"""

_RELATE: Final = f"""
    INSERT INTO graph_relations AS old (kind, source, target, properties)
    SELECT kind, source, target, properties FROM {_GIVEN}
    ON CONFLICT (kind, source, target) DO UPDATE SET properties = excluded.properties
    WHERE old.properties <> excluded.properties
"""

_DETACH: Final = """
    DELETE FROM graph_relations
    WHERE (kind = ANY(%(out)s::graph_relation[]) AND source = ANY(%(keys)s::text[]))
        OR (kind = ANY(%(into)s::graph_relation[]) AND target = ANY(%(keys)s::text[]))
"""

_SWEEP: Final = """
    WITH swept AS (DELETE FROM graph_nodes WHERE version < %(first)s OR version > %(last)s RETURNING true)
    SELECT count(*) AS removed FROM swept
"""

_WITHOUT_ENDS: Final = """
    DELETE FROM graph_relations WHERE kind = %(kind)s AND (
        NOT EXISTS (SELECT FROM graph_nodes WHERE label = %(source)s AND key = source)
        OR NOT EXISTS (SELECT FROM graph_nodes WHERE label = %(target)s AND key = target)
    )
"""

_NODE_KEYS: Final = "(SELECT key FROM graph_nodes WHERE label = %s AND key > %s ORDER BY key LIMIT %s)"
_RELATION_KEYS: Final = """
    (SELECT DISTINCT source AS key FROM graph_relations WHERE kind = %s AND source > %s ORDER BY source LIMIT %s)
"""

_NODES: Final = """
    SELECT asked.key, nodes.version, nodes.properties, way.relations
    FROM {keys} AS asked (key)
    LEFT JOIN graph_nodes AS nodes ON nodes.label = %s AND nodes.key = asked.key
    CROSS JOIN LATERAL (
        SELECT coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'target', target, 'properties', properties)
            ORDER BY kind, target), '[]') AS relations
        FROM graph_relations WHERE kind = ANY(%s::graph_relation[]) AND source = asked.key
    ) AS way
"""

_INSTANCES: Final = """
    SELECT key, version, properties FROM graph_nodes
    WHERE label = 'ObjectInstance' AND properties ->> 'class_pointer' = %(pointer)s AND key > %(after)s
    ORDER BY key LIMIT %(limit)s
"""

_LED_TO: Final = """
    SELECT there.key, there.version, there.properties
    FROM graph_relations AS way
    JOIN graph_nodes AS start ON start.label = 'ClassPointer' AND start.key = way.source
    JOIN graph_nodes AS there ON there.label = %(to)s AND there.key = way.target
    WHERE way.kind = %(kind)s AND way.source = %(pointer)s ORDER BY there.key
"""

_POINTERS_CLASS: Final = "SELECT target FROM graph_relations WHERE kind = 'POINTS_TO' AND source = %(pointer)s"
_INSTANCES_CLASSES: Final = """
    SELECT way.target FROM graph_nodes AS seen
    JOIN graph_relations AS way ON way.kind = 'INSTANCE_OF_CLASS' AND way.source = seen.key
    WHERE seen.label = 'ObjectInstance' AND seen.properties ->> 'class_pointer' = %(pointer)s
"""
_HIERARCHY: Final = """
    WITH RECURSIVE above (key, depth) AS (
        SELECT key, 0 FROM graph_nodes WHERE label = 'ObjectClass' AND key IN ({start})
        UNION
        SELECT nodes.key, depth + 1
        FROM above
        JOIN graph_relations AS way ON way.kind = 'SUBCLASS_OF' AND way.source = above.key
        JOIN graph_nodes AS nodes ON nodes.label = 'ObjectClass' AND nodes.key = way.target
        WHERE depth < %(highest)s
    )
    SELECT min(depth) AS depth, key AS class_id, min(properties ->> 'name') AS name
    FROM above JOIN graph_nodes USING (key) WHERE label = 'ObjectClass'
    GROUP BY key ORDER BY depth, key
"""
