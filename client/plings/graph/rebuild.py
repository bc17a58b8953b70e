"""The whole graph anew, from the registry, into an empty or a dirty one; in pages, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from plings.graph.feed import alone
from plings.graph.model import BATCH, KEYS, GraphStore
from plings.graph.source import snapshot
from plings.registry.database import Registry


def rebuild(
    registry: Registry, store: GraphStore, on_page: Callable[[str, int], None] = lambda _label, _count: None
) -> int:
    """Writes every node, removes what should not be there, and has the outbox feed this graph from now on.

    What changes meanwhile waits in the outbox. Cut short, it leaves a graph that says so, and is to be begun again.
    Returns how many nodes there are. Other labels and relations of a Neo4j are not touched.
    """
    graph_id = uuid4()
    with alone(registry):
        store.begin(graph_id)
        registry.rows("UPDATE graph_feed SET graph_id = %s, confirmed_version = 0", [graph_id])
        with snapshot(registry) as start:
            pass
        registry.rows("SELECT wait_for_owners()")  # as in plings.graph.feed: whose entries are dropped below
        count, last = 0, start.version
        for label in KEYS:
            after = ""
            while True:
                with snapshot(registry) as now:
                    keys = now.keys_after(label, after, BATCH)
                    nodes = now.nodes(label, keys)
                if not keys:
                    break
                store.write(graph_id, nodes, now.version, force=True)
                after, last, count = keys[-1], now.version, count + len(nodes)
                on_page(label, len(nodes))
        store.sweep(graph_id, start.version, last)
        registry.rows("DELETE FROM graph_outbox WHERE pg_visible_in_snapshot(transaction_id, %s)", [start.text])
        store.complete(graph_id)
    return count
