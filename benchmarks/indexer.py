"""How fast micro-payments go from raw transactions into tables, and from what is kept into the tables again.

    python benchmarks/indexer.py --millions 0.2            # decode to committed, and a rebuild, with figures
    python benchmarks/indexer.py --millions 10 --record    # writes benchmarks/indexer.json

The transactions are made beforehand, into a file of the indexer's own export, and read from there as any source's. Each
pays once, for an object of its own, into one of eight logs. The database is the embedded one, as it is by default, with
every commit on disk, but for the memory and the log that a database of this size wants (SETTINGS). CPU seconds are of
this process and of the database's, so that a machine at other work shows what it costs all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from indexer.traffic import payments  # noqa: E402
from plings.indexer import rebuild, state_hash  # noqa: E402
from plings.indexer.runner import run  # noqa: E402
from plings.indexer.sources.files import FileSource, export  # noqa: E402
from plings.registry import Registry, open_registry  # noqa: E402
from plings.registry.database import open_database  # noqa: E402
from scratch import scratch  # noqa: E402

FILE = ROOT / "benchmarks/indexer.json"
SETTINGS = {"shared_buffers": "2GB", "max_wal_size": "16GB", "checkpoint_timeout": "15min"}
"""Keys are random, so indices are written all over: fewer checkpoints write fewer whole pages into the log."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Figures:
    """What one pass took. Microseconds are of one processor and for one event."""

    events: int
    seconds: float
    events_per_second: float
    python_microseconds: float
    postgresql_microseconds: float
    memory_first_mb: float
    memory_last_mb: float
    processors_taken: float
    """by this process and the database; where others took the rest, the rate is a floor"""
    processors_taken_by_others: float


class Measured:
    """CPU time of a server's processes and our memory, looked at while something runs."""

    def __init__(self, registry: Registry) -> None:
        self._server = _parent(registry.connection.info.backend_pid)
        self._backends: dict[int, tuple[float, float]] = {}
        self.memory: list[float] = []
        self._stop = threading.Event()
        self._look()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._wall, self._cpu, self._all = time.monotonic(), time.process_time(), _busy_seconds()
        self._thread.start()

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self._look()

    def _look(self) -> None:
        for entry in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _, rest = entry.read_text().partition("(")[2].rpartition(")")
            except OSError:
                continue
            fields = rest.split()
            if name == "postgres" and int(fields[1]) == self._server:
                seconds = (int(fields[11]) + int(fields[12])) / TICKS
                pid = int(entry.parent.name)
                first, _ = self._backends.get(pid, (seconds if not hasattr(self, "_wall") else 0.0, 0.0))
                self._backends[pid] = (first, seconds)
        self.memory.append(int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20)

    def figures(self, events: int) -> Figures:
        seconds, python = time.monotonic() - self._wall, time.process_time() - self._cpu
        busy = _busy_seconds() - self._all
        self._stop.set()
        self._thread.join()
        self._look()
        postgresql = sum(last - first for first, last in self._backends.values())
        ours = (python + postgresql) / seconds
        return Figures(
            events=events,
            seconds=round(seconds, 1),
            events_per_second=round(events / seconds),
            python_microseconds=round(python / events * 1e6, 1),
            postgresql_microseconds=round(postgresql / events * 1e6, 1),
            memory_first_mb=round(self.memory[min(4, len(self.memory) - 1)]),
            memory_last_mb=round(self.memory[-1]),
            processors_taken=round(ours, 2),
            processors_taken_by_others=round(max(busy / seconds - ours, 0.0), 2),
        )


def _busy_seconds() -> float:
    """What all processors of the machine worked, for whomever."""
    user, nice, system, _, _, *interrupts = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:8])
    return (user + nice + system + sum(interrupts)) / TICKS


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def measure(registry: Registry, file: Path, events: int) -> dict[str, Figures]:
    """Indexes the file, rebuilds, and sees that both give the same."""
    found = {}
    watch = Measured(registry)
    asyncio.run(run(registry, FileSource(file), on_progress=lambda progress: shown(progress.total.leaves, events)))
    found["decode to committed"] = watch.figures(events)
    before = state_hash(registry)
    watch = Measured(registry)
    rebuild(registry, lambda _, written: shown(written.leaves, events))
    found["replay"] = watch.figures(events)
    if state_hash(registry) != before:
        raise SystemExit("a rebuild gave other tables")
    return found


def shown(done: int, events: int) -> None:
    if done % 50_000 == 0:
        print(f"\r{done:,} of {events:,}", end="", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--millions", type=float, default=0.2)
    parser.add_argument("--record", action="store_true", help="writes benchmarks/indexer.json")
    parser.add_argument("--file", type=Path, help="of so many transactions; made if it is not there")
    chosen = parser.parse_args()
    events = int(chosen.millions * 1_000_000)
    with scratch() as folder:
        file = chosen.file or folder / "payments.plings"
        if not file.exists():
            with file.open("wb") as out:
                export(payments(1, events), out)
        size = file.stat().st_size
        with open_database(data_folder=folder / "data") as (connection, _):
            for name, value in SETTINGS.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        with open_registry(data_folder=folder / "data") as registry:
            found = measure(registry, file, events)
    print(file=sys.stderr)
    figures: dict[str, object] = {name: asdict(each) for name, each in found.items()}
    figures["raw bytes of a transaction"] = round(size / events)
    figures["settings"] = SETTINGS
    figures["processors"] = os.cpu_count()
    print(json.dumps(figures, indent=2))
    if chosen.record:
        known = json.loads(FILE.read_text()) if FILE.exists() else {}
        FILE.write_text(json.dumps({**known, f"{events:,} events": figures}, indent=2) + "\n")


if __name__ == "__main__":
    main()
