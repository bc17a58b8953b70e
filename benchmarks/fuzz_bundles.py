"""Damaged bundles by the million: none may crash a counter, none may answer but as its publisher's own bundle does.

    python benchmarks/fuzz_bundles.py                                         # 10,000 inputs
    python benchmarks/fuzz_bundles.py --inputs 10000000 --journal fuzz.jsonl  # killed at any point, it goes on
    python benchmarks/fuzz_bundles.py --inputs 1000000 --record               # writes benchmarks/fuzz_bundles.json

What is damaged, and how, is in tests/shop/fuzz: bits, spans, blocks that change places, parts of an older bundle of the
same publisher, huge numbers; before it is opened, after it was, and signed again by its publisher.
"""

from __future__ import annotations

from fuzzing import ROOT, Plan, Report, command
from identity.fuzz.trial import Tally
from shop.fuzz.trial import trial

RECORDED = ROOT / "benchmarks/fuzz_bundles.json"


def report(plan: Plan, total: Tally, known: int, seconds: float) -> dict[str, object]:
    return {
        "inputs": total.counts["inputs"],
        "seed": plan.seed,
        "inputs a second": round((total.counts["inputs"] - known) / seconds),
        "crashed": total.counts["crashed"],
        "answered wrongly": total.counts["answered wrongly"],
        "counts": dict(sorted(total.counts.items())),
    }


def main() -> None:
    command(__doc__ or "", trial, Report(report, "not as it should be:", RECORDED), inputs=10_000, chunk=2000)


if __name__ == "__main__":
    main()
