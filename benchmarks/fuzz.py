"""Damaged codes by the million: none may crash a check, none may get another grade than a second implementation gives.

    python benchmarks/fuzz.py                                         # 100,000 inputs
    python benchmarks/fuzz.py --inputs 10000000 --journal fuzz.jsonl  # killed at any point, it goes on
    python benchmarks/fuzz.py --inputs 10000000 --record              # writes benchmarks/fuzz.json

What is damaged, and how, is in tests/identity/fuzz: bits of signature, address and pointer, paths, parameters, hosts,
spellings, look-alikes. The oracle is written apart from what it judges (tests/vectors/reference.py). A seed gives the
same inputs each time, on however many processes.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from fuzzing import ROOT, Plan, run
from identity.fuzz.trial import Tally, trial

RECORDED = ROOT / "benchmarks/fuzz.json"


def report(plan: Plan, total: Tally, known: int, seconds: float) -> dict[str, object]:
    counts = total.counts
    return {
        "inputs": counts["inputs"],
        "seed": plan.seed,
        "processes": plan.processes,
        "inputs a second": round((counts["inputs"] - known) / seconds),
        "taken from the journal": known,
        "graded wrongly": counts["graded wrongly"],
        "genuine, though not as printed": counts["genuine, though not as printed"],
        "grades": named(total, "grade "),
        "damage": named(total, "damage "),
    }


def named(total: Tally, start: str) -> dict[str, int]:
    return {name.removeprefix(start): count for name, count in sorted(total.counts.items()) if name.startswith(start)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=10_000, help="inputs of one run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--journal", type=Path, help="keeps what is done, and says what need not be done again")
    parser.add_argument("--record", action="store_true", help="writes benchmarks/fuzz.json")
    chosen = parser.parse_args()
    plan = Plan(chosen.inputs, chosen.seed, chosen.chunk, chosen.processes)
    begun = time.monotonic()
    total, known = run(trial, plan, chosen.journal)
    text = json.dumps(report(plan, total, known, time.monotonic() - begun), indent=2)
    print(file=sys.stderr)
    print(text)
    if total.failures:
        sys.exit("\n".join(["graded wrongly:", *total.failures]))
    if chosen.record:
        RECORDED.write_text(text + "\n")


if __name__ == "__main__":
    main()
