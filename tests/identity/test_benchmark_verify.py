"""The benchmark of checks runs, and what it has recorded is what is promised."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIXES = ("usual", "new classes", "new manufacturers")


def test_the_benchmark_measures_every_mix() -> None:
    command = [sys.executable, str(ROOT / "benchmarks/verify.py"), "--scans", "20"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    for mix in MIXES:
        assert told[mix]["class"]["check to sha256"] > 0
        assert told[mix]["tag"]["check to Ed25519, key kept"] > 0
        assert all(0 < told[mix][what]["median_us"] <= told[mix][what]["p99_us"] for what in ("class", "tag"))


def test_what_is_recorded_is_as_fast_as_is_promised() -> None:
    told = json.loads((ROOT / "benchmarks/verify.json").read_text())
    assert told["usual"]["class"]["check to sha256"] >= 0.07
    for mix, key in zip(MIXES, ("kept", "kept", "made"), strict=True):  # nobody keeps the key of a new manufacturer
        assert told[mix]["tag"][f"check to Ed25519, key {key}"] >= 0.8
