"""Runs of seeded trials on all cores, with a journal to go on from: what benchmarks that fuzz share."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from identity.fuzz.trial import Tally  # noqa: E402

Trial = Callable[[int, int, int], Tally]
"""A seed, the run's number and how many inputs; the same ones give the same tally. It is called in other processes."""


@dataclass(frozen=True)
class Plan:
    """`inputs` in chunks, each a run of its own."""

    inputs: int
    seed: int = 1
    chunk: int = 10_000
    processes: int = os.cpu_count() or 1

    def chunks(self) -> list[tuple[int, int]]:
        """Number and inputs of each."""
        starts = range(0, self.inputs, self.chunk)
        return [(number, min(self.chunk, self.inputs - start)) for number, start in enumerate(starts)]


@dataclass(frozen=True)
class Report:
    """`facts` of all that was found, of the inputs that the journal had, and of the seconds that it took; what is said
    before the failures; and the file of `--record`."""

    facts: Callable[[Plan, Tally, int, float], dict[str, object]]
    wrong: str
    file: Path


def command(doc: str, trial: Trial, report: Report, *, inputs: int, chunk: int) -> None:
    """A benchmark's command line. Exits with the failures, if there are any, and records nothing then."""
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=inputs)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=chunk, help="inputs of one run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--journal", type=Path, help="keeps what is done, and says what need not be done again")
    parser.add_argument("--record", action="store_true", help=f"writes benchmarks/{report.file.name}")
    chosen = parser.parse_args()
    plan = Plan(chosen.inputs, chosen.seed, chosen.chunk, chosen.processes)
    begun = time.monotonic()
    total, known = run(trial, plan, chosen.journal)
    text = json.dumps(report.facts(plan, total, known, time.monotonic() - begun), indent=2)
    print(file=sys.stderr)
    print(text)
    if total.failures:
        sys.exit("\n".join([report.wrong, *total.failures]))
    if chosen.record:
        report.file.write_text(text + "\n")


def run(trial: Trial, plan: Plan, journal: Path | None = None) -> tuple[Tally, int]:
    """What all chunks found, and how many of the inputs the journal had already."""
    done = {chunk: tally for chunk, tally in kept(journal, plan.seed) if chunk in set(plan.chunks())}
    total, begun = Tally(), time.monotonic()
    for tally in done.values():
        total.add(tally)
    known = total.counts["inputs"]
    wanted = [chunk for chunk in plan.chunks() if chunk not in done]
    with Pool(plan.processes) as pool:
        for chunk, tally in pool.imap_unordered(partial(one, trial, plan.seed), wanted):
            keep(journal, plan.seed, chunk, tally)
            total.add(tally)
            tell(total.counts["inputs"], known, plan.inputs, time.monotonic() - begun)
    return total, known


def one(trial: Trial, seed: int, chunk: tuple[int, int]) -> tuple[tuple[int, int], Tally]:
    return chunk, trial(seed, *chunk)


def keep(journal: Path | None, seed: int, chunk: tuple[int, int], tally: Tally) -> None:
    if journal:
        line = {"seed": seed, "chunk": chunk, "counts": tally.counts, "failures": tally.failures}
        with journal.open("a") as out:
            out.write("\n" + json.dumps(line))


def kept(journal: Path | None, seed: int) -> Iterator[tuple[tuple[int, int], Tally]]:
    """The journal's whole lines: one that a kill tore is done again."""
    lines = journal.read_text().splitlines() if journal and journal.exists() else []
    for line in lines:
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if read["seed"] == seed:
            number, inputs = read["chunk"]
            tally = Tally()
            tally.counts.update(read["counts"])
            tally.failures = read["failures"]
            yield (number, inputs), tally


def tell(done: int, known: int, wanted: int, seconds: float) -> None:
    rate = (done - known) / seconds
    print(f"\r{done:,} of {wanted:,}, {rate:,.0f}/s, {(wanted - done) / rate:,.0f} s left ", end="", file=sys.stderr)
