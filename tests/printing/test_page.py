"""docs/printing.md: its commands run, one after the other, and print what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.test_process import CLEAN

PAGE = (Path(__file__).resolve().parents[2] / "docs/printing.md").read_text()
BLOCK = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL))


@pytest.mark.ui
def test_the_page_s_commands_print_what_it_says(tmp_path: Path) -> None:
    lines = BLOCK.splitlines()
    script = "\n".join(line[2:] for line in lines if line.startswith("$ "))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=CLEAN | {"PATH": path}, capture_output=True, text=True, timeout=120
    )
    assert (run.returncode, run.stderr) == (0, "")
    said = [line for line in lines if not line.startswith("$ ")]
    assert [line for line in run.stdout.splitlines() if line in said] == said


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 100
