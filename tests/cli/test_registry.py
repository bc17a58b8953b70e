"""`plings registry`: its help, its options, what it refuses, and what it says to do then."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from cli.command import answer, one_object, refused, run
from cli.registry_office import ADA, BEA, IDA, Office, rows
from plings.cli.registry import PARTS, LoadedWhenCalled

WORLD_WORD = "tiger in a box"


@pytest.fixture
def office(registry_url: str) -> Office:
    return Office(registry_url, {})


def _commands() -> list[list[str]]:
    group: Any = LoadedWhenCalled(name="registry")
    found = []
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        found += [[name, below] for below in command.commands] if hasattr(command, "commands") else [[name]]
    return found


COMMANDS = _commands()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example_and_the_same_options(command: list[str]) -> None:
    shown = " ".join(answer("registry", *command, "--help").split())
    assert f"Example: plings registry {' '.join(command)}" in shown
    assert "--json" in shown and "--database" in shown
    assert "--data " in shown or command == ["distribute"]  # the own PostgreSQL has no workers


@pytest.mark.parametrize("name", [name for parts in PARTS.values() for name in parts])
def test_a_group_alone_shows_its_commands(name: str) -> None:
    shown = answer("registry", "--help")
    assert f" {name} " in shown
    assert all(panel in shown for panel in PARTS)


def test_an_unknown_command_is_wrong_usage() -> None:
    assert "No such command" in refused("registry", "rosebud", code=2)


def test_commands_load_only_what_they_need() -> None:
    script = (
        "import sys, plings.cli, plings.cli.registry_pointer;"
        "print([name for name in ('psycopg', 'solders', 'plings.registry', 'plings.cli.registry_wallet')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, "[]\n")


def test_two_places_are_refused(office: Office) -> None:
    said = office.refuses("user", "list", "--data", "/nowhere", code=2)
    assert "a --database is named too" in said


def test_a_password_in_the_url_is_never_told() -> None:
    url = f"postgresql://anna:{WORLD_WORD.replace(' ', '%20')}@127.0.0.1:1/plings?connect_timeout=1"
    result = run("registry", "user", "list", "--database", url, "--json")
    facts = one_object(result.stdout)
    assert (result.exit_code, facts["error"], facts["rule"]) == (1, "DatabaseUnavailable", "connection")
    assert "tiger" not in result.output
    assert "tiger" not in answer("registry", "user", "list", "--help", PLINGS_DATABASE_URL=url)


def test_a_malformed_url_is_told() -> None:
    assert "malformed" in refused("registry", "status", "--database", "pos:tgres")


def test_a_database_without_tables_names_the_command_that_makes_them(postgresql: Any) -> None:
    line = refused("registry", "user", "list", "--database", postgresql.conninfo(database="postgres"))
    assert line == "migrations are missing: run plings registry migrate [not_migrated]"


def test_what_would_be_migrated_is_only_told(postgresql: Any) -> None:
    url = postgresql.conninfo(database="postgres")
    told = json.loads(answer("registry", "migrate", "--dry-run", "--json", "--database", url))
    assert told["dry_run"] and told["migrations"][0] == {"number": 1, "name": "paths_and_pointers"}
    status = json.loads(answer("registry", "status", "--json", "--database", url))
    assert status["applied_migrations"] == 0 and len(status["pending_migrations"]) == len(told["migrations"])
    assert answer("registry", "migrate", "--dry-run", "--database", url).startswith("would apply 0001 ")


@pytest.mark.parametrize(
    ("command", "by", "said"),
    [
        (["organization", "add", "Acorn"], None, "say who acts: --as EMAIL, or PLINGS_USER"),
        (["organization", "add", "Acorn"], IDA, "act as one of them: --as EMAIL (plings registry user list"),
        (["path", "allocate", "2.3.2"], "ivo@ikea.example", "plings registry organization members"),
        (["path", "allocate", "2.3.2"], "rex@nowhere.example", "see plings registry user list"),
        (["path", "allocate", "2.9.2"], ADA, "see plings registry manufacturer list"),
        (["wallet", "show", "v9"], None, "see plings registry wallet list"),
        (["organization", "members", "Acorn"], None, "see plings registry organization list"),
        (["user", "add", "dan@plings.example", "--super-admin"], ADA, "grant_super_admin email=dan@plings.example"),
        (["wallet", "default", "v2"], ADA, "request change_default_wallet version_id=2 --reason TEXT"),
    ],
)
def test_a_refusal_tells_what_to_do_next(office: Office, command: list[str], by: str | None, said: str) -> None:
    assert said in office.refuses(*command, by=by)


def test_the_status_tells_what_there_is(office: Office) -> None:
    shown = rows(office.says("status"))
    assert shown["wallet v1"] == "active, the default, production, file:wallet-v1"
    assert (shown["manufacturers"], shown["users"], shown["class pointers"]) == ("3", "8", "0")
    assert shown["server"].startswith("PostgreSQL ") and "missing" not in shown
    assert office.tells("status")["data_folder"] is None


def test_a_refusal_is_json_too_with_its_rule(office: Office) -> None:
    result = run("registry", "path", "allocate", "2.3.2", "--database", office.url, "--json")
    facts = one_object(result.stdout)
    assert (result.exit_code, facts["error"], facts["rule"]) == (1, "AccessDenied", "nobody_acts")


@pytest.mark.parametrize(
    "command",
    [
        ["approval", "approve", "rosebud"],
        ["approval", "request", "create_wallet", "version_id", "--reason", "x"],
        ["approval", "request", "create_wallet", "version_id=one", "--reason", "x"],
        ["class", "add", "Chair", "--organization", "IKEA", "--price", "cheap"],
        ["words", "level", "2.3", "three", "category"],
        ["path", "free", "2.3.2", "--first", "1"],
        ["path", "allocate", "2.3.2", "--first", "1"],
        ["path", "allocate", "2.3.2", "--quantity", "1"],
        ["manufacturer", "key", "2.3"],
        ["manufacturer", "key", "2.3", "--from-vault", "--public-key", "1"],
    ],
)
def test_wrong_usage_is_told_before_anything_is_asked(office: Office, command: list[str]) -> None:
    assert "--help)" in office.refuses(*command, by=ADA, code=2)


@pytest.mark.parametrize(
    "text", ["Acorn\x1b[31m", "'; DROP TABLE users; --", "Zürich ☃", "<b>[bold]x[/bold]</b>", "a" * 200]
)
def test_hostile_names_stay_text(office: Office, text: str) -> None:
    result = run("registry", "organization", "add", text, "--database", office.url, "--as", ADA)
    assert "\x1b" not in result.output
    if result.exit_code == 0:
        assert text in office.says("organization", "list")
        assert any(one["name"] == text for one in office.tells("organization", "list")["organizations"])
    assert len(office.tells("user", "list")["users"]) > 3


def test_approvals_are_of_different_people(office: Office) -> None:
    asked = office.tells("approval", "request", "change_default_wallet", "version_id=2", "--reason", "x", by=ADA)
    assert (asked["status"], asked["facts"]) == ("open", {"version_id": 2})
    office.says("approval", "approve", asked["id"], by=ADA)
    assert "it is there already" in office.refuses("approval", "approve", asked["id"], by=ADA)
    assert "act as one of them" in office.refuses("approval", "approve", asked["id"], by=IDA)
    assert "1 of 2" in office.says("approval", "list")
    assert office.tells("approval", "approve", asked["id"], by=BEA)["status"] == "approved"
    office.says("approval", "withdraw", asked["id"], by=BEA)
    assert office.says("approval", "list") == "nothing waits for approval\n"
    assert office.tells("approval", "list", "--closed")["requests"]
