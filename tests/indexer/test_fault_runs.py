"""Fault runs, some of those that benchmarks/faults.py does: the state is the clean run's; planted bugs are found."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest

from fixtures.fix_registry import new_folder
from indexer.faults.bench import Bench, opened_bench
from indexer.faults.draw import draw
from indexer.faults.plan import TOLD_AS
from indexer.faults.trial import trial
from plings.indexer import RawTransaction

SEEDS = range(60, 110)
"""Of these 50, each kind of fault is planned at least four times."""

met = Counter[str]()


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    folder = new_folder()
    try:
        with opened_bench(folder) as opened:
            yield opened
    finally:
        rmtree(folder, ignore_errors=True)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_run_ends_where_a_clean_one_does(
    bench: Bench, journey: list[RawTransaction], tmp_path: Path, seed: int
) -> None:
    outcome = asyncio.run(trial(bench, draw(seed, journey), tmp_path))
    met.update(outcome.injected, runs=1)
    assert outcome.failure is None, "\n".join([*draw(seed, journey).lines(), *outcome.log, outcome.failure])


def test_every_kind_of_fault_was_met() -> None:
    if met["runs"] == len(SEEDS):
        assert [what for what in TOLD_AS.values() if not met[what]] == []


def test_a_seed_always_draws_the_same(journey: list[RawTransaction]) -> None:
    for seed in SEEDS:
        assert draw(seed, journey) == draw(seed, journey)


@pytest.mark.parametrize("bug", ["the cursor is moved apart", "undo forgets owners", "what is known is taken again"])
def test_a_planted_bug_is_found(bench: Bench, journey: list[RawTransaction], tmp_path: Path, bug: str) -> None:
    with bench.planted(bug):
        assert any(asyncio.run(trial(bench, draw(seed, journey), tmp_path)).failure for seed in SEEDS)
