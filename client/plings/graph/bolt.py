"""The graph in Neo4j 5 or newer, over Bolt. Other labels and relations there are not touched."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from plings.errors import DatabaseUnavailable, SettingsError, StateRefused, shown
from plings.graph import cypher
from plings.graph.model import KEYS, GraphState, Node, Properties, Relation, Step

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction

USER_VARIABLE: Final = "PLINGS_GRAPH_USER"
PASSWORD_VARIABLE: Final = "PLINGS_GRAPH_PASSWORD"
SCHEMES: Final = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")
"""`+s` is encrypted; plain ones are for one's own machine and network."""

Result = TypeVar("Result")


class Bolt:
    """Nodes and relations of the seed's names, and one node `PlingsGraph` that says which graph it is."""

    def __init__(self, driver: Driver, name: str) -> None:
        self._driver = driver
        self.name = name

    def state(self) -> GraphState | None:
        rows = self._read(cypher.STATE)
        return None if not rows else GraphState(UUID(rows[0]["id"]), rows[0]["version"], rows[0]["is_complete"])

    def begin(self, graph_id: UUID) -> None:
        self._write(lambda transaction: _run(transaction, cypher.BEGIN, id=str(graph_id)))
        for statement in cypher.UNIQUE:
            self._constrain(statement)
        for statement in cypher.INDEXES:
            self._schema(statement)

    def complete(self, graph_id: UUID) -> None:
        self._write(lambda transaction: _meant(transaction, graph_id, is_complete=True))

    def write(self, graph_id: UUID, nodes: Sequence[Node], version: int, *, force: bool = False) -> None:
        if not nodes:
            return
        label = nodes[0].label
        facts = [{"key": node.key, "properties": node.properties or {}} for node in nodes]
        ways = [{"key": node.key, "ways": [f"{one.kind} {one.target}" for one in node.relations]} for node in nodes]
        kinds: dict[str, list[dict[str, Any]]] = {}
        for node in nodes:
            for one in node.relations:
                row = {"key": node.key, "target": one.target, "properties": one.properties}
                kinds.setdefault(one.kind, []).append(row)

        def work(transaction: ManagedTransaction) -> None:
            _meant(transaction, graph_id, version)
            given = {"version": version, "force": force}
            _run(transaction, cypher.write(label), rows=facts, **given)
            _run(transaction, cypher.unrelate(label), rows=ways, **given)
            for kind, rows in kinds.items():
                _run(transaction, cypher.relate(label, kind), rows=rows, version=version)

        self._write(work)

    def remove(self, graph_id: UUID, label: str, keys: Sequence[str]) -> None:
        self._change(graph_id, cypher.remove(label), rows=[{"key": key} for key in keys])

    def sweep(self, graph_id: UUID, first: int, last: int) -> int:
        removed = 0
        for label in KEYS:
            self.remove_strays(graph_id, label)
            while some := self._change(graph_id, cypher.sweep(label), first=first, last=last)[0]["removed"]:
                removed += some
        return removed

    def page(self, label: str, after: str, limit: int) -> list[Node]:
        return [_node(label, row) for row in self._read(cypher.page(label), after=after, limit=limit)]

    def nodes(self, label: str, keys: Sequence[str]) -> list[Node]:
        rows = self._read(cypher.nodes(label), rows=[{"key": key} for key in keys])
        return [_node(label, row) for row in rows]

    def strays(self, label: str) -> list[str]:
        return [row["id"] for row in self._read(cypher.strays(label))]

    def remove_strays(self, graph_id: UUID, label: str) -> None:
        self._change(graph_id, cypher.remove_strays(label))

    def instances_of_pointer(self, class_pointer: str, after: str, limit: int) -> list[Node]:
        rows = self._read(cypher.INSTANCES, pointer=class_pointer, after=after, limit=limit)
        return [_node("ObjectInstance", row) for row in rows]

    def product_of_pointer(self, class_pointer: str) -> list[Node]:
        return [_node("ObjectClass", row) for row in self._read(cypher.PRODUCT, pointer=class_pointer)]

    def keys_that_verify(self, class_pointer: str) -> list[Node]:
        return [_node("ManufacturerKey", row) for row in self._read(cypher.VERIFIERS, pointer=class_pointer)]

    def hierarchy_of_pointer(self, class_pointer: str) -> list[Step]:
        return [Step(**row) for row in self._read(cypher.HIERARCHY_OF_POINTER, pointer=class_pointer)]

    def hierarchy_of_instances(self, class_pointer: str) -> list[Step]:
        return [Step(**row) for row in self._read(cypher.HIERARCHY_OF_INSTANCES, pointer=class_pointer)]

    def _read(self, statement: str, **given: Any) -> list[dict[str, Any]]:
        with _told(self.name), self._driver.session() as session:
            return session.execute_read(_run, statement, **given)

    def _write(self, work: Callable[[ManagedTransaction], Result]) -> Result:
        with _told(self.name), self._driver.session() as session:
            return session.execute_write(work)

    def _change(self, graph_id: UUID, statement: str, **given: Any) -> list[dict[str, Any]]:
        def work(transaction: ManagedTransaction) -> list[dict[str, Any]]:
            _meant(transaction, graph_id)
            return _run(transaction, statement, **given)

        return self._write(work)

    def _schema(self, statement: str) -> None:
        with _told(self.name), self._driver.session() as session:
            session.run(statement).consume()

    def _constrain(self, statement: str) -> None:
        """A graph that others wrote may have several nodes of one key: none of them can be trusted."""
        from neo4j.exceptions import Neo4jError

        try:
            self._schema(statement)
        except DatabaseUnavailable as error:
            if not isinstance(error.__cause__, Neo4jError) or "ConstraintCreationFailed" not in str(error):
                raise
            for label in KEYS:
                self._write(lambda transaction, label=label: _run(transaction, cypher.remove_doubles(label)))  # type: ignore[misc]
            self._schema(statement)


@contextmanager
def open_bolt(url: str) -> Iterator[Bolt]:
    """The graph at a URL such as `bolt://localhost:7687`, as user and password of the environment.

    Raises SettingsError and DatabaseUnavailable, whose texts never hold the password.
    """
    parts = _checked(url)
    try:
        from neo4j import GraphDatabase
    except ImportError as error:
        raise SettingsError("Neo4j takes the driver: pip install 'plings[graph]'") from error
    password = os.environ.get(PASSWORD_VARIABLE)
    auth = (os.environ.get(USER_VARIABLE, "neo4j"), password) if password else None
    where = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
    with _told(where):
        driver = GraphDatabase.driver(where, auth=auth, connection_timeout=10, **_QUIET)
    with driver:
        with _told(where):
            driver.verify_connectivity()
        yield Bolt(driver, f"Neo4j at {where}")


_QUIET: Final[dict[str, Any]] = {"notifications_min_severity": "OFF", "user_agent": "plings"}


def _checked(url: str) -> Any:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise SettingsError("the graph's URL is malformed") from error
    if parts.username is not None or parts.password is not None:
        raise SettingsError(f"the graph's user and password go into {USER_VARIABLE} and {PASSWORD_VARIABLE}")
    if parts.scheme not in SCHEMES or not parts.hostname or parts.path.strip("/") or parts.query or parts.fragment:
        raise SettingsError(f"{shown(url)} is no graph's URL: it is like bolt://localhost:7687")
    return parts


@contextmanager
def _told(where: str) -> Iterator[None]:
    """Every error of the driver, as one of ours."""
    from neo4j.exceptions import AuthError, ConfigurationError, DriverError, Neo4jError

    try:
        yield
    except AuthError as error:
        told = f"{where} refuses: see {USER_VARIABLE} and {PASSWORD_VARIABLE}"
        raise DatabaseUnavailable(told, "graph_access") from error
    except ConfigurationError as error:
        raise SettingsError(f"{where}: {_line(error)}") from error
    except Neo4jError as error:
        raise DatabaseUnavailable(f"{where}: {_line(error.code)}: {_line(error.message)}", "graph") from error
    except (DriverError, OSError) as error:
        raise DatabaseUnavailable(f"{where} gives no answer: {_line(error)}", "graph_unavailable") from error


def _line(text: object) -> str:
    return shown(" ".join(str(text).split()), 200)


def _run(transaction: ManagedTransaction, statement: str, /, **given: Any) -> list[dict[str, Any]]:
    return transaction.run(statement, given).data()


def _meant(transaction: ManagedTransaction, graph_id: UUID, version: int = 0, is_complete: bool = False) -> None:
    """Locks the graph for this transaction, and notes what was written. Raises StateRefused for another graph."""
    if not _run(transaction, cypher.MEANT, id=str(graph_id), version=version, is_complete=is_complete):
        raise StateRefused("the graph was begun anew meanwhile", "other_graph")


def _node(label: str, row: dict[str, Any]) -> Node:
    properties = dict(row["properties"])
    version = properties.pop(cypher.VERSION, None)
    found = row.get("relations", [])
    relations = sorted(
        (Relation(one["kind"], str(one["target"]), _plain(one["properties"])) for one in found),
        key=lambda one: (one.kind, one.target),
    )
    return Node(label, row["key"], _plain(properties), tuple(relations), version if isinstance(version, int) else None)


def _plain(properties: dict[str, Any]) -> Properties:
    return {name: value.to_native() if hasattr(value, "to_native") else value for name, value in properties.items()}
