"""docs/registry.md: its commands run, one after the other, and print what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.test_process import CLEAN
from pictures.drawings import bookcase

PAGE = (Path(__file__).resolve().parents[2] / "docs/registry.md").read_text()


def steps_of(page: str) -> list[tuple[str, list[str]]]:
    """Each command of a page, with its further lines, and what the page says that it prints."""
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(re.findall(r"```console\n(.*?)```", page, re.DOTALL)).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        elif steps[-1][0].endswith("\\"):
            steps[-1] = (f"{steps[-1][0]}\n{line}", [])
        else:
            steps[-1][1].append(line)
    return steps


@pytest.mark.ui
def test_the_page_s_commands_print_what_it_says(bare_url: str, tmp_path: Path) -> None:
    bookcase(900, 600).save(tmp_path / "billy.jpg")
    steps = steps_of(PAGE)
    script = "\n".join(f"{command}\necho '--- {number} done'" for number, (command, _) in enumerate(steps))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = CLEAN | {"PATH": path, "PLINGS_DATABASE_URL": bare_url}
    run = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    printed = re.split(r"--- \d+ done\n", run.stdout)
    for (command, said), shown in zip(steps, printed, strict=False):
        wanted = [" ".join(line.split()) for line in said]
        assert [line for line in (" ".join(line.split()) for line in shown.splitlines()) if line in wanted] == wanted, (
            command,
            shown,
        )


def test_the_page_names_commands_that_are_there() -> None:
    from cli.test_registry import COMMANDS

    known = {" ".join(command) for command in COMMANDS} | {command[0] for command in COMMANDS}
    named = set(re.findall(r"plings registry ([a-z]+[a-z-]*(?: [a-z]+[a-z-]*\b(?![.:/]))?)", PAGE))
    assert named - {"--help"} and {one for one in named if not one.startswith("--")} <= known


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 120
