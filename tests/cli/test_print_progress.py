"""How far a printing job is: a bar at a terminal, lines in a log, nothing for programs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.command import SEED, run
from cli.test_process import on_terminal
from plings.cli import print_run

JOB = ("print", "run", "2.3.2.G:0-9999", "--workers", "1", "--seed", SEED.hex(), "-o")


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(print_run, "TOLD_EVERY_S", 0.0)
    yield


def test_a_log_gets_lines_with_rate_and_time_left(tmp_path: Path) -> None:
    result = run(*JOB, tmp_path / "job")
    lines = result.stderr.splitlines()
    assert result.exit_code == 0
    assert [line.partition(" of ")[0] for line in lines] == ["plings: 4,096", "plings: 8,192", "plings: 10,000"]
    assert all(re.fullmatch(r"plings: [\d,]+ of 10,000 codes, [\d,]+/s, \d+ s left", line) for line in lines)
    again = run(*JOB, tmp_path / "job")
    assert (again.exit_code, again.stderr) == (0, "")


@pytest.mark.parametrize("option", ["--json", "--quiet"])
def test_programs_and_who_wants_quiet_get_none(tmp_path: Path, option: str) -> None:
    result = run(*JOB, tmp_path / "job", option)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.ui
def test_a_terminal_gets_a_bar(tmp_path: Path) -> None:
    shown = on_terminal(*JOB, str(tmp_path / "job"))
    assert "printing into job" in shown
    assert re.search(r"[\d,]+ of 10,000", shown)
    assert "codes/s" in shown
    assert "plings: " not in shown
