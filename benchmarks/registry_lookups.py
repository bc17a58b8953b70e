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


def measure_lookups(data: Data) -> dict[str, Any]:
    """Of each way: microseconds, when each pointer was asked for once before, and lookups a second."""
    return {
        "find_product": _latencies(data, _by_api),
        "partitioned": {**_latencies(data, _by_sql(PARTITIONED, 1)), **_throughput(data, PARTITIONED, 1)},
        "single_table": {**_latencies(data, _by_sql(SINGLE, 2)), **_throughput(data, SINGLE, 2)},
    }


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


def sizes(data: Data) -> dict[str, int]:
    """Bytes on disk."""
    tables = {
        "partitions": "SELECT sum(pg_table_size(relid)) FROM pg_partition_tree('registry.class_pointers')",
        "partitions_indexes": "SELECT sum(pg_indexes_size(relid)) FROM pg_partition_tree('registry.class_pointers')",
        "registry": "SELECT pg_table_size('registry.global_class_pointer_registry')",
        "registry_index": "SELECT pg_indexes_size('registry.global_class_pointer_registry')",
        "single_table": "SELECT pg_table_size('registry.single')",
        "single_table_indexes": "SELECT pg_indexes_size('registry.single')",
        "classes": "SELECT pg_total_relation_size('registry.object_classes')",
    }
    with connect(data.url) as connection:
        found = {name: connection.execute(sql.encode()).fetchone() for name, sql in tables.items()}
    return {name: int(row[0]) for name, row in found.items() if row is not None}
