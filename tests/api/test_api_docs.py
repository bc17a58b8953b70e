"""docs/api.md: its commands run and print what it says, and it names every route."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from shutil import which

import pytest

from api.asking import openapi
from api.test_command import served
from cli.test_process import CLEAN

PAGE = (Path(__file__).resolve().parents[2] / "docs/api.md").read_text()
LINES = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)).splitlines()
ADDRESS = "http://127.0.0.1:8080"


@pytest.mark.ui
@pytest.mark.skipif(which("curl") is None, reason="curl asks: apt-get install curl")
def test_the_page_s_commands_print_what_it_says(bare_url: str) -> None:
    assert LINES[:2] == ["$ plings api serve --listen 127.0.0.1:8080 &", f"answers at {ADDRESS}"]
    assert LINES[-1] == "$ kill %1 && wait"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with served(PLINGS_DATABASE_URL=bare_url) as (_, url):
        script = "\n".join(line[2:] for line in LINES[2:-1] if line.startswith("$ ")).replace(ADDRESS, url)
        run = subprocess.run(
            ["bash", "-euc", script], env=CLEAN | {"PATH": path}, capture_output=True, text=True, timeout=60
        )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [line for line in LINES[2:-1] if not line.startswith("$ ")]


def test_the_page_names_every_route() -> None:
    said = PAGE.replace("LOG", "{payment_log}").replace("/N`", "/{number}`")
    for path in openapi()["paths"]:
        short = path.replace("/v1/logs/{payment_log}", "").removeprefix("/leaves/{number}") or path
        assert short.partition("{")[0] in said, path


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 100
