"""How long a look takes: over everything that was indexed, and over what came since the last.

    python benchmarks/monitoring.py --millions 0.1             # figures
    python benchmarks/monitoring.py --millions 1 --record      # writes benchmarks/monitoring.json

Payments are those of benchmarks/indexer.py: each by one of 50,000 wallets for an object of its own, with a made-up
address, of which half are no keys, so that nearly every look finds that. Among them, one in a thousand is for an object
that was paid for before, and one in a thousand has the address of another. The database is the embedded one. CPU
seconds are of this process and of its session in the database, so that a machine at other work shows what a look costs
all the same; seconds by the clock are more there.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from indexer.made import START_UNIX, transaction_of  # noqa: E402
from indexer.traffic import payments  # noqa: E402
from plings.identity import ClassPointer  # noqa: E402
from plings.identity import Path as ObjectPath  # noqa: E402
from plings.indexer import Batch, RawTransaction, index  # noqa: E402
from plings.monitoring import begin_again, findings, look, look_at_rest  # noqa: E402
from plings.proofs import Kind, Leaf  # noqa: E402
from plings.registry import Registry, open_registry  # noqa: E402
from plings.registry.database import open_database  # noqa: E402
from scratch import scratch  # noqa: E402

SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "16GB", "checkpoint_timeout": "15min"}
BATCH = 5_000
NEW = 20_000
"""Payments that come between two looks."""


def traffic(count: int) -> Iterator[RawTransaction]:
    """`count` payments, and those that are strange besides."""
    strange = 0
    for at, raw in enumerate(payments(1, count)):
        yield raw
        if at % 500 == 0:
            again, path = at % 1_000 == 0, f"2.3.2.2.{'23456789'[at // 500 % 8]}"
            address = (b"again" if again else b"other %d" % (at // 8_000)).ljust(32, b"-")
            leaf = Leaf(
                kind=Kind.PAYMENT,
                payment_log=b"strange".ljust(32),
                number=strange,
                timestamp=START_UNIX + at,
                actor=b"wallet %d" % at + bytes(32 - len(b"wallet %d" % at)),
                owner=b"wallet %d" % at + bytes(32 - len(b"wallet %d" % at)),
                amount_lamports=5_000,
                class_pointer=ClassPointer(b"strange."),
                address=address,
                path=ObjectPath("2.3.2.2.2" if again else path),
            )
            strange += 1
            yield transaction_of(leaf, raw.slot, 100_000 + raw.position, salt=str(at))


def feed(registry: Registry, source: Iterator[RawTransaction], count: int) -> int:
    """Indexes so many of them, and tells how many there were."""
    done = 0
    while some := list(islice(source, min(BATCH, count - done))):
        index(registry, Batch(some))
        done += len(some)
        print(f"\r{done:,} indexed", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return done


def measure(registry: Registry, count: int) -> dict[str, object]:
    """A look over `count` payments in pages, then looks at what is new, and at nothing."""
    source = traffic(count + 10 * NEW)
    indexed = feed(registry, source, count)
    begin_again(registry)
    pages: list[float] = []
    began, cpu, last = time.monotonic(), _cpu_seconds(registry), time.monotonic()

    def told(_: object) -> None:
        nonlocal last
        now = time.monotonic()
        pages.append(now - last)
        last = now

    look_at_rest(registry, on_look=told)
    whole, whole_cpu = time.monotonic() - began, _cpu_seconds(registry) - cpu
    new: list[tuple[float, float]] = []
    for _ in range(5):
        feed(registry, source, NEW)
        new.append(_timed(registry))
    seconds, cpus = zip(*new, strict=True)
    return {
        "transactions": indexed,
        "all of them, seconds": round(whole, 1),
        "all of them, transactions a second": round(indexed / whole),
        "all of them, CPU seconds": round(whole_cpu, 1),
        "slowest page, seconds": round(max(pages), 2),
        f"{NEW:,} new ones, seconds (median of five)": round(statistics.median(seconds), 2),
        f"{NEW:,} new ones, seconds (slowest of five)": round(max(seconds), 2),
        f"{NEW:,} new ones, CPU seconds (median of five)": round(statistics.median(cpus), 2),
        "nothing new, seconds": round(_timed(registry)[0], 3),
        "others at work": round(os.getloadavg()[0], 1),
        "findings": len(findings(registry, limit=100_000)),
        "processors": os.cpu_count(),
    }


def _timed(registry: Registry) -> tuple[float, float]:
    """Seconds of a look by the clock, and of processors."""
    began, cpu = time.monotonic(), _cpu_seconds(registry)
    look(registry)
    return time.monotonic() - began, _cpu_seconds(registry) - cpu


def _cpu_seconds(registry: Registry) -> float:
    """What this process and its session in the database took so far."""
    stat = Path(f"/proc/{registry.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--millions", type=float, default=0.1)
    parser.add_argument("--record", action="store_true", help="writes benchmarks/monitoring.json")
    chosen = parser.parse_args()
    with scratch() as folder:
        with open_database(data_folder=folder / "data") as (connection, _):
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        with open_registry(data_folder=folder / "data") as registry:
            figures = measure(registry, int(chosen.millions * 1_000_000))
    print(json.dumps(figures, indent=2))
    if chosen.record:
        (ROOT / "benchmarks/monitoring.json").write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
