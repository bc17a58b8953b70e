"""What an item costs is recorded, measured again, and what the docs say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
RECORDED = json.loads((ROOT / "benchmarks/costs.json").read_text())


def test_costs_are_as_recorded() -> None:
    run = subprocess.run([sys.executable, ROOT / "benchmarks/costs.py"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_page_has_the_recorded_costs() -> None:
    page = (ROOT / "docs/costs.md").read_text()
    shown = {int(number.replace(",", "")) for number in re.findall(r"\b\d{1,3}(?:,\d{3})+\b", page)}
    items = [lamports for item in RECORDED["items"].values() for lamports in item.values()]
    others = [each["lamports"] for each in RECORDED["published"].values()]
    assert {*items, *others, *RECORDED["once"].values()} <= shown


def test_a_micro_payment_is_the_cheapest_of_all() -> None:
    micro = RECORDED["items"]["micro"]["buyer"]
    others = [each["lamports"] for each in RECORDED["published"].values()]
    assert micro == 5_000 and all(micro < lamports for lamports in others)


def test_a_printed_item_is_within_its_aim() -> None:
    """With a claim of its own, and the signatures."""
    assert RECORDED["items"]["printed, of a batch of 10,000"]["manufacturer"] <= 1_100
