"""The README's commands print what it says, its pictures are the demo's, and links lead somewhere."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text()
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "toolchain/README.md"])
CONSOLE = [block for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL) if "$ make" not in block]


def shell(script: str, folder: Path) -> str:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"PATH": path, "NO_COLOR": "1", "COLUMNS": "200"}
    run = subprocess.run(["bash", "-euc", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout


@pytest.mark.parametrize("block", CONSOLE)
def test_the_readme_s_commands_print_what_it_says(block: str, tmp_path: Path) -> None:
    commands = [line[2:] for line in block.splitlines() if line.startswith("$ ")]
    printed = [line for line in block.splitlines() if not line.startswith("$ ")]
    first_lines = shell("\n".join(commands), tmp_path).splitlines()
    assert [line for line in first_lines if line in printed] == printed


def test_the_readme_s_compute_units_are_the_recorded_ones() -> None:
    recorded = json.loads((ROOT / "benchmarks/compute_units.json").read_text())
    table = README.partition("| compute units |")[2].partition("\n\n")[0]
    shown = [int(number.replace(",", "")) for number in re.findall(r"\b\d[\d,]*\d\b", table)]
    assert shown and set(shown) <= set(recorded.values())


def test_the_readme_s_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"(?:\$ |`)make ([a-z-]+)", " ".join(page.read_text() for page in PAGES)))
    assert {"demo", "test", "program"} <= named <= targets


def test_the_pictures_are_the_demo_s(tmp_path: Path) -> None:
    shell("plings demo --out .", tmp_path)
    assert (ROOT / "docs/pictures/demo.svg").read_bytes() == (tmp_path / "demo.svg").read_bytes(), "run: make pictures"
    code = next(tmp_path.glob("2.3*.svg"))
    assert (ROOT / "docs/pictures/code.svg").read_bytes() == code.read_bytes(), "run: make pictures"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r'(?:\]\(|src=")([^)"#]+)', page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []
