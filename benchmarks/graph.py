"""How fast the graph is filled and asked, in tables and in Neo4j, in one run, as JSON. Rates are per second.

    python benchmarks/graph.py [--pointers 45000] [--neo4j]

By default a graph of 100,000 nodes: classes six deep, a pointer for each, and objects of every fifth or so. `load` is a
rebuild, reading the registry included. `trigger_share` is what noting a load of class pointers in the outbox takes of
the whole load, by EXPLAIN ANALYZE.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from time import perf_counter
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import psycopg

from fixtures.fix_neo4j import REPOSITORY, started
from plings.graph import GraphStore, check, hierarchy, instances_of_pointer, open_graph, product_of_pointer, rebuild
from plings.graph import sync as carry
from plings.graph.source import pointer_text
from plings.registry import Registry, connect, migrate
from plings.server import running_server
from registry.planting import own
from registry.world import identity, settle

QUERIES = 2000
CHANGES = 5000
DEPTH = 6


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pointers", type=int, default=45_000)
    options.add_argument("--neo4j", action="store_true", help="also in Neo4j, which toolchain/neo4j fetches")
    options.add_argument(
        "--load", type=int, default=100_000, help="class pointers of the load whose trigger is measured"
    )
    asked = options.parse_args()
    with registry_of(asked.pointers) as (registry, pointers), ExitStack() as stack:
        stores: dict[str, str | None] = {"tables": None}
        if asked.neo4j:
            stores["neo4j"] = stack.enter_context(neo4j())
        found: dict[str, Any] = {name: measured(registry, url, pointers) for name, url in stores.items()}
        found["trigger_share"] = round(trigger_share(registry, asked.load), 4)
        found["memory_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(found, indent=2))


def measured(registry: Registry, url: str | None, pointers: list[str]) -> dict[str, float]:
    """One store: filled, compared, fed and asked."""
    with open_graph(registry, url) as store:
        took, nodes = timed(lambda: rebuild(registry, store))
        checked, comparison = timed(lambda: check(registry, store))
        assert not comparison.differences and comparison.nodes == nodes
        change(registry.acting("ida@ikea.example"))
        fed, carried = timed(lambda: carry(registry, store))
        return {
            "nodes": nodes,
            "load_seconds": round(took, 2),
            "load_nodes": round(nodes / took),
            "check_nodes": round(nodes / checked),
            "sync_nodes": round(carried.nodes / fed),
            "product_queries": asked_for(store, pointers, product_of_pointer),
            "hierarchy_queries": asked_for(store, pointers, hierarchy),
            "instances_queries": asked_for(store, pointers, instances_of_pointer),
        }


def asked_for(store: GraphStore, pointers: list[str], ask: Callable[[GraphStore, str], object]) -> int:
    some = random.Random(7).choices(pointers, k=QUERIES)
    for pointer in some[:50]:
        ask(store, pointer)
    took, _ = timed(lambda: [ask(store, pointer) for pointer in some])
    return round(QUERIES / took)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = perf_counter()
    done = work()
    return perf_counter() - start, done


def change(registry: Registry) -> None:
    """Some thousand classes get another name."""
    own(registry, "UPDATE object_classes SET name = name || '.' WHERE id IN (SELECT id FROM object_classes LIMIT %s)",
        [CHANGES])  # fmt: skip


@contextmanager
def registry_of(count: int) -> Iterator[tuple[Registry, list[str]]]:
    """A registry with so many classes and pointers, and a tenth as many objects."""
    folder = Path(gettempdir()) / f"plings-benchmark-{uuid4().hex[:12]}"
    try:
        with running_server(folder) as server:
            with psycopg.connect(server.conninfo("postgres"), autocommit=True) as first:
                first.execute("CREATE DATABASE graph")
            with connect(server.conninfo("graph")) as connection:
                migrate(connection)
                registry = Registry(connection)
                settle(registry)
                pointers = fill(registry.acting("ida@ikea.example"), count)
                connection.execute("VACUUM ANALYZE")
                yield registry, pointers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def fill(ida: Registry, count: int) -> list[str]:
    facts = {"count": count, "key": identity("2.3").node.address, "depth": DEPTH}
    own(ida, "ALTER TABLE object_classes DISABLE TRIGGER guard")  # which takes a lock for each parent
    own(ida, _CLASSES, facts)
    own(ida, "ALTER TABLE object_classes ENABLE TRIGGER guard")
    own(ida, _POINTERS, facts)
    own(ida, _INSTANCES, facts)
    rows = own(ida, "SELECT class_pointer FROM global_class_pointer_registry ORDER BY class_pointer LIMIT 20000")
    return [pointer_text(row["class_pointer"]) for row in rows]


def trigger_share(registry: Registry, count: int) -> float:
    """Of a load's time."""
    ida = registry.acting("ida@ikea.example")
    load = f"EXPLAIN (ANALYZE, FORMAT JSON) {_MORE_POINTERS}"
    plan = own(ida, load, {"count": count, "key": identity("2.3").node.address, "below": "2.3.9"})[0]
    (told,) = plan["QUERY PLAN"]
    spent = {one["Trigger Name"]: one["Time"] for one in told["Triggers"]}
    return float(spent["graph_insert"]) / float(told["Execution Time"])


@contextmanager
def neo4j() -> Iterator[str]:
    import subprocess

    subprocess.run([REPOSITORY / "toolchain" / "neo4j"], check=True)
    packages = Path(os.environ.get("PLINGS_NEO4J_HOME") or REPOSITORY / "target" / "neo4j").resolve() / "lib"
    home = Path(mkdtemp(prefix="plings-neo4j-"))
    try:
        with started(packages, home, java=()) as server:
            os.environ.update(server.environment)
            yield server.url
    finally:
        shutil.rmtree(home, ignore_errors=True)


_CLASSES = """
    WITH numbered AS (
        SELECT number, uuid_in(overlay(lpad(to_hex(number), 32, '0') PLACING '7' FROM 13)::cstring) AS id
        FROM generate_series(1, %(count)s) AS number
    )
    INSERT INTO object_classes (id, name, sku, manufacturer_organization_id, parent_class_id, created_by)
    SELECT child.id, 'class ' || child.number, child.number::text, organizations.id,
        CASE WHEN child.number %% %(depth)s <> 0 THEN parent.id END, acting_user()
    FROM numbered AS child
    LEFT JOIN numbered AS parent ON parent.number = child.number - 1
    CROSS JOIN organizations WHERE organizations.name = 'IKEA' ORDER BY child.number
"""
_POINTERS = """
    INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    SELECT class_pointer_of(%(key)s, path), %(key)s, path, id
    FROM (SELECT id, '2.3.' || segment_text(sku::integer) AS path FROM object_classes) AS made
"""
_MORE_POINTERS = """
    INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
    SELECT class_pointer_of(%(key)s, path), %(key)s, path, (SELECT id FROM object_classes LIMIT 1)
    FROM (SELECT %(below)s || '.' || segment_text(number) AS path FROM generate_series(1, %(count)s) AS number) AS made
"""
_INSTANCES = """
    INSERT INTO object_instances (path, class_pointer, solana_address, class_id)
    SELECT path_to_pointer || '.2.2', class_pointer, manufacturer_pubkey, class_id
    FROM class_pointers LIMIT %(count)s / 4.5
"""

if __name__ == "__main__":
    main()
