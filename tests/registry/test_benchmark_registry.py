"""The registry's benchmark runs, at a scale that takes seconds, and what it has recorded is whole."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parents[2]
RECORDED = ROOT / "benchmarks/registry.json"
LOADS = {"bare_csv_1", "bare_csv_2", "bare_binary_1", "bare_binary_2", "registry_2", "single_table_1"}


def test_the_benchmark_measures_every_contender_and_draws_it(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, ROOT / "benchmarks/registry.py", "--millions", "0.002", "--lookups", "50"]
    command += ["--streams", "2", "--json", figures, "--plots", tmp_path / "plots", "--scratch", tmp_path]
    # as root the server is another user, who may not pass pytest's own folders
    command[-1] = Path("/tmp") if sys.platform == "linux" else tmp_path
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    (told,) = json.loads(figures.read_text()).values()
    assert told["rows"] == 2000 and told["load"].keys() == LOADS
    assert told["load"]["bare_csv_1"]["to_bare_csv_1_stream"] == 1
    for one in told["lookup"].values():
        assert 40 <= one["lookups"] <= 50 and 0 < one["p50_us"] <= one["p99_us"] <= one["max_us"]
    assert told["forms"].keys() == {"bigint", "bytea", "text"}
    for name in ("registry-load.svg", "registry-lookup.svg"):
        assert ElementTree.parse(tmp_path / "plots" / name).getroot().tag.endswith("svg")


def test_what_is_recorded_is_whole() -> None:
    for rows, told in json.loads(RECORDED.read_text()).items():
        assert int(rows) == told["rows"] and told["load"].keys() >= LOADS
        assert all(one["lookups"] >= 49_000 for one in told["lookup"].values())
