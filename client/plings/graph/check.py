"""Compares the graph with the registry, all nodes, relations and properties both ways, page by page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from plings.graph.feed import alone, checked_state
from plings.graph.model import BATCH, KEYS, GraphState, GraphStore, Node, Properties
from plings.graph.source import snapshot
from plings.registry.database import Registry

ATTEMPTS: Final = 5
"""How often what differs is read again, where the graph has a later state than the registry had when it was read."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not in both alike. `what` is `missing node`, `extra node`, `missing relation`,
    `extra relation`, `missing property`, `extra property` or `different property`.

    `name` is the relation (`POINTS_TO 0190…`) or property that it is about, or both (`POINTS_TO 0190… since`).
    """

    label: str
    key: str
    what: str
    name: str = ""
    in_registry: Any = None
    in_graph: Any = None


@dataclass(frozen=True)
class Comparison:
    """How many nodes were compared, what differs, and how much does because it still waits in the outbox."""

    nodes: int
    differences: list[Difference]
    waiting: int


def check(
    registry: Registry,
    store: GraphStore,
    *,
    fix: bool = False,
    on_difference: Callable[[Difference], None] = lambda _: None,
) -> Comparison:
    """Every difference; with `fix` each node that has one is put right. Both may change meanwhile.

    Raises StateRefused as `plings.graph.feed.sync` does.
    """
    if fix:
        with alone(registry):
            return _check(registry, store, True, on_difference)
    return _check(registry, store, False, on_difference)


def _check(registry: Registry, store: GraphStore, fix: bool, on_difference: Callable[[Difference], None]) -> Comparison:
    state = checked_state(registry, store)
    found: list[Difference] = []
    count = waiting = 0
    for label in KEYS:
        for keys, suspects in _suspects(registry, store, label):
            count += keys
            for key, differences in _confirmed(registry, store, label, suspects):
                waiting += not differences
                for one in differences:
                    found.append(one)
                    on_difference(one)
                if fix and differences:
                    _put_right(registry, store, state, label, key)
        for name in store.strays(label):
            stray = Difference(label, name, "extra node", "without a key")
            found.append(stray)
            on_difference(stray)
        if fix:
            store.remove_strays(state.graph_id, label)
    return Comparison(count, found, waiting)


def compare(key: str, wanted: Node | None, found: Node | None) -> Iterator[Difference]:
    """What differs between what the registry says of a node and what the graph has."""
    some = wanted or found
    assert some is not None
    should = None if wanted is None else wanted.properties
    has = None if found is None else found.properties
    if should is None and has is not None:
        yield Difference(some.label, key, "extra node")
    elif should is not None and has is None:
        yield Difference(some.label, key, "missing node")
    elif should is not None and has is not None:
        yield from _compared(some.label, key, "", should, has)
    yield from _compared_relations(some.label, key, wanted, found)


def _compared_relations(label: str, key: str, wanted: Node | None, found: Node | None) -> Iterator[Difference]:
    should = {(one.kind, one.target): one for one in (wanted.relations if wanted else ())}
    has = {(one.kind, one.target): one for one in (found.relations if found else ())}
    times = Counter((one.kind, one.target) for one in (found.relations if found else ()))
    for way in sorted({*should, *has}):
        name = " ".join(way)
        if way not in has:
            yield Difference(label, key, "missing relation", name)
        elif way not in should:
            yield Difference(label, key, "extra relation", name)
        else:
            yield from _compared(label, key, f"{name} ", should[way].properties, has[way].properties)
        if way in should and times[way] > 1:
            yield Difference(label, key, "extra relation", name, 1, times[way])


def _compared(label: str, key: str, where: str, should: Properties, has: Properties) -> Iterator[Difference]:
    for name in sorted({*should, *has}):
        wanted, found = should.get(name), has.get(name)
        if wanted is None or found is None or wanted != found or type(wanted) is not type(found):
            what = "missing" if name not in has else "extra" if name not in should else "different"
            yield Difference(label, key, f"{what} property", where + name, wanted, found)


def _suspects(registry: Registry, store: GraphStore, label: str) -> Iterator[tuple[int, list[str]]]:
    """Page by page, how many keys were compared, and those where something differs."""
    read, seen = "", ""
    while True:
        with snapshot(registry) as now:
            keys = now.keys_after(label, read, BATCH)
            wanted = {node.key: node for node in now.nodes(label, keys)}
        found = {node.key: node for node in store.page(label, seen, BATCH)}
        # what lies behind the end of the other one's page is compared with the next
        until = min((max(page) for page in (keys, list(found)) if len(page) >= BATCH), default=None)
        both = sorted(key for key in {*wanted, *found} if until is None or key <= until)
        yield len(both), [key for key in both if any(compare(key, wanted.get(key), found.get(key)))]
        if until is None:
            return
        read = max((key for key in keys if key <= until), default=read)
        seen = max((key for key in found if key <= until), default=seen)


def _confirmed(
    registry: Registry, store: GraphStore, label: str, keys: list[str]
) -> Iterator[tuple[str, list[Difference]]]:
    """The keys where something does differ, read again at one moment; without differences if they only wait."""
    for _ in range(ATTEMPTS):
        if not keys:
            return
        with snapshot(registry) as now:
            wanted = {node.key: node for node in now.nodes(label, keys)}
            waits = now.waiting(label, keys)
        found = {node.key: node for node in store.nodes(label, keys)}
        again = []
        for key in keys:
            differences = list(compare(key, wanted.get(key), found.get(key)))
            if differences and key in found and (found[key].version or 0) > now.version:
                again.append(key)
            elif differences:
                yield key, [] if key in waits else differences
        keys = again
    for key in keys:
        yield key, list(compare(key, wanted.get(key), found.get(key)))


def _put_right(registry: Registry, store: GraphStore, state: GraphState, label: str, key: str) -> None:
    with snapshot(registry) as now:
        nodes = now.nodes(label, [key])
    if nodes:
        store.write(state.graph_id, nodes, now.version, force=True)
    else:
        store.remove(state.graph_id, label, [key])
