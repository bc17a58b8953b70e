"""Products by their pointer among many: `lookups.py [--millions 50] [--json FILE]` writes lookups.json.

The rows are put there by the tables' owner in bulk, from the database itself, with the checks of the table and without
the loader (which `registry.py` measures): 50 million take about 10 minutes and 25 GB of disk for a while. Then come
50,000 lookups of pointers drawn at random, by `find_product` and by the one statement behind it, after as many to
warm up.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from math import isqrt
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plings.identity import ClassPath, format_address, format_segment, identity_node
from plings.registry import Registry, connect, migrate
from plings.registry.pointers import find_product
from plings.server import running_server
from registry.world import SEEDS, SUPER_ADMINS, settle

FILE = Path(__file__).with_name("lookups.json")
MAKERS, CLASSES, LOOKUPS = 100, 1_000_000, 50_000
SETTINGS = {"max_wal_size": "24GB", "maintenance_work_mem": "2GB", "checkpoint_timeout": "30min"}
FIRST_INDEX = 100
"""Of the makers, beyond those of the tests' world."""

FILL = """
    WITH made AS (
        INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)
        SELECT class_pointer_of(%(key)s, path), %(key)s, path, numbered.id
        FROM (
            SELECT %(prefix)s || '.' || high.text || '.' || low.text AS path,
                (high.number::bigint * %(side)s + low.number + %(number)s * 1000) %% %(classes)s AS n
            FROM public.segments AS high, public.segments AS low
        ) AS paths JOIN public.numbered USING (n)
        RETURNING class_pointer, class_id
    )
    INSERT INTO global_class_pointer_registry SELECT class_pointer, class_id, %(number)s, %(shard)s FROM made
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--millions", type=float, default=50)
    parser.add_argument("--json", type=Path, default=FILE)
    arguments = parser.parse_args()
    folder = Path(tempfile.gettempdir()) / f"plings-lookups-{uuid4().hex[:12]}"
    try:
        with running_server(folder) as server:
            facts = _measure(server.conninfo(), isqrt(int(arguments.millions * 1_000_000 / MAKERS)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    arguments.json.write_text(json.dumps(facts, indent=2) + "\n")


def _measure(url: str, side: int) -> dict[str, Any]:
    with connect(url) as connection:
        for name, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        connection.execute("SELECT pg_reload_conf()")
        migrate(connection)
        settle(Registry(connection))
        ada = Registry(connection).acting(SUPER_ADMINS[0])
        connection.execute("SET search_path = registry, pg_temp")
        _prepare(connection, ada, side)
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda part: _fill(url, side, part), (0, 1)))
        _finish(connection)
        return _ask(connection, ada)


def _prepare(connection: Any, ada: Registry, side: int) -> None:
    """Makers, classes, and what paths are made of. Indexes come after the rows."""
    connection.execute("SET session_replication_role = replica")
    owner = connection.execute("SELECT id FROM organizations WHERE name = 'IKEA'").fetchone()[0]
    for index in range(FIRST_INDEX, FIRST_INDEX + MAKERS):
        prefix = ClassPath(f"2.{format_segment(index)}")
        key = format_address(identity_node(SEEDS[1], prefix).public_key)
        connection.execute(
            "INSERT INTO manufacturer_registry (wallet_version, manufacturer_index, manufacturer_name, organization_id,"
            " ed25519_public_key, registered_by) VALUES (1, %s, %s, %s, %s, %s)",
            [index, f"Maker {index}", owner, key, ada.user_id],
        )
    connection.execute("UPDATE manufacturer_registry SET shard_id = coalesce(shard_of(ed25519_public_key), 0)")
    connection.execute(
        "INSERT INTO object_classes (name, sku, manufacturer_organization_id, created_by, price_currency, price_amount)"
        " SELECT 'Product ' || n, 'S' || n, %s, %s, 'EUR', 9.95 FROM generate_series(1, %s) AS n",
        [owner, ada.user_id, CLASSES],
    )
    for statement in (
        "CREATE TABLE public.numbered AS SELECT row_number() OVER () - 1 AS n, id FROM object_classes",
        "CREATE UNIQUE INDEX ON public.numbered (n)",
        "CREATE TABLE public.segments AS SELECT number, segment_text(number) AS text"
        f" FROM generate_series(0, {side - 1}) AS number",
        "ANALYZE public.numbered",
        "ANALYZE public.segments",
        "DROP INDEX idx_pointer_class",
        "ALTER TABLE global_class_pointer_registry DROP CONSTRAINT global_class_pointer_registry_pkey",
    ):
        connection.execute(statement.encode())


def _fill(url: str, side: int, part: int) -> None:
    with connect(url) as connection:
        connection.execute("SET search_path = registry, pg_temp; SET session_replication_role = replica")
        makers = connection.execute(
            "SELECT number, prefix, ed25519_public_key, shard_id FROM manufacturer_registry"
            f" WHERE manufacturer_index >= {FIRST_INDEX} ORDER BY number".encode()
        ).fetchall()
        for number, prefix, key, shard in makers[part::2]:
            facts = {"number": number, "prefix": prefix, "key": key, "shard": shard, "side": side, "classes": CLASSES}
            connection.execute(FILL, facts)


def _finish(connection: Any) -> None:
    for statement in (
        "ALTER TABLE global_class_pointer_registry ADD PRIMARY KEY (class_pointer)",
        "CREATE INDEX idx_pointer_class ON class_pointers (class_id, class_pointer)",
        "VACUUM ANALYZE global_class_pointer_registry",
        "ANALYZE class_pointers",
        "ANALYZE object_classes",
        "RESET session_replication_role",
    ):
        connection.execute(statement)


def _ask(connection: Any, ada: Registry) -> dict[str, Any]:
    known = "global_class_pointer_registry"
    rows = connection.execute(f"SELECT count(*) FROM {known}").fetchone()[0]
    percent = min(100, 100 * 3 * LOOKUPS / rows)
    drawn = connection.execute(
        f"SELECT pointer_text(class_pointer) FROM {known} TABLESAMPLE BERNOULLI ({percent})"
    ).fetchall()
    random.seed(1)
    random.shuffle(drawn)
    pointers = [pointer for (pointer,) in drawn]
    statement = "SELECT * FROM registry.get_product_by_pointer(%s)"
    tables, indexes = connection.execute(
        "SELECT sum(pg_relation_size(inhrelid)), sum(pg_indexes_size(inhrelid)) FROM pg_inherits"
        " WHERE inhparent = 'class_pointers'::regclass"
    ).fetchone()
    return {
        "rows": rows,
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "find_product": _times(pointers, lambda pointer: find_product(ada, pointer)),
        "one_statement": _times(
            pointers, lambda pointer: connection.execute(statement, [pointer], prepare=True).fetchone()
        ),
        "bytes": {"partitions": int(tables), "partitions_indexes": int(indexes)},
    }


def _times(pointers: list[str], look_up: Callable[[str], object]) -> dict[str, float]:
    """Microseconds, of the second half of the lookups; the first one warms up what both want."""
    for pointer in pointers[:LOOKUPS]:
        look_up(pointer)
    taken = []
    for pointer in pointers[LOOKUPS : 2 * LOOKUPS] or pointers:
        started = time.perf_counter()
        look_up(pointer)
        taken.append((time.perf_counter() - started) * 1e6)
    taken.sort()
    places = {"p50_us": 0.5, "p99_us": 0.99, "p999_us": 0.999, "max_us": 1.0}
    return {"lookups": len(taken)} | {
        name: round(taken[min(len(taken) - 1, int(len(taken) * place))], 1) for name, place in places.items()
    }


if __name__ == "__main__":
    main()
