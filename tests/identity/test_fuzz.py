"""Damaged codes get the grade that a second implementation gives them; benchmarks/fuzz.py does this by the million."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from identity.frozen import vectors
from identity.fuzz.oracle import slow_grade
from identity.fuzz.planted import PLANTED
from identity.fuzz.trial import Check, trial
from plings.identity import parse_address

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("number", range(3))
def test_no_damaged_code_crashes_a_check_or_is_graded_wrongly(number: int) -> None:
    tally = trial(1, number, 5_000)
    assert not tally.failures
    assert tally.counts["inputs"] == 5_000
    grades = {name for name in tally.counts if name.startswith("grade ")}
    assert len(grades) == 5, "damage must leave codes of every grade"
    assert tally.counts["genuine, though not as printed"] > 0


@pytest.mark.parametrize("planted", PLANTED, ids=lambda planted: planted.__name__)
def test_a_planted_bug_is_found(planted: Check) -> None:
    assert any(trial(1, number, 2_000, planted).failures for number in range(20))


def test_the_same_seed_is_the_same_run() -> None:
    assert trial(5, 2, 300) == trial(5, 2, 300) != trial(6, 2, 300)


@pytest.mark.parametrize("row", vectors("urls", "grades"), ids=lambda row: row["grade"])
def test_the_oracle_agrees_with_the_vectors(row: dict[str, str]) -> None:
    keys = {row["prefix"]: parse_address(row["manufacturer_key"])} if row["prefix"] else {}
    assert slow_grade(row["text"], keys, {bytes([1]) + bytes(31)}) == row["grade"]


@pytest.mark.parametrize("row", vectors("urls", "refused"), ids=lambda row: row["rule"])
def test_the_oracle_refuses_what_the_vectors_do(row: dict[str, str]) -> None:
    assert slow_grade(row["text"], {}, set()) == "malformed"


def test_the_benchmark_goes_on_where_it_was(tmp_path: Path) -> None:
    journal = tmp_path / "fuzz.jsonl"
    first = fuzz("--inputs", "1000", "--chunk", "500", "--journal", str(journal))
    journal.write_text(journal.read_text() + '\n{"seed": 1, "torn')
    again = fuzz("--inputs", "2000", "--chunk", "500", "--journal", str(journal))
    whole = fuzz("--inputs", "2000", "--chunk", "500")
    assert (first["inputs"], again["inputs"], again["taken from the journal"]) == (1000, 2000, 1000)
    assert again["grades"] == whole["grades"] and again["damage"] == whole["damage"]


def fuzz(*arguments: str) -> dict[str, object]:
    command = [sys.executable, str(ROOT / "benchmarks/fuzz.py"), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)
