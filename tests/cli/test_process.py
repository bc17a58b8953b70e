"""The command as a process: what only a real one has, such as pipes, terminals and signals."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from cli.command import CODE, ENVIRONMENT, PATH, answer, refused, write_keys
from plings import __version__
from plings.cli import app
from plings.cli.amounts import both, percent, sol
from plings.cli.output import one_line

pytestmark = pytest.mark.ui

COMMAND = [sys.executable, "-W", "error", "-m", "plings"]
CLEAN = {name: value for name, value in os.environ.items() if name not in {*ENVIRONMENT, "NO_COLOR", "FORCE_COLOR"}}


def process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {**CLEAN, **environment}
    return subprocess.run([*COMMAND, *arguments], capture_output=True, text=True, timeout=60, env=env)


def on_terminal(*arguments: str, **environment: str) -> str:
    """What a terminal gets to see."""
    here, there = pty.openpty()
    env = {**CLEAN, "TERM": "xterm-256color", "COLUMNS": "100", **environment}
    with subprocess.Popen([*COMMAND, *arguments], stdout=there, stderr=there, env=env) as child:
        os.close(there)
        seen = b""
        while chunk := _read(here):
            seen += chunk
        child.wait(60)
    os.close(here)
    return seen.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how a terminal says that nobody writes any more
        return b""


def test_its_version() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout, done.stderr) == (0, f"plings {__version__}\n", "")


def test_alone_it_shows_help() -> None:
    done = process()
    assert (done.returncode, done.stderr) == (0, "")
    assert "plings demo" in done.stdout


def test_a_refusal_and_wrong_usage() -> None:
    refusal = process("path", "2.3")
    assert (refusal.returncode, refusal.stdout, refusal.stderr.count("\n")) == (1, "", 1)
    usage = process("path")
    assert (usage.returncode, usage.stdout) == (2, "")
    assert usage.stderr == "plings: Missing argument 'PATH' (see plings path --help)\n"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_full_disk_is_told(as_json: bool) -> None:
    with Path("/dev/full").open("w") as full:
        command = [*COMMAND, "path", PATH, *["--json"] * as_json]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, env=CLEAN)
    assert (done.returncode, done.stderr) == (1, "plings: No space left on device\n")


def test_a_closed_pipe_is_told() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, "path", PATH], stdout=writing, stderr=subprocess.PIPE, text=True, timeout=60)
    os.close(writing)
    assert (done.returncode, done.stderr) == (1, "plings: Broken pipe\n")


def test_colours_are_for_terminals_that_want_them(tmp_path: Path) -> None:
    check = ("url", "check", CODE.text, "--keys", str(write_keys(tmp_path)))
    green = "\x1b[1;32m"
    assert green in on_terminal(*check)
    assert green not in on_terminal(*check, NO_COLOR="1")
    assert "\x1b[" not in process(*check).stdout


def test_the_demo_fits_narrow_and_ascii_terminals(tmp_path: Path) -> None:
    done = process("demo", "--out", str(tmp_path / "out"), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    narrow = on_terminal("demo", "--out", str(tmp_path / "out"), COLUMNS="60", NO_COLOR="1")
    assert "wrote 8 files" in narrow


COMMANDS = [
    ["demo"],
    ["pointer"],
    ["path"],
    ["key", "derive"],
    ["url", "make"],
    ["url", "check"],
    ["qr", "write"],
    ["qr", "read"],
    ["print", "run"],
    ["print", "proof"],
    ["print", "verify"],
    ["print", "audit"],
    ["print", "sheet"],
    ["print", "stocks"],
    *[["gs1", each] for each in ("link", "parse", "linkset", "resolver")],
    *[["epcis", each] for each in ("commission", "sale", "sales")],
    ["receipt", "verify"],
    ["receipt", "show"],
    ["receipt", "fetch"],
    ["receipt", "checkpoint"],
    ["quote"],
    ["print", "anchor"],
    ["print", "anchored"],
    ["pay"],
    ["object"],
    ["list"],
    ["cancel"],
    ["transfer"],
    ["log", "open"],
    ["log", "show"],
    ["log", "owner"],
    ["log", "sweep"],
    ["log", "checkpoint"],
    ["batch", "open"],
    ["batch", "show"],
    ["batch", "sweep"],
    ["sponsor", "open"],
    ["sponsor", "fund"],
    ["sponsor", "update"],
    ["sponsor", "close"],
    ["sponsor", "show"],
    ["sponsor", "return"],
    ["promotion", "claim"],
    ["promotion", "challenge"],
    ["promotion", "finalize"],
    ["promotion", "show"],
    ["registry", "migrate"],
    ["registry", "user", "add"],
    ["registry", "instances"],
    *[
        ["migrate-dash", each]
        for each in ("take", "classes", "place", "pointers", "addresses", "status", "report", "resolve", "undo")
    ],
    ["shop", "export"],
    ["shop", "import"],
    ["shop", "status"],
    ["shop", "check"],
    ["shop", "serve"],
    ["shop", "receipt"],
    ["indexer", "run"],
    ["indexer", "status"],
    ["indexer", "owner"],
    ["indexer", "gaps"],
    ["indexer", "fill"],
    ["indexer", "rebuild"],
    ["indexer", "hash"],
    ["indexer", "export"],
    ["graph", "sync"],
    ["graph", "check"],
    ["monitor", "run"],
    ["monitor", "patterns"],
    ["monitor", "set"],
    ["keeper", "run"],
    ["dispute", "resolve"],
    ["api", "serve"],
    ["api", "openapi"],
    ["serve"],
    ["vault", "create"],
    ["vault", "restore"],
    ["vault", "public-key"],
    ["vault", "node"],
    ["vault", "check"],
    ["status"],
]


def test_every_command_is_listed_here() -> None:
    names = {info.callback.__module__.rpartition(".")[2] for info in app.registered_commands if info.callback}
    groups = {info.name for info in app.registered_groups}
    assert names | groups == {command[0] for command in COMMANDS}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(command: list[str]) -> None:
    shown = answer(*command, "--help")
    assert f"Example:  plings {' '.join(command)} " in " ".join(shown.split("\n")).replace(
        "Example: plings", "Example:  plings"
    )
    assert "--json" in shown


def test_wrong_usage_of_a_command_points_to_its_help() -> None:
    assert refused("url", "make", code=2).endswith("(see plings url make --help)")


@pytest.mark.parametrize(
    ("lamports", "text"),
    [
        (0, "0 SOL"),
        (1, "0.000000001 SOL"),
        (250_000_000, "0.25 SOL"),
        (10**9, "1 SOL"),
        (-1_500_000_000, "-1.5 SOL"),
        (2**64 - 1, "18,446,744,073.709551615 SOL"),
    ],
)
def test_amounts_are_exact(lamports: int, text: str) -> None:
    assert sol(lamports) == text
    assert both(lamports) == f"{text} ({lamports:,} lamports)"


def test_shares() -> None:
    assert [percent(bps) for bps in (0, 1, 250, 1_000)] == ["0 %", "0.01 %", "2.5 %", "10 %"]


def test_a_line_is_one_line() -> None:
    assert one_line("a\n b\tc\x1b[31m\x00é\u202e") == "a b c\\x1b[31m\\x00é\\u202e"
