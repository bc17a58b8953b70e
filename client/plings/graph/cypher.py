"""Cypher. Labels, kinds and names of properties are this package's own, never a caller's."""

from __future__ import annotations

from typing import Final

from plings.graph.model import HIGHEST_CLASS, KEYS, RELATIONS

VERSION: Final = "registry_version"
"""A node's property, which is none of its properties to others: the snapshot that it was written from."""

UNIQUE: Final = [
    f"CREATE CONSTRAINT plings_{label} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{key} IS UNIQUE"
    for label, key in KEYS.items()
] + ["CREATE CONSTRAINT plings_graph IF NOT EXISTS FOR (n:PlingsGraph) REQUIRE n.name IS UNIQUE"]
"""A constraint brings the index: that of ObjectClass is the seed's `class_supabase_link`."""

INDEXES: Final = [
    "CREATE INDEX class_pointer_index IF NOT EXISTS FOR (n:ObjectInstance) ON (n.class_pointer)",
    "CREATE INDEX class_hierarchy IF NOT EXISTS FOR ()-[r:SUBCLASS_OF]-() ON (r.inherited_properties)",
    "CALL db.awaitIndexes(600)",
]

STATE: Final = """
    MATCH (s:PlingsGraph {name: 'registry'})
    RETURN s.id AS id, s.version AS version, s.is_complete AS is_complete
"""
BEGIN: Final = """
    MERGE (s:PlingsGraph {name: 'registry'}) SET s.id = $id, s.version = 0, s.is_complete = false
"""
# The first SET locks the node, and so what follows is read when nobody else writes.
MEANT: Final = """
    MATCH (s:PlingsGraph {name: 'registry'}) SET s.asked_by = $id
    WITH s WHERE s.id = $id
    SET s.version = CASE WHEN s.version < $version THEN $version ELSE s.version END,
        s.is_complete = s.is_complete OR $is_complete
    RETURN s.id AS id
"""

_OURS: Final = "|".join(RELATIONS)
_TARGET: Final = "CASE type(r) WHEN 'VERIFIED_BY' THEN t.public_key ELSE t.registry_class_id END"
_RELATIONS_OF_N: Final = f"[(n)-[r:{_OURS}]->(t) | {{kind: type(r), target: {_TARGET}, properties: properties(r)}}]"


def write(label: str) -> str:
    """Rows that are not older than what is there."""
    return f"""
        UNWIND $rows AS row
        MERGE (n:{label} {{{KEYS[label]}: row.key}})
        WITH n, row WHERE $force OR coalesce(n.{VERSION}, -1) <= $version
        SET n = row.properties, n.{VERSION} = $version
    """


def unrelate(label: str) -> str:
    """Removes what leads from the rows that were written, and should not; by force all."""
    return f"""
        UNWIND $rows AS row
        {_found(label)} WHERE n.{VERSION} = $version
        WITH row, n
        MATCH (n)-[r:{_OURS}]->(t)
        WITH row, r, {_TARGET} AS target
        WHERE $force OR target IS NULL OR NOT type(r) + ' ' + target IN row.ways
        DELETE r
    """


def relate(label: str, kind: str) -> str:
    """Makes what should lead from the rows that were written. A node that is not there yet is made, without version."""
    to = RELATIONS[kind][1]
    return f"""
        UNWIND $rows AS row
        {_found(label)} WHERE n.{VERSION} = $version
        MERGE (t:{to} {{{KEYS[to]}: row.target}})
        MERGE (n)-[r:{kind}]->(t)
        SET r = row.properties
    """


def remove(label: str) -> str:
    return f"UNWIND $rows AS row {_found(label)} DETACH DELETE n"


def sweep(label: str) -> str:
    """Some thousand nodes at once."""
    return f"""
        MATCH (n:{label}) WHERE n.{VERSION} IS NULL OR NOT $first <= n.{VERSION} <= $last
        WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS removed
    """


def page(label: str) -> str:
    key = f"n.{KEYS[label]}"
    return f"""
        MATCH (n:{label}) WHERE {key} > $after WITH n ORDER BY {key} LIMIT $limit
        RETURN {key} AS key, properties(n) AS properties, {_RELATIONS_OF_N} AS relations
    """


def nodes(label: str) -> str:
    return f"""
        UNWIND $rows AS row {_found(label)}
        RETURN row.key AS key, properties(n) AS properties, {_RELATIONS_OF_N} AS relations
    """


def strays(label: str) -> str:
    return f"MATCH (n:{label}) WHERE {_no_key(label)} RETURN elementId(n) AS id ORDER BY id"


def remove_strays(label: str) -> str:
    return f"MATCH (n:{label}) WHERE {_no_key(label)} DETACH DELETE n"


def remove_doubles(label: str) -> str:
    return f"""
        MATCH (n:{label}) WITH n.{KEYS[label]} AS key, collect(n) AS same WHERE size(same) > 1
        UNWIND same AS n DETACH DELETE n
    """


def _found(label: str) -> str:
    """A row's node, by the index whatever the planner believes: in a graph that grows its statistics are old."""
    key = KEYS[label]
    return f"MATCH (n:{label} {{{key}: row.key}}) USING INDEX n:{label}({key})"


def _no_key(label: str) -> str:
    key = f"n.{KEYS[label]}"
    return f"{key} IS NULL OR NOT {key} IS :: STRING OR {key} = ''"


INSTANCES: Final = """
    MATCH (n:ObjectInstance {class_pointer: $pointer}) WHERE n.id > $after
    RETURN n.id AS key, properties(n) AS properties ORDER BY key LIMIT $limit
"""
PRODUCT: Final = """
    MATCH (:ClassPointer {class_pointer: $pointer})-[:POINTS_TO]->(n:ObjectClass)
    RETURN n.registry_class_id AS key, properties(n) AS properties ORDER BY key
"""
VERIFIERS: Final = """
    MATCH (:ClassPointer {class_pointer: $pointer})-[:VERIFIED_BY]->(n:ManufacturerKey)
    RETURN n.public_key AS key, properties(n) AS properties ORDER BY key
"""
_ABOVE: Final = f"""
    MATCH way = (class)-[:SUBCLASS_OF*0..{HIGHEST_CLASS}]->(parent:ObjectClass)
    RETURN min(length(way)) AS depth, parent.registry_class_id AS class_id, min(parent.name) AS name
    ORDER BY depth, class_id
"""
HIERARCHY_OF_POINTER: Final = f"""
    MATCH (:ClassPointer {{class_pointer: $pointer}})-[:POINTS_TO]->(class:ObjectClass) WITH DISTINCT class {_ABOVE}
"""
HIERARCHY_OF_INSTANCES: Final = f"""
    MATCH (:ObjectInstance {{class_pointer: $pointer}})-[:INSTANCE_OF_CLASS]->(class:ObjectClass)
    WITH DISTINCT class {_ABOVE}
"""
