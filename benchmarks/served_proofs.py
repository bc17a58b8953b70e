"""What proofs out of the index take, from one payment log of many leaves.

    python benchmarks/served_proofs.py --millions 0.1
    python benchmarks/served_proofs.py --millions 1 --record    # writes benchmarks/served_proofs.json

The log's rows are made by SQL, in a tenth of the time of indexing it, into an embedded PostgreSQL that has no
statistics of them, as while a chain is read in. Each question is asked as an API asks it: over one connection, in a
transaction of its own. Times are of whole answers, with all hashes made, after some to warm up.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median, quantiles

from plings.indexer.reading import consistency_proof, inclusion_proof, leaves, ownership
from plings.indexer.tiles import make_tiles
from plings.proofs import consistent, included
from plings.registry import Registry, open_registry
from scratch import scratch

ROOT = Path(__file__).resolve().parents[1]
WARMING, TIMES = 50, 500
LOG = b"L" * 32
START_UNIX = 1_750_000_000
PREFIX = "2.3.2.5."
FILL = (
    """SELECT ensure_raw_partitions(%(start)s, %(start)s + %(count)s / 1000)""",
    """INSERT INTO payment_logs (address, seen, leaf_count)
    VALUES (%(log)s, int8multirange(int8range(0, %(count)s)), %(count)s)""",
    """INSERT INTO objects (object_no, object_key, class_pointer, address, path) OVERRIDING SYSTEM VALUE
    SELECT at, encode(substr(sha256(int8send(7) || sha256(int8send(at)) || path::bytea), 1, 16), 'hex')::uuid, 7,
        sha256(int8send(at)), path
    FROM generate_series(1::bigint, %(count)s) AS at, LATERAL (
        SELECT %(prefix)s || segment_text(at::integer) AS path
    ) AS named""",
    """INSERT INTO raw_transactions (transaction_no, block_time_unix, slot, position, is_whole, signature, body)
    SELECT at, %(start)s + at / 1000, at / 500, at %% 500, true, sha512(int8send(at)), ''
    FROM generate_series(1::bigint, %(count)s) AS at""",
    """INSERT INTO payment_leaves (transaction_no, object_no, number, amount_lamports, platform_lamports,
        timestamp_unix, slot, log_no, position, instruction_index, inner_index, kind, is_told, is_settled, actor)
    SELECT at, at, at - 1, 10000 + at %% 90000, 1000, %(start)s + at / 1000, at / 500, log_no, at %% 500, 0, -1, 1,
        true, true, sha256(int8send(at %% 50000))
    FROM payment_logs, generate_series(1::bigint, %(count)s) AS at""",
    """INSERT INTO tenures (object_no, ordinal, owner, how, is_current, log_no, number, transaction_no, slot,
        since_unix)
    SELECT object_no, 1, actor, kind, true, log_no, number, transaction_no, slot, timestamp_unix
    FROM payment_leaves""",
)


def fill(registry: Registry, count: int) -> None:
    """Rows as the indexer writes them for so many payments into one log, each for an object of its own."""
    with registry.transaction() as connection:
        for statement in FILL:
            connection.execute(statement.encode(), {"count": count, "log": LOG, "start": START_UNIX, "prefix": PREFIX})


def timed(question: Callable[[], object]) -> dict[str, float]:
    """Milliseconds: the median, and what 99 in 100 do not exceed."""
    for _ in range(WARMING):
        question()
    taken = []
    for _ in range(TIMES):
        begun = time.perf_counter()
        question()
        taken.append((time.perf_counter() - begun) * 1e3)
    return {"median_ms": round(median(taken), 2), "p99_ms": round(quantiles(taken, n=100)[98], 2)}


def questions(registry: Registry, log: bytes, count: int) -> dict[str, Callable[[], object]]:
    chance = random.Random(1)
    known: dict[int, bytes] = {}

    def under(size: int) -> None:
        number = chance.randrange(size)
        proof = inclusion_proof(registry, log, number, size)
        assert included(proof.head.root, proof.leaf_hash, number, size, proof.hashes)
        assert known.setdefault(size, proof.head.root) == proof.head.root

    def between() -> None:
        first, second = sorted(chance.randint(1, count) for _ in range(2))
        proof = consistency_proof(registry, log, first, second)
        assert consistent(proof.first.root, first, proof.second.root, second, proof.hashes)

    some = leaves(registry, log, limit=1000).leaves

    def owner() -> None:
        leaf = chance.choice(some).leaf
        found = ownership(registry, path=leaf.path.text, class_pointer=leaf.class_pointer.value, address=leaf.address)
        assert found and found.owner == leaf.actor

    return {
        "inclusion in all leaves": lambda: under(count),
        "inclusion in a checkpoint's leaves": lambda: under(1_000 * chance.randint(1, count // 1_000)),
        "consistency": between,
        "owner, with history": owner,
        "a hundred leaves": lambda: leaves(registry, log, after=chance.randrange(count), limit=100),
    }


def measure(registry: Registry, count: int) -> dict[str, object]:
    fill(registry, count)
    (row,) = registry.rows("SELECT address, leaf_count FROM payment_logs")
    assert row["leaf_count"] == count
    begun = time.perf_counter()
    tiled = make_tiles(registry, row["address"])
    seconds = time.perf_counter() - begun
    (size,) = registry.rows("SELECT pg_total_relation_size('log_tiles') AS bytes")
    return {
        "leaves": count,
        "processors": os.cpu_count(),
        "load of the machine": round(os.getloadavg()[0], 1),
        "leaves put into tiles a second": round(tiled.tiled_leaves / seconds),
        "bytes of tiles for each leaf": round(size["bytes"] / count, 1),
        **{name: timed(question) for name, question in questions(registry, row["address"], count).items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--millions", type=float, default=0.1)
    parser.add_argument("--record", action="store_true", help="writes benchmarks/served_proofs.json")
    chosen = parser.parse_args()
    with scratch() as folder, open_registry(data_folder=folder / "data") as registry:
        figures = measure(registry, int(chosen.millions * 1_000_000))
    print(file=sys.stderr)
    text = json.dumps(figures, indent=2)
    print(text)
    if chosen.record:
        (ROOT / "benchmarks/served_proofs.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
