"""Damaged codes by the million: none may crash a check, none may get another grade than a second implementation gives.

    python benchmarks/fuzz.py                                         # 100,000 inputs
    python benchmarks/fuzz.py --inputs 10000000 --journal fuzz.jsonl  # killed at any point, it goes on
    python benchmarks/fuzz.py --inputs 10000000 --record              # writes benchmarks/fuzz.json

What is damaged, and how, is in tests/identity/fuzz: bits of signature, address and pointer, paths, parameters, hosts,
spellings, look-alikes. The oracle is written apart from what it judges (tests/vectors/reference.py). A seed gives the
same inputs each time, on however many processes.
"""

from __future__ import annotations

from fuzzing import ROOT, Plan, Report, command
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
    command(__doc__ or "", trial, Report(report, "graded wrongly:", RECORDED), inputs=100_000, chunk=10_000)


if __name__ == "__main__":
    main()
