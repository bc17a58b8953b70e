"""`plings migrate-dash`: as docs/dash.md has it, as it is called wrongly, and killed on the way."""

from __future__ import annotations

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.command import answer, json_answer, one_object, refusal, refused, run
from cli.registry_office import IDA
from cli.test_process import CLEAN, COMMAND
from dash.migrated import KEY, MOVED, OTHER_KEY, ROWS, legacy_file
from plings.cli.migrate_dash import COMMANDS
from plings.registry import connect

PAGE = (Path(__file__).resolve().parents[2] / "docs/dash.md").read_text()


class Office:
    """Commands in IKEA's registry, as Ida."""

    def __init__(self, url: str) -> None:
        self.options = ["--database", url]

    def says(self, *arguments: object, **others: Any) -> str:
        return answer("migrate-dash", *arguments, *self.options, PLINGS_USER=IDA, **others)

    def tells(self, *arguments: object, **others: Any) -> dict[str, Any]:
        return json_answer("migrate-dash", *arguments, *self.options, PLINGS_USER=IDA, **others)

    def refuses(self, *arguments: object, user: str = IDA) -> str:
        return refused("migrate-dash", *arguments, *self.options, PLINGS_USER=user)


@pytest.fixture
def office(registry_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.chdir(tmp_path)
    yield Office(registry_url)


@pytest.mark.ui
def test_the_page_s_commands_print_what_it_says(registry_url: str, tmp_path: Path) -> None:
    steps: list[tuple[str, list[str]]] = []
    for line in "".join(re.findall(r"```console\n(.*?)```", PAGE, re.DOTALL)).splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], []))
        else:
            steps[-1][1].append(" ".join(line.split()))
    script = "\n".join(f"{command}\necho '--- done'" for command, _ in steps)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = CLEAN | {"PATH": path, "PLINGS_DATABASE_URL": registry_url}
    done = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=200
    )
    assert (done.returncode, done.stderr) == (0, "")
    for (command, said), shown in zip(steps, done.stdout.split("--- done\n"), strict=False):
        found = [" ".join(line.split()) for line in shown.splitlines()]
        assert [line for line in found if line in said] == said, (command, shown)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command: str) -> None:
    shown = " ".join(answer("migrate-dash", command, "--help").split())
    assert f"Example: plings migrate-dash {command} " in shown
    assert "--json" in shown and "--database" in shown


def test_from_a_file_to_a_table_of_old_and_new(office: Office, tmp_path: Path) -> None:
    file = legacy_file(tmp_path, *ROWS)
    assert office.tells("take", "2.3", file, "--dry-run")["dry_run"] is True
    assert office.tells("status", "2.3")["phase"] is None
    for phase in (["take", "2.3", file], ["classes", "2.3"], ["pointers", "2.3"]):
        assert office.tells(*phase)["prefix"] == "2.3"
    assert office.tells("addresses", "2.3", "--seed", bytes(range(32)).hex())["noted"] == 6
    assert office.tells("report", "2.3", "-o", "moved.csv") == {"prefix": "2.3", "file": "moved.csv", "objects": 6}
    with Path("moved.csv").open(newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert {row["old_path"]: row["new_path"] for row in rows} == MOVED
    for row in rows:
        assert office.tells("resolve", row["old_path"])["url"] == row["url"]
    assert office.tells("undo", "2.3", "--dry-run")["undone"] == "pointers"
    assert [office.tells("undo", "2.3")["phase"] for _ in range(3)] == ["classes", "taken", None]
    assert "no_migration" in office.refuses("undo", "2.3")


def test_all_problems_go_into_a_file(office: Office, tmp_path: Path) -> None:
    file = legacy_file(tmp_path, "2.4.2.-3.2.2,", "2.3.2.2.2,", f"2.3.2.-3.2.2,{KEY}")
    assert "--problems FILE writes all of them" in office.refuses("take", "2.3", file)
    said = office.refuses("take", "2.3", file, "--problems", "wrong.csv")
    assert "line 2" in said and "and 1 more" in said and "wrong.csv" in said
    with Path("wrong.csv").open(newline="") as opened:
        assert [(row["where"], row["rule"]) for row in csv.DictReader(opened)] == [
            ("line 2", "other_manufacturer"),
            ("line 3", "no_marker"),
        ]
    result = run("migrate-dash", "take", "2.3", file, *office.options, "--json", PLINGS_USER=IDA)
    assert one_object(result.stdout)["rule"] == "other_manufacturer"
    refusal(result)


def test_what_is_wrong_is_one_line(office: Office, tmp_path: Path) -> None:
    file = legacy_file(tmp_path, *ROWS)
    assert "unknown_manufacturer" in office.refuses("take", "2.9", file)
    assert "No such file" in office.refuses("take", "2.3", "nowhere.csv")
    assert "organization_admin" in office.refuses("take", "2.3", file, user="abe@acme.example")
    office.says("take", "2.3", file)
    office.says("place", "2.3.6.-3", "2.3.7")
    office.says("classes", "2.3")
    office.says("pointers", "2.3")
    assert "2.3.7.2.2" in office.says("resolve", "2.3.6.-3.2.2")
    forged = f"https://s.plings.io?t=q&p=2.3.2.2.-3.7P.9j&i={OTHER_KEY}"
    assert "other_key" in office.refuses("resolve", forged)
    assert "no_marker" in office.refuses("resolve", "2.3.6.2.2")
    assert "other_key" in office.refuses("addresses", "2.3", "--seed", "00" * 32)


@pytest.mark.ui
def test_killed_on_the_way_it_left_nothing_and_begins_again(office: Office, registry_url: str, tmp_path: Path) -> None:
    file = legacy_file(tmp_path, *ROWS)
    command = [*COMMAND, "migrate-dash", "take", "2.3", str(file), "--database", registry_url, "--as", IDA]
    with connect(registry_url) as watcher, connect(registry_url) as other:
        with other.transaction():
            other.execute("LOCK registry.dash_objects IN ACCESS EXCLUSIVE MODE")
            with subprocess.Popen(command, env=CLEAN) as child:
                give_up = time.monotonic() + 60
                while not watcher.execute(WAITING).fetchone() and time.monotonic() < give_up:
                    time.sleep(0.05)  # it has copied the file, and is about to put its rows into the table
                child.send_signal(signal.SIGKILL)
            assert child.returncode == -signal.SIGKILL
        assert office.tells("status", "2.3")["legacy_classes"] == 0
        assert office.tells("take", "2.3", file)["added"] == len(ROWS)


WAITING = "SELECT true FROM pg_locks WHERE relation = 'registry.dash_objects'::regclass AND NOT granted"
