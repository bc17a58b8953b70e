"""Bulk load and lookup of class pointers at scale: the registry beside one table and a bare COPY, all in one run.

    benchmarks/registry.py [--millions 1,10,50] [--streams 1,2] [--lookups 50000] [--json FILE] [--plots FOLDER]

Writes registry.json, one entry for each scale (others' entries stay), and plots. On an embedded server of its own, in a
scratch folder of --scratch, which takes about 1 GB for each million rows and is removed. What is loaded is computed
before any clock runs; `load_pointers` reads a CSV of paths and class ids and computes the pointers while it runs.

A ratio of 0.5 is half as fast as the bare COPY that it is a ratio to: into a table with the same columns, without an
index or a check. That is measured from text (CSV) and from PostgreSQL's binary form, with one and with two streams.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plings.registry import connect
from plings.server import running_server
from registry_clock import Taken
from registry_data import make_data
from registry_forms import measure_forms
from registry_loads import Loads
from registry_lookups import measure_registry_lookups, measure_single_lookups, registry_sizes, single_sizes
from registry_plots import write_plots

FILE = Path(__file__).with_name("registry.json")
PICTURES = Path(__file__).resolve().parents[1] / "docs/pictures"
FORMS_ROWS = 1_000_000


def measure(scratch: Path, rows: int, streams: list[int], lookups: int, pointers_per_class: int) -> dict[str, Any]:
    """Everything at one scale. One contender's tables are gone before the next one's are filled: disks are small."""
    with running_server(scratch / "server") as server:
        say("making data", rows)
        with connect(server.conninfo(database="postgres")) as connection:
            connection.execute("CREATE DATABASE bench")
        data = make_data(server.conninfo(database="bench"), scratch, rows, lookups, pointers_per_class)
        loads = Loads(data, server.data_folder)
        taken: dict[str, Taken] = {}
        for form, files in (("csv", data.csv_halves), ("binary", data.binary_halves)):
            for count in (1, 2):
                say(f"bare COPY, {form}, streams:", count)
                taken[f"bare_{form}_{count}"] = loads.bare(files, form == "binary", count)
        for file in data.binary_halves:
            file.unlink()
        for count in streams:
            say("the registry, streams:", count)
            taken[f"registry_{count}"] = loads.registry(count)
        for file in data.loads:
            file.unlink()
        say("lookups", "")
        told: dict[str, Any] = {
            "rows": rows,
            "pointers_per_class": pointers_per_class,
            "measured_at": datetime.now(UTC).isoformat(timespec="minutes"),
            "load": {},
            "lookup": measure_registry_lookups(data),
            "bytes": registry_sizes(data),
        }
        if rows == FORMS_ROWS or rows < 100_000:
            told["forms"] = measure_forms(data, server.data_folder)
        loads.empty_registry()
        say("one table", "")
        taken["single_table_1"] = loads.single()
        told["load"] = _load_facts(rows, taken)
        told["lookup"] |= measure_single_lookups(data)
        told["bytes"] |= single_sizes(data)
        return told


def _load_facts(rows: int, taken: dict[str, Taken]) -> dict[str, Any]:
    told = {}
    for name, one in taken.items():
        count = name.rsplit("_", 1)[1]
        told[name] = {
            "seconds": round(one.seconds, 3),
            "cpu_seconds": round(one.cpu_seconds, 2),
            "rows_per_second": round(rows / one.seconds),
            "to_bare_csv_1_stream": round(taken["bare_csv_1"].seconds / one.seconds, 3),
            "to_bare_csv_same_streams": round(taken[f"bare_csv_{count}"].seconds / one.seconds, 3),
            "to_bare_binary_same_streams": round(taken[f"bare_binary_{count}"].seconds / one.seconds, 3),
        }
    return told


def machine() -> dict[str, Any]:
    """What it ran on. `load_average`: what else ran there, too."""
    cpu = next(
        (line.split(":", 1)[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")),
        platform.processor(),
    )
    memory = next((int(line.split()[1]) // 2**20 for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "cpus": os.cpu_count(),
        "cpu": cpu,
        "memory_gib": memory,
        "system": platform.system(),
        "python": platform.python_version(),
        "load_average": round(os.getloadavg()[0], 1),
    }


def _lines(name: str) -> list[str]:
    try:
        return Path(name).read_text().splitlines()
    except OSError:
        return []


def say(*what: object) -> None:
    print(f"{datetime.now():%H:%M:%S}", *what, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--millions", default="1", help="rows, as 1 or 1,10,50")
    parser.add_argument("--streams", default="1,2")
    parser.add_argument("--lookups", type=int, default=50_000)
    parser.add_argument("--pointers-per-class", type=int, default=1, help="a reorganised product has several")
    parser.add_argument("--json", type=Path, default=FILE)
    parser.add_argument("--plots", type=Path, default=PICTURES)
    parser.add_argument("--scratch", type=Path, default=Path(tempfile.gettempdir()))
    asked = parser.parse_args()
    for millions in asked.millions.split(","):
        rows = round(float(millions) * 1_000_000)
        before = machine()
        scratch = Path(tempfile.mkdtemp(prefix="plings-bench-", dir=asked.scratch))
        try:
            scratch.chmod(0o755)  # as root, the server is another user
            streams = [int(one) for one in asked.streams.split(",")]
            told = measure(scratch, rows, streams, asked.lookups, asked.pointers_per_class)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
        recorded = json.loads(asked.json.read_text()) if asked.json.exists() else {}
        recorded[str(rows)] = {**told, "machine": before}
        recorded = dict(sorted(recorded.items(), key=lambda item: int(item[0])))
        asked.json.write_text(json.dumps(recorded, indent=2) + "\n")
        for name, facts in told["load"].items():
            say(f"{name:16}", f"{facts['seconds']:9.2f} s", f"{facts['to_bare_csv_1_stream']:.2f} of a bare COPY")
        for name, facts in told["lookup"].items():
            say(f"{name:16}", f"p50 {facts['p50_us']} us, p99 {facts['p99_us']} us, max {facts['max_us']} us")
        write_plots(recorded, asked.plots)


if __name__ == "__main__":
    main()
