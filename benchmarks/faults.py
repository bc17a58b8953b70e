"""Fault runs: whether the indexer ends where a clean run does, whatever is killed, lost, repeated, cut or forked.

    python benchmarks/faults.py                       # 1,000 runs, on two processors
    python benchmarks/faults.py --seed 17 --verbose   # one of them again: what was planned, and what happened in order
    python benchmarks/faults.py --record              # writes benchmarks/faults.json, with the planted bugs
    python benchmarks/faults.py --planted             # how many runs it takes to find bugs that are put in

A run is drawn from its seed: what happened on the chain, how a node, a file or another source tells it, where the
indexer's process is killed and what befalls its database. Every process is a real one, which follows the source by
plings.indexer.runner.run into a real PostgreSQL, and is ended at a planned batch, SQL statement, byte of a COPY or
COMMIT. At the end the source has told all that is final. Then each part of the state must have the clean run's hash, no
gap and nothing provisional may be left, and a rebuild, killed now and then, must give the same.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import selectors
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from fixtures.fix_registry import MEMORY  # noqa: E402
from indexer.conftest import told_journey  # noqa: E402
from indexer.faults.bench import Bench, opened_bench  # noqa: E402
from indexer.faults.draw import draw  # noqa: E402
from indexer.faults.planted import PLANTED  # noqa: E402
from indexer.faults.trial import trial  # noqa: E402
from plings.indexer import RawTransaction  # noqa: E402

RECORD = ROOT / "benchmarks/faults.json"
MOST_RUNS_FOR_A_BUG = 200


class Runs:
    """Runs by their seeds, one after the other, on a server of their own."""

    def __init__(self, bench: Bench, scratch: Path, journey: list[RawTransaction]) -> None:
        self.bench, self._scratch, self._journey = bench, scratch, journey

    def one(self, seed: int, verbose: bool = False) -> dict[str, Any]:
        """What became of a run, for JSON."""
        plan = draw(seed, self._journey)
        if verbose:
            print(*plan.lines(), "", sep="\n", flush=True)
        try:
            outcome = asyncio.run(trial(self.bench, plan, self._scratch))
        except Exception:
            return {"seed": seed, "kind": plan.traffic, "failure": traceback.format_exc(), "injected": {}, "seconds": 0}
        if verbose:
            print(*outcome.log, "", sep="\n", flush=True)
        return {
            "seed": seed,
            "kind": plan.traffic,
            "failure": outcome.failure,
            "injected": outcome.injected,
            "seconds": round(outcome.seconds, 2),
        }


@contextmanager
def opened_runs() -> Iterator[Runs]:
    folder = (MEMORY if MEMORY.is_dir() else Path(gettempdir())) / f"plings-faults-{os.getpid()}"
    with ExitStack() as stack:
        stack.callback(rmtree, folder, ignore_errors=True)
        bench = stack.enter_context(opened_bench(folder))
        scratch = Path(stack.enter_context(TemporaryDirectory()))
        yield Runs(bench, scratch, asyncio.run(told_journey()))


def work() -> None:
    """A worker: a line of JSON for each run whose seed it reads."""
    with opened_runs() as runs:
        for seed in json.loads(sys.stdin.read()):
            print(json.dumps(runs.one(seed)), flush=True)


def find_planted(first_seed: int, runs: Runs) -> dict[str, int | None]:
    """For each planted bug the number of runs until it was found; None where it was not."""
    found: dict[str, int | None] = {}
    for bug in PLANTED:
        with runs.bench.planted(bug):
            found[bug] = next(
                (n for n in range(1, MOST_RUNS_FOR_A_BUG + 1) if runs.one(first_seed + n - 1)["failure"]), None
            )
        print(f"{bug}: {found[bug] or 'not found'}", file=sys.stderr, flush=True)
    return found


def measure(seeds: range, jobs: int, outcomes: Path | None) -> dict[str, Any]:
    """All runs, by so many workers at once; not those of which the outcome is known from a file."""
    done = [json.loads(line) for line in outcomes.read_text().splitlines()] if outcomes and outcomes.exists() else []
    known = {outcome["seed"] for outcome in done}
    left = [seed for seed in seeds if seed not in known]
    workers = [_worker(left[at::jobs]) for at in range(jobs)] if left else []
    for outcome in _told(workers):
        done.append(outcome)
        if outcomes:
            with outcomes.open("a") as file:
                file.write(json.dumps(outcome) + "\n")
        if outcome["failure"]:
            print(f"\nseed {outcome['seed']}: {outcome['failure']}", file=sys.stderr)
        print(f"\r{len(done)} of {len(seeds)}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    if len(done) != len(seeds):
        raise SystemExit(f"{len(seeds) - len(done)} runs were not done: a worker died")
    return figures_of(done)


def figures_of(done: list[dict[str, Any]]) -> dict[str, Any]:
    """What is recorded of runs."""
    kinds, injected, seeds = Counter[str](), Counter[str](), sorted(outcome["seed"] for outcome in done)
    for outcome in done:
        kinds[outcome["kind"]] += 1
        injected.update(outcome["injected"])
    return {
        "runs": len(done),
        "seeds": f"{seeds[0]} to {seeds[-1]}",
        "failures": [{"seed": one["seed"], "failure": one["failure"]} for one in done if one["failure"]],
        "seconds of all runs": round(sum(outcome["seconds"] for outcome in done)),
        "processors": os.cpu_count(),
        "kinds": dict(sorted(kinds.items())),
        "injected": dict(sorted(injected.items())),
    }


def _worker(seeds: list[int]) -> subprocess.Popen[str]:
    worker = subprocess.Popen(
        [sys.executable, __file__, "--worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdin is not None
    worker.stdin.write(json.dumps(seeds))
    worker.stdin.close()
    return worker


def _told(workers: list[subprocess.Popen[str]]) -> Iterator[dict[str, Any]]:
    """As they come, of all workers."""
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            assert worker.stdout is not None
            selector.register(worker.stdout, selectors.EVENT_READ)
        while selector.get_map():
            for key, _ in selector.select():
                line = key.fileobj.readline()  # type: ignore[union-attr]
                if line:
                    yield json.loads(line)
                else:
                    selector.unregister(key.fileobj)
    for worker in workers:
        worker.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=1_000)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2, help="runs at once, each on a server of its own")
    parser.add_argument("--seed", type=int, help="this run alone")
    parser.add_argument("--verbose", action="store_true", help="with --seed: what was planned, and what happened")
    parser.add_argument("--planted", action="store_true", help="how many runs it takes to find each planted bug")
    parser.add_argument("--outcomes", type=Path, help="a file for a line of JSON on each run, gone on with")
    parser.add_argument("--record", action="store_true", help="writes benchmarks/faults.json")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        work()
        return
    if chosen.seed is not None:
        with opened_runs() as runs:
            outcome = runs.one(chosen.seed, chosen.verbose)
        print(json.dumps(outcome, indent=2))
        sys.exit(1 if outcome["failure"] else 0)
    figures: dict[str, Any] = {}
    if not chosen.planted:
        seeds = range(chosen.first_seed, chosen.first_seed + chosen.runs)
        figures = measure(seeds, chosen.jobs, chosen.outcomes)
    if chosen.planted or chosen.record:
        with opened_runs() as runs:
            figures["runs until a planted bug is found"] = find_planted(chosen.first_seed, runs)
    print(json.dumps(figures, indent=2))
    if chosen.record:
        before = json.loads(RECORD.read_text()) if RECORD.exists() else {}
        RECORD.write_text(json.dumps({**before, **figures}, indent=2) + "\n")
    sys.exit(1 if figures.get("failures") else 0)


if __name__ == "__main__":
    main()
