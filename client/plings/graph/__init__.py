"""The graph of classes, objects, pointers and keys: tables of the registry's database, or Neo4j over Bolt.

    with open_registry() as registry, open_graph(registry) as graph:
        sync(registry, graph)
        hierarchy(graph, "UYtaAsvd6GL")

The registry alone says what is so. What changes there waits in an outbox, `sync` carries it, `rebuild` makes the whole
graph anew, `check` names every difference.
"""

from plings.graph.ask import hierarchy, instances_of_pointer, keys_that_verify, product_of_pointer
from plings.graph.check import Comparison, Difference, check
from plings.graph.feed import Synced, sync, sync_class, waiting
from plings.graph.model import GraphState, GraphStore, Node, Relation, Step
from plings.graph.opening import open_graph
from plings.graph.rebuild import rebuild

__all__ = [
    "Comparison",
    "Difference",
    "GraphState",
    "GraphStore",
    "Node",
    "Relation",
    "Step",
    "Synced",
    "check",
    "hierarchy",
    "instances_of_pointer",
    "keys_that_verify",
    "open_graph",
    "product_of_pointer",
    "rebuild",
    "sync",
    "sync_class",
    "waiting",
]
