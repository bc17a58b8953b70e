"""From the outbox into the graph: at least once, in the order of the entries, until nothing waits.

An entry is taken off when the graph has what it names. Killed before that, the same is done again, which changes
nothing; and what an older snapshot says never replaces what a later one said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from plings.errors import NotInRegistry, StateRefused
from plings.graph.model import BATCH, KEYS, GraphState, GraphStore
from plings.graph.source import Snapshot, pointer_text, snapshot
from plings.registry.database import Connection, Registry, fetch

Item = TypeVar("Item")

ENTRY_KEYS: Final = 10_000
"""So many keys are taken from the outbox at once, or one entry."""


@dataclass(frozen=True)
class Entry:
    """What an entry names. `is_new` is said of pointers alone."""

    id: int
    label: str
    keys: list[str] | None
    pointers: list[int] | None
    is_new: bool


@dataclass(frozen=True)
class Synced:
    """What one run carried: entries of the outbox, and how many nodes were written for them."""

    entries: int = 0
    nodes: int = 0

    def __add__(self, other: Synced) -> Synced:
        return Synced(self.entries + other.entries, self.nodes + other.nodes)


def sync(registry: Registry, store: GraphStore, on_batch: Callable[[Synced], None] = lambda _: None) -> Synced:
    """Carries all that waits. Others who do so, rebuild or repair meanwhile wait for each other.

    Raises StateRefused where the graph is not the one that the outbox feeds, or not at the state in which it was left:
    `no_graph`, `other_graph`, `unfinished_graph`, `graph_behind`, `graph_ahead`. Only a rebuild helps then.
    """
    done = Synced()
    with alone(registry):
        state = checked_state(registry, store)
        while entries := _entries(registry):
            nodes, version = _carry(registry, store, state, entries)
            _confirm(registry, state.graph_id, [entry.id for entry in entries], version)
            one = Synced(len(entries), nodes)
            done += one
            on_batch(one)
    return done


def sync_class(registry: Registry, store: GraphStore, class_id: UUID) -> None:
    """Brings one class into the graph at once, whatever waits. Raises NotInRegistry, and as `sync` does."""
    state = checked_state(registry, store)
    with snapshot(registry) as now:
        nodes = now.nodes("ObjectClass", [str(class_id)])
    if not nodes:
        raise NotInRegistry(f"there is no class {class_id}", "unknown_class")
    _refuse_later(state, now)
    store.write(state.graph_id, nodes, now.version)


def waiting(registry: Registry) -> int:
    """Entries that wait in the outbox."""
    count: int = registry.rows("SELECT count(*) AS number FROM graph_outbox")[0]["number"]
    return count


@contextmanager
def alone(registry: Registry) -> Iterator[None]:
    """Saves work: that nothing is lost or overwritten does not hang on it."""
    registry.rows("SELECT pg_advisory_lock(hashtextextended('plings graph', 0))")
    try:
        yield
    finally:
        if not registry.connection.closed:
            registry.rows("SELECT pg_advisory_unlock(hashtextextended('plings graph', 0))")


def checked_state(registry: Registry, store: GraphStore) -> GraphState:
    """The state of the graph that the outbox feeds. Raises StateRefused as `sync` does."""
    # The feed first: the graph's version only grows, and the feed's is never ahead of it.
    feed = registry.rows("SELECT graph_id, confirmed_version FROM graph_feed")[0]
    state = store.state()
    if state is None:
        raise StateRefused("no graph was built there yet", "no_graph")
    if state.graph_id != feed["graph_id"]:
        raise StateRefused("the registry feeds another graph than that one", "other_graph")
    if not state.is_complete:
        raise StateRefused("the graph's last rebuild did not come to its end", "unfinished_graph")
    if state.version < feed["confirmed_version"]:
        raise StateRefused("the graph lacks what it had: it is an older copy", "graph_behind")
    with snapshot(registry) as now:
        _refuse_later(state, now)
    return state


def _refuse_later(state: GraphState, now: Snapshot) -> None:
    if state.version > now.version:
        raise StateRefused("the graph has what the registry lacks: that is an older copy", "graph_ahead")


def _entries(registry: Registry) -> list[Entry]:
    return registry.records(Entry, _ENTRIES, {"most": ENTRY_KEYS})


def _carry(registry: Registry, store: GraphStore, state: GraphState, entries: Sequence[Entry]) -> tuple[int, int]:
    """The nodes that were written, and the earliest version of them: all that waited then is in the graph."""
    count, earliest = 0, None
    for label, keys in _touched(registry, entries):
        if label == "ObjectInstance":
            # who was indexing an owner when the instance was registered did not see it, and notes nothing
            registry.rows("SELECT wait_for_owners()")
        with snapshot(registry) as now:
            nodes = now.nodes(label, keys)
        store.write(state.graph_id, nodes, now.version)
        count += len(nodes)
        if nodes and earliest is None:
            earliest = now.version
    return count, earliest or 0


def _touched(registry: Registry, entries: Iterable[Entry]) -> Iterator[tuple[str, list[str]]]:
    """What the entries name and what depends on it, in parts of one label, each key once in an entry's part."""
    named: dict[str, dict[str, None]] = {label: {} for label in KEYS}
    pointers: dict[int, bool] = {}
    for entry in entries:
        named[entry.label].update(dict.fromkeys(entry.keys or ()))
        for pointer in entry.pointers or ():
            pointers[pointer] = pointers.get(pointer, False) or entry.is_new
    named["ClassPointer"] = dict.fromkeys(map(pointer_text, pointers))
    every, new = list(pointers), [pointer for pointer, is_new in pointers.items() if is_new]
    for part in _parts(every):
        with snapshot(registry) as now:
            named["ObjectClass"].update(dict.fromkeys(now.classes_of(part)))
    for label, keys in named.items():
        for some in _parts(list(keys)):
            yield label, some
    for part in _parts(new):
        for seen in _instances(registry, part):
            yield "ObjectInstance", [key for key in seen if key not in named["ObjectInstance"]]


def _instances(registry: Registry, pointers: list[int]) -> Iterator[list[str]]:
    """Objects that somebody saw before their class was registered."""
    after = ""
    while True:
        with snapshot(registry) as now:
            keys = now.instances_of(pointers, after, BATCH)
        if not keys:
            return
        yield keys
        after = keys[-1]


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    return (list(items[start : start + BATCH]) for start in range(0, len(items), BATCH))


def _confirm(registry: Registry, graph_id: UUID, entries: list[int], version: int) -> None:
    """Takes the entries off. Raises StateRefused if the graph that has them is not fed any more."""

    def work(connection: Connection) -> None:
        if not fetch(connection, _FEED, {"id": graph_id, "version": version}):
            raise StateRefused("the graph was begun anew meanwhile", "other_graph")
        fetch(connection, "DELETE FROM graph_outbox WHERE id = ANY(%s)", [entries])

    registry.attempt(work)


_ENTRIES: Final = """
    SELECT id, label::text, keys, pointers, is_new FROM graph_outbox WHERE id IN (
        SELECT id FROM (
            SELECT id, row_number() OVER in_order AS place, sum(key_count) OVER in_order AS total
            FROM (SELECT id, key_count FROM graph_outbox ORDER BY id LIMIT 1000) AS oldest
            WINDOW in_order AS (ORDER BY id)
        ) AS counted WHERE place = 1 OR total <= %(most)s
    ) ORDER BY id
"""
_FEED: Final = """
    UPDATE graph_feed SET confirmed_version = greatest(confirmed_version, %(version)s)
    WHERE graph_id = %(id)s RETURNING graph_id
"""
