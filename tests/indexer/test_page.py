"""docs/indexer.md: its commands run, one after the other, on a node and databases of ours, and print what it says."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from cli.command import answer
from cli.test_process import CLEAN
from fixtures.fix_registry import copied_database
from indexer.chain import Chain
from plings.indexer import RawTransaction
from plings.server import EmbeddedServer

PAGE = (Path(__file__).resolve().parents[2] / "docs/indexer.md").read_text()
BLOCKS = re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)


def _steps() -> list[tuple[str, list[str]]]:
    """Each command, and what the page says that it prints."""
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(BLOCKS).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(" ".join(line.split()))
    return steps


@pytest.mark.ui
async def test_the_page_s_commands_print_what_it_says(
    bare_url: str,
    postgresql: EmbeddedServer,
    templates: dict[str, str],
    journey: list[RawTransaction],
    tmp_path: Path,
) -> None:
    chain, steps = Chain(journey), _steps()
    script = "\n".join(f"{command}\necho '--- {number} done'" for number, (command, _) in enumerate(steps))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = CLEAN | {"PATH": path, "PLINGS_DATABASE_URL": bare_url}
    with copied_database(postgresql, templates["bare"]) as copy:
        async with chain.open():
            script = script.replace("devnet", chain.node.url).replace("postgresql:///copy", f"'{copy}'")
            shell = await asyncio.create_subprocess_exec(
                *("bash", "-euc", script),
                cwd=tmp_path,
                env=environment,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
            )
            out, said = await shell.communicate()
    assert shell.returncode == 0, said.decode()
    printed = re.split(r"--- \d+ done\n", out.decode())
    for (command, wanted), shown in zip(steps, printed, strict=False):
        lines = [" ".join(line.split()) for line in shown.splitlines()]
        assert [line for line in lines if line in wanted] == wanted, (command, shown)


def test_the_page_names_commands_and_options_that_are_there() -> None:
    page = re.sub(r"## Checkpoints.*?(?=## )", "", PAGE, flags=re.DOTALL)  # other commands'
    named = set(re.findall(r"plings indexer ([a-z]+)", page))
    assert named == {"run", "status", "owner", "gaps", "fill", "rebuild", "hash", "export"}
    told = " ".join(answer("indexer", command, "--help") for command in named)
    unknown = {option for option in re.findall(r"--[a-z][a-z-]+", page) if option not in told}
    assert unknown == {"--upgradeable-program", "--authority"}, "these are the validator's and the demo's"


def test_the_page_is_short() -> None:
    assert len(PAGE.splitlines()) < 120
