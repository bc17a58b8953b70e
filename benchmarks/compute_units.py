"""What every instruction takes: `compute_units.py record` writes compute_units.json, `compute_units.py` compares.

The figures are of seeded actors on the embedded cluster: they move only when the program does, or one that it calls.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from plings.chain import EmbeddedCluster
from plings.program import PROGRAM_ID, program_binary
from program.journey import PLATFORM, travel
from program.many_leaves import pay_often

FILE = Path(__file__).with_name("compute_units.json")


async def measure() -> dict[str, int]:
    """Compute units by `instruction` or `instruction/case`."""
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        figures = await travel(cluster)
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        figures |= await pay_often(cluster)
    return dict(sorted(figures.items()))


def recorded() -> dict[str, int]:
    return json.loads(FILE.read_text())


def record(figures: dict[str, int]) -> None:
    FILE.write_text(json.dumps(figures, indent=2) + "\n")


def differences(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """A line for each case that moved, came or went."""
    cases = sorted(case for case in before.keys() | now.keys() if before.get(case) != now.get(case))
    return [f"{case}: {before.get(case, 'new')} -> {now.get(case, 'gone')}" for case in cases]


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["check"], ["record"]):
        print(__doc__)
        return 2
    figures = asyncio.run(measure())
    if arguments == ["record"]:
        record(figures)
        return 0
    moved = differences(recorded(), figures)
    print("\n".join(moved) or f"{len(figures)} figures as recorded")
    return 1 if moved else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
