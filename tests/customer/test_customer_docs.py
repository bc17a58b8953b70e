"""docs/customer.md: its commands run and print what it says, and it names every route."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import which

import pytest

from cli.test_process import CLEAN, COMMAND
from plings.customer import document, make_routes

PAGE = (Path(__file__).resolve().parents[2] / "docs/customer.md").read_text()
LINES = "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)).splitlines()
ADDRESS = "http://127.0.0.1:8080"


@contextmanager
def served(**environment: str) -> Iterator[str]:
    """`plings serve` as a process, at a port that was free, of a cluster that nobody answers for."""
    command = [*COMMAND, "serve", "--listen", "127.0.0.1:0", "--cluster", "http://127.0.0.1:9"]
    env = {**CLEAN, **environment}
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield process.stdout.readline().removeprefix("answers at ").strip()
        finally:
            process.terminate()
            assert process.wait(20) == 0


@pytest.mark.ui
@pytest.mark.skipif(which("curl") is None, reason="curl asks: apt-get install curl")
def test_the_page_s_commands_print_what_it_says(bare_url: str) -> None:
    assert LINES[0].startswith("$ plings serve --cluster devnet") and LINES[1] == f"answers at {ADDRESS}"
    assert LINES[-1] == "$ kill %1 && wait"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    with served(PLINGS_DATABASE_URL=bare_url) as url:
        script = "\n".join(line[2:] for line in LINES[2:-1] if line.startswith("$ ")).replace(ADDRESS, url)
        run = subprocess.run(
            ["bash", "-euc", script], env=CLEAN | {"PATH": path}, capture_output=True, text=True, timeout=60
        )
    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.splitlines() == [line for line in LINES[2:-1] if not line.startswith("$ ")]


def test_the_page_names_every_route() -> None:
    for path in document(make_routes())["paths"]:
        short = path.removeprefix("/v1/transactions").partition("{")[0]
        assert short in PAGE, path


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 100
