"""Lookups by pointer: how long each takes, and how many a second several connections get."""

from __future__ import annotations

import time
from collections.abc import Callable
from multiprocessing import get_context
from typing import Any

import psycopg

from plings.registry import Registry, connect
from plings.registry.pointers import find_product
from registry_data import Data

PARTITIONED = "SELECT * FROM registry.get_product_by_pointer(%s)"
SINGLE = """
    SELECT %s, held.class_id, class.name, class.sku, class.gtin, class.category, class.subcategory, class.price_amount,
        class.price_currency, class.status, held.status, held.path_to_pointer, maker.manufacturer_name,
        maker.ed25519_public_key, maker.prefix, maker.status, wallet.status
    FROM registry.single AS held
    JOIN registry.manufacturer_registry AS maker ON maker.ed25519_public_key = held.manufacturer_pubkey
    JOIN registry.wallet_versions AS wallet ON wallet.version_id = maker.wallet_version
    JOIN registry.object_classes AS class ON class.id = held.class_id
    WHERE held.class_pointer = registry.pointer_from_text(%s)
"""


def measure_registry_lookups(data: Data) -> dict[str, Any]:
    """Of each way: microseconds, when each pointer was asked for once before, and lookups a second."""
    _settle(data, "class_pointers", "global_class_pointer_registry")
    return {
        "find_product": _latencies(data, _by_api),
        "partitioned": {**_latencies(data, _by_sql(PARTITIONED, 1)), **_throughput(data, PARTITIONED, 1)},
    }


def measure_single_lookups(data: Data) -> dict[str, Any]:
    """The same of one table, by one statement without a function."""
    _settle(data, "single")
    return {"single_table": {**_latencies(data, _by_sql(SINGLE, 2)), **_throughput(data, SINGLE, 2)}}


def _settle(data: Data, *tables: str) -> None:
    """Nobody cleans up while the clock runs."""
    with connect(data.url) as connection:
        for table in tables:
            connection.execute(f"VACUUM (ANALYZE) registry.{table}".encode())
        connection.execute("CHECKPOINT")


Look = Callable[[str], object]


def _by_api(connection: psycopg.Connection[Any]) -> Look:
    registry = Registry(connection)
    return lambda pointer: find_product(registry, pointer)


def _by_sql(statement: str, places: int) -> Callable[[psycopg.Connection[Any]], Look]:
    """Prepared, in one round trip."""

    def opened(connection: psycopg.Connection[Any]) -> Look:
        cursor = connection.cursor()

        def look(pointer: str) -> object:
            row = cursor.execute(statement.encode(), [pointer] * places, prepare=True).fetchone()
            if row is None or row[0] != pointer:
                raise AssertionError(f"{pointer} is not there")
            return row

        return look

    return opened


def _latencies(data: Data, opened: Callable[[psycopg.Connection[Any]], Look]) -> dict[str, Any]:
    with connect(data.url) as connection:
        look = opened(connection)
        for pointer in data.sample:
            look(pointer)
        taken = []
        for pointer in data.sample:
            started = time.perf_counter_ns()
            look(pointer)
            taken.append(time.perf_counter_ns() - started)
    taken.sort()
    at = lambda share: round(taken[min(int(len(taken) * share), len(taken) - 1)] / 1000, 1)  # noqa: E731
    return {"lookups": len(taken), "p50_us": at(0.5), "p99_us": at(0.99), "p999_us": at(0.999), "max_us": at(1)}


def _throughput(data: Data, statement: str, places: int) -> dict[str, Any]:
    told = {}
    for connections in (1, 8):
        parts = [(data.url, statement, places, data.sample[number::connections]) for number in range(connections)]
        with get_context("spawn").Pool(connections) as pool:
            pool.map(_nothing, range(connections))
            started = time.perf_counter()
            pool.map(_look_all, parts, chunksize=1)
            told[f"per_second_{connections}"] = round(len(data.sample) / (time.perf_counter() - started))
    return told


def _nothing(_: int) -> None:
    """So that every process is there before the clock runs."""
    time.sleep(0.2)


def _look_all(part: tuple[str, str, int, list[str]]) -> None:
    url, statement, places, sample = part
    with connect(url) as connection:
        look = _by_sql(statement, places)(connection)
        for pointer in sample:
            look(pointer)


def registry_sizes(data: Data) -> dict[str, int]:
    """Bytes on disk."""
    tree = "pg_partition_tree('registry.class_pointers')"
    return _sizes(
        data,
        {
            "partitions": f"SELECT sum(pg_table_size(relid)) FROM {tree}",
            "partitions_indexes": f"SELECT sum(pg_indexes_size(relid)) FROM {tree}",
            "registry": "SELECT pg_table_size('registry.global_class_pointer_registry')",
            "registry_index": "SELECT pg_indexes_size('registry.global_class_pointer_registry')",
            "classes": "SELECT pg_total_relation_size('registry.object_classes')",
        },
    )


def single_sizes(data: Data) -> dict[str, int]:
    """The same of one table."""
    return _sizes(
        data,
        {
            "single_table": "SELECT pg_table_size('registry.single')",
            "single_table_indexes": "SELECT pg_indexes_size('registry.single')",
        },
    )


def _sizes(data: Data, statements: dict[str, str]) -> dict[str, int]:
    with connect(data.url) as connection:
        found = {name: connection.execute(sql.encode()).fetchone() for name, sql in statements.items()}
    return {name: int(row[0]) for name, row in found.items() if row is not None}
