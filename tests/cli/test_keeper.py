"""`plings keeper`: what it makes, what it says, and that it never asks for money that it does not need."""

from __future__ import annotations

from pathlib import Path

import pytest
from solders.keypair import Keypair

from cli.command import json_answer, one_object, refusal, refused, run, write_key
from cli.market import ask_market
from logs.trade import Trade, open_trade
from plings.keeper.rules import MOST_FEE_LAMPORTS, checkpoint_cost_lamports
from plings.program import instructions as ix


@pytest.fixture
async def trade(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trade:
    """Three leaves, and a checkpoint due."""
    trade = await open_trade(tmp_path)
    ask_market(trade.market, monkeypatch)
    platform = trade.market.actors.platform
    await trade.cluster.send([ix.update_config(authority=platform.pubkey(), checkpoint_payments=3)], [platform])
    await trade.paid(3)
    return trade


def test_a_dry_run_needs_no_key(trade: Trade, bare_url: str) -> None:
    said = run("keeper", "run", "--dry-run", "--maker", "2.3", "--database", bare_url)
    most = checkpoint_cost_lamports()
    assert said.stdout.splitlines() == [
        f"checkpoint of {trade.log} (3 new leaves): due, for at most {most:,} lamports",
        "1 log, 1 due",
    ]
    assert run("keeper", "run", "--dry-run", "--database", bare_url).stdout.startswith("no payment log is known: ")


def test_one_look_makes_what_is_due(trade: Trade, bare_url: str) -> None:
    options = ["keeper", "run", "--once", "--maker", "2.3", "--fee-payer", trade.market.first, "--database", bare_url]
    facts = json_answer(*options)
    (made,) = facts["outcomes"]
    assert (facts["logs"], facts["trouble"], facts["mismatches"]) == (1, None, [])
    assert (made["what"], made["payment_log"], made["amount"]) == ("checkpoint", str(trade.log), 3)
    assert (made["ending"], made["checkpoint_id"]) == ("done", 0) and made["signature"]
    assert 0 < made["lamports"] - (checkpoint_cost_lamports() - MOST_FEE_LAMPORTS) <= MOST_FEE_LAMPORTS
    assert run(*options).stdout == "1 log, nothing due\n"


def test_what_could_not_be_done_is_a_failure(trade: Trade, tmp_path: Path, bare_url: str) -> None:
    options = ["keeper", "run", "--once", "--maker", "2.3", "--database", bare_url, "--fee-payer"]
    result = run(*options, trade.market.first, "--most-lamports-per-day", 1_000)
    assert refusal(result) == "1 of what is due could not be done"
    assert "no budget: it would cost more than the 1,000 lamports of a day" in result.stdout
    poor = write_key(tmp_path / "poor.json", Keypair.from_seed(b"p" * 32))
    result = run(*options, poor, "--json")
    assert refusal(result) == "1 of what is due could not be done"
    assert one_object(result.stdout)["outcomes"][0]["ending"] == "no_funds"


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--once"], 2, "somebody must pay"),
        (["--once", "--fee-payer", "missing.json"], 1, "it cannot be read"),
        (["--dry-run", "--every", "0"], 2, "--every"),
        (["--dry-run", "--most-lamports-per-day", "0"], 2, "is not from 1 to"),
        (["--dry-run", "--sweep", "0"], 2, "is not from 1 to"),
        (["--dry-run", "--least-leaves", "0"], 2, "--least-leaves"),
        (["--dry-run", "--maker", "2"], 1, "[too_few_segments]"),
        (["--dry-run", "--maker", "2.9"], 1, "no manufacturer is registered for 2.9"),
        (["--dry-run", "--data", "."], 2, "a --database is named too"),
    ],
)
@pytest.mark.usefixtures("trade")
def test_refused(options: list[str], code: int, said: str, bare_url: str) -> None:
    assert said in refused("keeper", "run", *options, "--database", bare_url, code=code)
