"""`plings monitor …` as people and programs call it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import Result

from cli.command import one_object, refusal
from cli.command import run as plings
from monitoring.ledger import Ledger, code
from plings.identity.address import format_address
from plings.monitoring import PATTERNS

PATH = "2.3.2.G.3j"
ADDRESS = code(PATH).address


def run(ledger: Ledger, *arguments: object) -> Result:
    """`plings monitor …` on the ledger's database."""
    return plings("monitor", *arguments, "--database", ledger.world.url)


def says(ledger: Ledger, *arguments: object) -> str:
    result = run(ledger, *arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    return result.stdout


def tells(ledger: Ledger, *arguments: object) -> dict[str, Any]:
    return one_object(says(ledger, *arguments, "--json"))


@pytest.fixture
def planted(ledger: Ledger) -> Ledger:
    ledger.index(ledger.paid(PATH), ledger.paid("2.3.5.G.3j", at=60, address=ADDRESS))
    return ledger


def test_nothing_is_found_where_nothing_is(ledger: Ledger) -> None:
    nothing = "nothing looks wrong in what was looked at\n\n"
    assert says(ledger) == f"{nothing}nothing was looked at yet: plings monitor run\n"
    assert tells(ledger) == {"findings": [], "looked_at": None, "waiting": 0}
    assert says(ledger, "run").splitlines()[0].split() == ["transactions", "looked", "at", "0"]
    assert says(ledger).startswith(f"{nothing}looked at last 20") and says(ledger).endswith(" UTC\n")
    ledger.index(ledger.paid(PATH))
    assert says(ledger).endswith("; 1 transaction waits: plings monitor run\n")


def test_a_run_raises_alerts_and_says_so(planted: Ledger) -> None:
    told = tells(planted, "run")
    (raised,) = told["raised"]
    assert (told["transactions"], told["is_behind"], raised["pattern"]) == (2, False, "address_on_paths")
    assert tells(planted, "run")["raised"] == []


def test_a_run_for_people(planted: Ledger) -> None:
    lines = says(planted, "run").splitlines()
    assert [line.rsplit(maxsplit=1)[1] for line in lines[:3]] == ["2", "2", "1"]
    assert lines[3].startswith(f"HIGH address_on_paths: the address {format_address(ADDRESS)} is on 2 paths")


def test_findings_are_shown_by_pattern_and_end_with_exit_code_1(planted: Ledger) -> None:
    run(planted, "run")
    result = run(planted)
    assert refusal(result) == "1 finding is open"
    assert result.stdout.startswith("address_on_paths: one address on several paths (1)\n  the address ")
    assert f"alert {planted.alerts()[0].id}" in result.stdout and "What to do: Ask the manufacturer" in result.stdout
    told = run(planted, "--json", "--pattern", "address_on_paths")
    (found,) = json.loads(told.stdout)["findings"]
    assert found["is_open"] and len(found["details"]["evidence"]) == 2 and told.exit_code == 1
    assert says(planted, "--pattern", "copied_code").startswith("nothing looks wrong")


def test_what_is_resolved_is_shown_on_demand(planted: Ledger) -> None:
    run(planted, "run")
    alert = planted.alerts()[0].id
    plings("registry", "alerts", "resolve", alert, "--database", planted.world.url, "--as", "ada@plings.example")
    assert says(planted).startswith("nothing looks wrong")
    assert "resolved" in says(planted, "--all")


def test_what_was_undone_is_shown_on_demand(ledger: Ledger) -> None:
    ledger.index(ledger.paid(PATH, address=bytes(32)), commitment="confirmed")
    run(ledger, "run")
    assert "not final yet" in run(ledger).stdout
    ledger.index(complete_through=10_000)
    told = tells(ledger, "run")
    assert (told["undone"], told["withdrawn"]) == (1, 1)
    assert says(ledger).startswith("nothing looks wrong") and "undone since" in says(ledger, "--all")
    place = ("--database", ledger.world.url, "--as", "ada@plings.example")
    assert plings("registry", "alerts", "list", *place).stdout == "no alerts\n"
    assert "withdrawn" in plings("registry", "alerts", "list", "--all", *place).stdout


def test_everything_can_be_gone_over_again(planted: Ledger) -> None:
    assert tells(planted, "run")["transactions"] == 2
    assert tells(planted, "run")["transactions"] == 0
    assert tells(planted, "run", "--all")["transactions"] == 2


def test_to_go_on_looking_is_one_object_a_line(planted: Ledger) -> None:
    lines = says(planted, "run", "--keep", "--seconds", "0.5", "--json").splitlines()
    assert [json.loads(line)["transactions"] for line in lines] == [2]


def test_patterns_are_told_with_their_thresholds(ledger: Ledger) -> None:
    told = tells(ledger, "patterns")
    assert [one["pattern"] for one in told["patterns"]] == list(PATTERNS)
    assert all(one["meaning"] and one["remedy"] and one["thresholds"] for one in told["patterns"])
    assert [one["name"] for one in told["of_all"]] == ["open_alerts"]
    page = says(ledger, "patterns")
    assert all(name in page for name in PATTERNS) and "copied_code.wallets" in page


def test_a_threshold_is_set_and_set_back(ledger: Ledger) -> None:
    who = ("--as", "ada@plings.example")
    assert says(ledger, "set", "copied_code.wallets", 5, *who).startswith("copied_code.wallets is 5 (default 3): ")
    assert tells(ledger, "set", "copied_code.wallets", "default", *who)["value"] == 3


@pytest.mark.parametrize(
    ("arguments", "exit_code", "line"),
    [
        (("set", "copied_code.wallets", 5), 1, "no user acts"),
        (("set", "copied_code.wallets", 5, "--as", "ida@ikea.example"), 1, "only a super-admin may do this"),
        (("set", "copied_code.wallets", 1, "--as", "ada@plings.example"), 1, "is from 2 to 1,000 and not 1"),
        (("set", "copied_code", 5, "--as", "ada@plings.example"), 1, "there is no threshold 'copied_code.'"),
        (("set", "copied_code.wallets", "many", "--as", "ada@plings.example"), 2, "'many' is no whole number"),
        (("set", "copied_code.wallets", "-3", "--as", "ada@plings.example"), 2, "No such option"),
        (("--pattern", "copied"), 2, "'copied' is none of address_on_paths, "),
        (("run", "--seconds", 3), 2, "is for --keep"),
    ],
)
def test_refusals_are_one_line(ledger: Ledger, arguments: tuple[object, ...], exit_code: int, line: str) -> None:
    result = run(ledger, *arguments)
    assert result.stdout == "" and line in refusal(result, exit_code)


def test_options_go_after_what_they_are_for(ledger: Ledger) -> None:
    result = plings("monitor", "--json", "run", "--database", ledger.world.url)
    assert "goes after run" in refusal(result, 2)
