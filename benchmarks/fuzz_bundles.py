"""Damaged bundles by the million: none may crash a counter, none may answer but as its publisher's own bundle does.

    python benchmarks/fuzz_bundles.py                                         # 10,000 inputs
    python benchmarks/fuzz_bundles.py --inputs 10000000 --journal fuzz.jsonl  # killed at any point, it goes on
    python benchmarks/fuzz_bundles.py --inputs 1000000 --record               # writes benchmarks/fuzz_bundles.json

What is damaged, and how, is in tests/shop/fuzz: bits, spans, blocks that change places, parts of an older bundle of the
same publisher, huge numbers; before it is opened, after it was, and signed again by its publisher.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path

from fuzzing import ROOT, Plan, run
from shop.fuzz.trial import trial

RECORDED = ROOT / "benchmarks/fuzz_bundles.json"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--chunk", type=int, default=2000, help="inputs of one run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--journal", type=Path, help="keeps what is done, and says what need not be done again")
    parser.add_argument("--record", action="store_true", help="writes benchmarks/fuzz_bundles.json")
    chosen = parser.parse_args()
    plan = Plan(chosen.inputs, chosen.seed, chosen.chunk, chosen.processes)
    begun = time.monotonic()
    total, known = run(trial, plan, chosen.journal)
    facts = {
        "inputs": total.counts["inputs"],
        "seed": plan.seed,
        "inputs a second": round((total.counts["inputs"] - known) / (time.monotonic() - begun)),
        "crashed": total.counts["crashed"],
        "answered wrongly": total.counts["answered wrongly"],
        "counts": dict(sorted(total.counts.items())),
    }
    text = json.dumps(facts, indent=2)
    print(file=sys.stderr)
    print(text)
    if total.failures:
        sys.exit("\n".join(["not as it should be:", *total.failures]))
    if chosen.record:
        RECORDED.write_text(text + "\n")


if __name__ == "__main__":
    main()
