"""docs/labels.md: its commands run and print what it says, and its picture is theirs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from cli.test_process import CLEAN
from plings.pictures import read_codes

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGE = (DOCS / "labels.md").read_text()
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
    assert run.stdout.splitlines() == [line for line in lines if not line.startswith("$ ")]
    assert read_codes(DOCS / "pictures/sheet.png") == read_codes(tmp_path / "six.png")
    with Image.open(DOCS / "pictures/sheet.png") as shown, Image.open(tmp_path / "six.png") as made:
        difference = ImageChops.difference(shown, made)  # of edges of letters, with another version of Pillow
        assert sum(difference.histogram()[64:]) < 0.002 * made.width * made.height


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 100
