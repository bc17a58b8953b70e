"""docs/shop.md: its commands run, one after the other, and print what it says."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.test_process import CLEAN, COMMANDS
from cli.test_registry_docs import steps_of

PAGE = (Path(__file__).resolve().parents[2] / "docs/shop.md").read_text()


@pytest.mark.ui
def test_the_page_s_commands_print_what_it_says(registry_url: str, tmp_path: Path) -> None:
    steps = steps_of(PAGE)
    script = "\n".join(f"{command}\necho '--- {number} done'" for number, (command, _) in enumerate(steps))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = CLEAN | {"PATH": path, "PLINGS_DATABASE_URL": registry_url}
    (tmp_path / "vaults").mkdir(mode=0o700)
    run = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    for (command, said), shown in zip(steps, re.split(r"--- \d+ done\n", run.stdout), strict=False):
        wanted = [" ".join(line.split()) for line in said]
        assert [line for line in (" ".join(line.split()) for line in shown.splitlines()) if line in wanted] == wanted, (
            command,
            shown,
        )


def test_the_page_names_every_command() -> None:
    commands = [" ".join(command) for command in COMMANDS if command[0] == "shop"]
    assert len(commands) == 6 and [name for name in commands if f"plings {name}" not in PAGE] == []


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 100
