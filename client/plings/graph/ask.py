"""What the graph is asked: instances, products, keys and hierarchies by class pointer."""

from __future__ import annotations

from plings.graph.model import GraphStore, Node, Step
from plings.identity import ClassPointer


def instances_of_pointer(store: GraphStore, class_pointer: str, *, after: str = "", limit: int = 1000) -> list[Node]:
    """All ObjectInstances of a class by its pointer, by id: the next page is `after` the last one's key.

    Raises ClassPointerError.
    """
    return store.instances_of_pointer(_checked(class_pointer), after, limit)


def product_of_pointer(store: GraphStore, class_pointer: str) -> Node | None:
    """The ObjectClass that a pointer points to, or None. Raises ClassPointerError."""
    return next(iter(store.product_of_pointer(_checked(class_pointer))), None)


def keys_that_verify(store: GraphStore, class_pointer: str) -> list[Node]:
    """The ManufacturerKeys that a pointer is verified by. Raises ClassPointerError."""
    return store.keys_that_verify(_checked(class_pointer))


def hierarchy(store: GraphStore, class_pointer: str) -> list[Step]:
    """The class of a product and what it is a kind of, at most five steps up, nearest first.

    Where the pointer is not registered, its instances' classes are asked. Raises ClassPointerError.
    """
    pointer = _checked(class_pointer)
    return store.hierarchy_of_pointer(pointer) or store.hierarchy_of_instances(pointer)


def _checked(class_pointer: str) -> str:
    return ClassPointer.parse(class_pointer).text
