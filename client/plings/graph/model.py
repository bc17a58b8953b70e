"""What the graph is made of: nodes of four labels, and the relations that lead from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, TypeAlias
from uuid import UUID

Value: TypeAlias = str | int | bool | datetime | list[str]
Properties: TypeAlias = Mapping[str, Value]
"""What is unknown is left out. Moments are in UTC, to the microsecond."""

KEYS: Final = {
    "ManufacturerKey": "public_key",
    "ObjectClass": "registry_class_id",
    "ClassPointer": "class_pointer",
    "ObjectInstance": "id",
}
"""Each label's property by which there is one node of it. All keys are ASCII."""

RELATIONS: Final = {
    "SUBCLASS_OF": ("ObjectClass", "ObjectClass"),
    "INSTANCE_OF_CLASS": ("ObjectInstance", "ObjectClass"),
    "POINTS_TO": ("ClassPointer", "ObjectClass"),
    "VERIFIED_BY": ("ClassPointer", "ManufacturerKey"),
}
"""Each kind's labels, from and to."""

MOMENTS: Final = frozenset({"created_at", "updated_at", "verified_at"})
"""Properties that are moments."""

BATCH: Final = 2000
"""Nodes that are read or written at once."""

HIGHEST_CLASS: Final = 5
"""Steps up that a hierarchy is followed."""


def kinds_from(label: str) -> list[str]:
    """The kinds of relations that lead from nodes of a label."""
    return [kind for kind, (source, _) in RELATIONS.items() if source == label]


@dataclass(frozen=True, slots=True)
class Relation:
    """Leads from the node that holds it to the node of key `target`, whose label `kind` implies."""

    kind: str
    target: str
    properties: Properties


@dataclass(frozen=True, slots=True)
class Node:
    """A node with the relations that lead from it: they are written and compared as one.

    `version` is the snapshot that it was written from. `properties` is None where relations lead from no node.
    """

    label: str
    key: str
    properties: Properties | None
    relations: tuple[Relation, ...] = ()
    version: int | None = None


@dataclass(frozen=True)
class Step:
    """A class of a hierarchy, so many steps above the one that was asked for."""

    depth: int
    class_id: str
    name: str | None


@dataclass(frozen=True)
class GraphState:
    """What a graph says of itself. `version` is the latest snapshot that anything in it was written from."""

    graph_id: UUID
    version: int
    is_complete: bool


class GraphStore(Protocol):
    """Where the graph is kept. All raise DatabaseUnavailable when it cannot be asked.

    Who writes names the graph that is meant: one that was begun anew since refuses (StateRefused, `other_graph`).
    """

    name: str
    """For people: the kind of store and where it is, without a password."""

    def state(self) -> GraphState | None:
        """None where no graph was ever built."""

    def begin(self, graph_id: UUID) -> None:
        """Makes this a graph that is not complete, of that id and version 0. What is in it stays."""

    def complete(self, graph_id: UUID) -> None:
        """Notes that everything is in it."""

    def write(self, graph_id: UUID, nodes: Sequence[Node], version: int, *, force: bool = False) -> None:
        """Makes these nodes of one label, each key once, and the relations from them, what they are given as.

        All in one transaction. A node that has a later version stays as it is, unless by `force`.
        """

    def remove(self, graph_id: UUID, label: str, keys: Sequence[str]) -> None:
        """Removes nodes and what leads from and to them."""

    def sweep(self, graph_id: UUID, first: int, last: int) -> int:
        """Removes the nodes that have no version from `first` to `last` or no key; how many."""

    def page(self, label: str, after: str, limit: int) -> list[Node]:
        """Nodes by key, in the order of bytes, from the first after `after`."""

    def nodes(self, label: str, keys: Sequence[str]) -> list[Node]:
        """Those that are there, in no order."""

    def strays(self, label: str) -> list[str]:
        """Nodes without a key, by the store's own names for them."""

    def remove_strays(self, graph_id: UUID, label: str) -> None:
        """Removes these."""

    def instances_of_pointer(self, class_pointer: str, after: str, limit: int) -> list[Node]:
        """ObjectInstances by id, without relations."""

    def product_of_pointer(self, class_pointer: str) -> list[Node]:
        """The ObjectClass that the pointer leads to, without relations."""

    def keys_that_verify(self, class_pointer: str) -> list[Node]:
        """The ManufacturerKeys, without relations."""

    def hierarchy_of_pointer(self, class_pointer: str) -> list[Step]:
        """The pointer's class and those above it, by depth and id."""

    def hierarchy_of_instances(self, class_pointer: str) -> list[Step]:
        """The same from the classes of all instances that have the pointer."""
