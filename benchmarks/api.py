"""How many questions a second the API answers, and how long each takes.

    python benchmarks/api.py                          # 20,000 objects, 4 seconds a route
    python benchmarks/api.py --objects 1000000 --record    # writes benchmarks/api.json

One server process, as `plings api serve` starts it but without a limit of requests, over the embedded database; the
questions come over 16 kept connections from this process, which takes a processor of its own for it. So on two
processors about half of what is measured is the asking. CPU microseconds are of the server and PostgreSQL together, for
one answer: what it costs on a machine at other work, too.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree
from tempfile import gettempdir
from urllib.parse import urlencode
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from indexer.conftest import told_journey  # noqa: E402
from indexer.traffic import payments  # noqa: E402
from plings.identity import ClassPath, format_address, format_segment  # noqa: E402
from plings.indexer import Batch, RawTransaction, index  # noqa: E402
from plings.registry import Registry, migrate, open_registry  # noqa: E402
from plings.registry.pointers import register_pointer  # noqa: E402
from program.journey import MAKER  # noqa: E402
from registry.world import World, settle  # noqa: E402

CONNECTIONS = 16
BATCH = 10_000
CLASSES = 200
TICKS = os.sysconf("SC_CLK_TCK")
FILE = Path(__file__).with_name("api.json")


@dataclass
class Figures:
    """What one route did. Times are milliseconds."""

    answers: int
    answers_per_second: float
    median_ms: float
    p99_ms: float
    worst_ms: float
    cpu_microseconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--objects", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=4.0)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    folder = Path(gettempdir()) / f"plings-api-{uuid4().hex[:12]}"
    try:
        figures = measured(folder, arguments.objects, arguments.seconds)
    finally:
        rmtree(folder, ignore_errors=True)
    for name, found in figures.items():
        print(
            f"{name:<24}{found.answers_per_second:>8,.0f}/s  median {found.median_ms:.1f} ms  p99 {found.p99_ms:.1f} ms"
            f"  CPU {found.cpu_microseconds:,.0f} µs"
        )
    if arguments.record:
        facts = {"objects": arguments.objects, "routes": {name: asdict(one) for name, one in figures.items()}}
        FILE.write_text(json.dumps(facts, indent=2) + "\n")


def measured(folder: Path, objects: int, seconds: float) -> dict[str, Figures]:
    with open_registry(data_folder=folder) as registry:
        codes, pointers = filled(registry, objects)
        command = [sys.executable, "-m", "plings", "api", "serve", "--listen", "127.0.0.1:0", "--rate", "0", "--json"]
        with subprocess.Popen([*command, "--data", str(folder)], stdout=subprocess.PIPE, text=True) as server:
            try:
                assert server.stdout is not None
                port = int(json.loads(server.stdout.readline())["url"].rpartition(":")[2])
                postmaster = int((folder / "postgresql/postmaster.pid").read_text().split()[0])
                processes = server.pid, postmaster
                code = MAKER.code("2.G.mic")
                parts = {"p": code.path.text, "cp": code.class_pointer.text, "i": format_address(code.address)}
                with_receipt = urlencode(parts)
                routes: dict[str, Callable[[], str]] = {
                    "health": lambda: "/health",
                    "ownership": lambda: f"/v1/ownership?{random.choice(codes)}",
                    "ownership with receipt": lambda: f"/v1/ownership?{with_receipt}",
                    "product": lambda: f"/v1/products/{random.choice(pointers)}",
                }
                found = {}
                for name, path in routes.items():
                    asyncio.run(asked(port, path, 0.5, processes))
                    found[name] = asyncio.run(asked(port, path, seconds, processes))
                return found
            finally:
                server.terminate()


def filled(registry: Registry, objects: int) -> tuple[list[str], list[str]]:
    """Objects that somebody paid for, and products. Returns the queries of some, and pointers."""
    migrate(registry.connection)
    settle(registry)
    world = World.of(registry, "")
    made = world.class_id("BILLY")
    paths = [ClassPath(f"2.3.{format_segment(number)}") for number in range(1, CLASSES + 1)]
    pointers = [register_pointer(world.ida, path.text, made).class_pointer for path in paths]
    index(registry, Batch(asyncio.run(told_journey())))
    raws = list[RawTransaction]()
    for raw in payments(1, objects):
        raws.append(raw)
        if len(raws) == BATCH:
            index(registry, Batch(raws))
            raws = []
    index(registry, Batch(raws))
    registry.connection.execute("ANALYZE")
    rows = registry.rows(
        """SELECT path AS p, pointer_text(class_pointer) AS cp, address AS i FROM objects JOIN tenures USING (object_no)
        ORDER BY random() LIMIT 5000"""
    )
    return [urlencode({**row, "i": format_address(row["i"])}) for row in rows], pointers


async def asked(port: int, path: Callable[[], str], seconds: float, processes: tuple[int, int]) -> Figures:
    """Asks for so long over all connections."""
    took: list[float] = []
    before, began = cpu_seconds(*processes), time.perf_counter()
    await asyncio.gather(*(asking(port, path, began + seconds, took) for _ in range(CONNECTIONS)))
    lasted, used = time.perf_counter() - began, cpu_seconds(*processes) - before
    took.sort()
    return Figures(
        answers=len(took),
        answers_per_second=round(len(took) / lasted, 1),
        median_ms=round(took[len(took) // 2] * 1e3, 2),
        p99_ms=round(took[len(took) * 99 // 100] * 1e3, 2),
        worst_ms=round(took[-1] * 1e3, 2),
        cpu_microseconds=round(used / len(took) * 1e6, 1),
    )


async def asking(port: int, path: Callable[[], str], until: float, took: list[float]) -> None:
    """Over one connection, one question after the other: by hand, since a client library would take longer than we."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    while (began := time.perf_counter()) < until:
        writer.write(f"GET {path()} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
        await reader.readexactly(length)
        took.append(time.perf_counter() - began)
    writer.close()


def cpu_seconds(server: int, postmaster: int) -> float:
    """Of the server, and of the PostgreSQL that works for it."""
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        if int(folder.name) in (server, postmaster) or int(fields[1]) == postmaster:
            total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


if __name__ == "__main__":
    main()
