"""What a router costs: one in front of 4 servers, beside one server with 16 partitions, all in one run on one machine.

    benchmarks/distributed.py [--thousands 200] [--lookups 20000] [--json FILE] [--scratch FOLDER]

postgres_fdw stands in for Citus (see tests/registry/test_distribute.py), on Unix sockets. This measures what it costs
that rows are elsewhere, in the registry's own functions. It cannot show what more machines bring: the servers share the
cores of this one. Loads are `load_pointers`, one stream, all checks on; lookups are `get_product_by_pointer`, prepared,
one connection, each pointer asked for once before. Writes distributed.json.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

import psycopg

from plings.registry import Registry, connect
from plings.registry.bulk import load_pointers
from plings.registry.distribute import distribute, plan_distribution
from plings.server import EmbeddedServer, running_server
from registry.cluster import WORKERS, databases_on, running_workers, stand_in
from registry_data import ADA, Data, make_data

FILE = Path(__file__).with_name("distributed.json")
LOOKUP = b"SELECT * FROM registry.get_product_by_pointer(%s)"
BATCH = b"SELECT count(*) FROM unnest(%s::text[]) AS asked, LATERAL registry.get_product_by_pointer(asked)"


def measure(scratch: Path, rows: int, lookups: int) -> dict[str, Any]:
    """One server, and then a router with its workers, with as many rows."""
    with ExitStack() as stack:
        server = stack.enter_context(running_server(scratch / "server"))
        print("one server", file=sys.stderr)
        one = _empty(server, scratch, "one", rows, lookups)
        told: dict[str, Any] = {"one_server_16_partitions": {**_load(one), **_lookups(one)}}
        print("a router", file=sys.stderr)
        shards = stack.enter_context(databases_on(stack.enter_context(running_workers(scratch))))
        routed = _empty(server, scratch, "router", rows, lookups)
        stand_in(routed.url, shards)
        with connect(routed.url) as connection:
            distribute(connection)
        told["router_and_4_servers"] = {**_load(routed), **_lookups(routed)}
        print("moving", file=sys.stderr)
        stand_in(one.url, stack.enter_context(databases_on(_workers_of(shards, scratch))))
        with connect(one.url) as connection:
            told["bytes_per_pointer"] = round(plan_distribution(connection).size_bytes / rows)
            seconds = _seconds(lambda: distribute(connection))
        told["move"] = {"seconds": round(seconds, 2), "rows_per_second": round(rows / seconds)}
        return told


def _workers_of(shards: list[str], scratch: Path) -> list[EmbeddedServer]:
    """The servers that some databases are on."""
    sockets = [Path(str(psycopg.conninfo.conninfo_to_dict(one)["host"])) for one in shards]
    return [EmbeddedServer(scratch, socket, scratch / "log") for socket in sockets]


def _empty(server: EmbeddedServer, scratch: Path, name: str, rows: int, lookups: int) -> Data:
    with connect(server.conninfo(database="postgres")) as connection:
        connection.execute(f"CREATE DATABASE bench_{name}".encode())
    folder = scratch / name
    folder.mkdir()
    return make_data(server.conninfo(database=f"bench_{name}"), folder, rows, lookups)


def _load(data: Data) -> dict[str, Any]:
    def load() -> None:
        with connect(data.url) as connection:
            ada = Registry(connection).acting(ADA)
            for maker, file in zip(data.makers, data.loads, strict=True):
                load_pointers(ada, maker.prefix, file)

    with connect(data.url) as connection:
        connection.execute("CHECKPOINT")
        seconds = _seconds(load)
        count = "SELECT (SELECT count(*) FROM registry.class_pointers), (SELECT count(*) FROM registry.{})"
        row = connection.execute(count.format("global_class_pointer_registry").encode()).fetchone()
        if row != (data.rows, data.rows):
            raise AssertionError(f"{row} rows are there and not {data.rows}")
        connection.execute(
            "ANALYZE registry.class_pointers; ANALYZE registry.global_class_pointer_registry; CHECKPOINT"
        )
    return {"load_seconds": round(seconds, 2), "load_rows_per_second": round(data.rows / seconds)}


def _lookups(data: Data) -> dict[str, Any]:
    with connect(data.url) as connection:
        cursor = connection.cursor()

        def look(pointer: str) -> None:
            row = cursor.execute(LOOKUP, [pointer], prepare=True).fetchone()
            if row is None or row[0] != pointer:
                raise AssertionError(f"{pointer} is not there")

        for pointer in data.sample:
            look(pointer)
        taken = sorted(_seconds(look, pointer) * 1e6 for pointer in data.sample)
        batch = _seconds(lambda: cursor.execute(BATCH, [data.sample]).fetchone())
    count = len(taken)
    return {
        "lookups": count,
        "lookups_per_second": round(count / (sum(taken) / 1e6)),
        "lookups_per_second_in_one_call": round(count / batch),
        "p50_us": round(taken[count // 2], 1),
        "p99_us": round(taken[int(count * 0.99)], 1),
    }


def _seconds(work: Callable[..., object], *arguments: object) -> float:
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--thousands", type=float, default=200)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--json", type=Path, default=FILE)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    rows = round(asked.thousands * 1000)
    scratch = Path(tempfile.mkdtemp(prefix="plings-bench-", dir=asked.scratch))
    before = round(os.getloadavg()[0], 1)
    try:
        scratch.chmod(0o755)  # as root, the server is another user
        told = measure(scratch, rows, min(asked.lookups, rows))
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    facts = {
        "rows": rows,
        "workers": WORKERS,
        "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
        "machine": {"cpus": os.cpu_count(), "load_average_before": before},
        **told,
    }
    asked.json.write_text(json.dumps(facts, indent=2) + "\n")
    print(json.dumps(facts, indent=2))


if __name__ == "__main__":
    main()
