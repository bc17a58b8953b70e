"""Micro-payments and the payment logs that they are kept in: on the real program."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from cli.command import answer, json_answer, refused
from cli.market import FLOOR, Market, ask_market, open_market
from plings.chain.embedded import START_UNIX
from plings.cli.times import moment, span
from plings.program.pda import checkpoint_address, manufacturer_address, payment_log_address

DAY = 86_400
RENT = 10_746_240


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    return opened


@pytest.fixture
def log(market: Market) -> str:
    """The address of the manufacturer's one log, which is open."""
    (opened,) = json_answer("log", "open", "2.3", "--payer", market.first, "-q")["opened"]
    return str(opened["payment_log"])


def micro_pay(market: Market, amount: int = FLOOR) -> dict[str, Any]:
    arguments = ("--amount", amount, "--payer", market.first, "--tier", "micro", "--quiet")
    return json_answer("pay", market.url, *arguments)


def shown() -> dict[str, Any]:
    (one,) = json_answer("log", "show", "2.3")["logs"]
    return dict(one)


def test_opening(market: Market) -> None:
    identity_key = json_answer("object", market.url)["terms"]["identity_key"]
    maker = manufacturer_address(Pubkey.from_string(identity_key))
    address = str(payment_log_address(maker, 0))
    assert shown() == {"shard": 0, "payment_log": address, "open": False}
    assert "not open: plings log open" in answer("log", "show", "2.3")
    (opened,) = json_answer("log", "open", "2.3", "--payer", market.first, "-q")["opened"]
    assert (opened["shard"], opened["payment_log"]) == (0, address)
    assert json_answer("log", "open", "2.3", "--payer", market.first, "-q")["opened"] == []
    assert "none: all are open" in answer("log", "open", "2.3", "--payer", market.first)
    assert "in use" in refused("log", "open", "2.3", "--payer", market.first, "--shard", 0)
    assert "[NoSuchShard]" in refused("log", "open", "2.3", "--payer", market.first, "--shard", 1)


def test_a_micro_payment_is_a_leaf(market: Market, log: str) -> None:
    facts = micro_pay(market)
    assert (facts["kind"], facts["payment_log"], facts["number"]) == ("micro_payment", log, 0)
    assert facts["shares_lamports"] == {"manufacturer": FLOOR * 9 // 10, "platform": FLOOR // 10}
    assert [event["name"] for event in facts["events"]] == ["MicroPaymentProcessed"]
    assert json_answer("object", market.url)["paid"] is False
    told = answer("pay", market.url, "--amount", FLOOR, "--payer", market.first, "--tier", "micro", "-q")
    assert "micro payment    0.001 SOL (1,000,000 lamports)\n" in told
    assert f"payment log      {log}\nleaf             1\n" in told


def test_without_a_log_there_are_no_micro_payments(market: Market) -> None:
    arguments = ("pay", market.url, "--amount", FLOOR, "--payer", market.first, "--tier", "micro")
    assert refused(*arguments) == "payment log 0 of 2.3 is not open on this cluster"
    to = str(market.actors.second_buyer.pubkey())
    assert "is not open" in refused("transfer", market.url, "--to", to, "--owner", market.first)
    for command in ("sweep", "checkpoint"):
        assert "no payment log is open at " in refused("log", command, "2.3", "--payer", market.first)


def test_what_the_program_refuses_of_a_micro_payment(market: Market, log: str) -> None:
    arguments = ("pay", market.url, "--amount", FLOOR - 1, "--payer", market.first, "--tier", "micro")
    assert "[BelowFloor]" in refused(*arguments)


def test_an_object_without_an_account_is_given_by_a_leaf(market: Market, log: str) -> None:
    micro_pay(market)
    to = str(market.actors.second_buyer.pubkey())
    facts = json_answer("transfer", market.url, "--to", to, "--owner", market.first, "-q")
    assert (facts["owner"], facts["payment_log"], facts["number"]) == (to, log, 1)
    assert shown()["leaves"] == 2


def test_the_life_of_a_log(market: Market, log: str) -> None:
    micro_pay(market)
    micro_pay(market, 3 * FLOOR)
    before = shown()
    assert (before["leaves"], before["new_leaves"], before["checkpoint_due"]) == (2, 2, False)
    assert (before["missing_leaves"], before["missing_seconds"]) == (998, DAY)
    assert before["owed_lamports"] == {"manufacturer": 3_600_000, "platform": 400_000}
    assert (before["rent_lamports"], before["last_leaf_at_unix"]) == (RENT, START_UNIX)
    assert before["checkpoints"] == []
    assert "next one    after 998 more leaves, or 1 d" in answer("log", "show", "2.3")
    assert "[CheckpointTooEarly]" in refused("log", "checkpoint", "2.3", "--payer", market.first)

    swept = json_answer("log", "sweep", "2.3", "--payer", market.second, "-q")
    assert swept["shares_lamports"] == before["owed_lamports"]
    assert "[NothingOwed]" in refused("log", "sweep", "2.3", "--payer", market.second)

    market.cluster.advance_clock(DAY)
    assert shown()["checkpoint_due"] is True
    assert "due, for 2 new leaves" in answer("log", "show", "2.3")
    made = json_answer("log", "checkpoint", "2.3", "--payer", market.first, "-q")
    address = Pubkey.from_string(log)
    assert (made["checkpoint_id"], made["checkpoint"]) == (0, str(checkpoint_address(address, 0)))
    market.cluster.advance_clock(3_700)
    after = shown()
    (checkpoint,) = after["checkpoints"]
    assert (checkpoint["leaves"], checkpoint["root"], checkpoint["age_seconds"]) == (2, before["root"], 3_700)
    told = answer("log", "show", "2.3")
    assert f"checkpoint 0  2 leaves, root {before['root']}, 1 h 1 min old\n" in told
    assert told.endswith("after 1,000 leaves, or one and 22 h 58 min\n")


def test_a_shard_that_there_is_not(market: Market) -> None:
    assert refused("log", "show", "2.3", "--shard", 3) == (
        "the manufacturer of 2.3 has no payment log 3, only 1 from 0"
    )
    assert "no manufacturer is registered for 2.4" in refused("log", "show", "2.4")


def test_spans_and_moments() -> None:
    assert [span(seconds) for seconds in (0, 59, 60, 3_661, 90_000)] == ["0 s", "59 s", "1 min", "1 h 1 min", "1 d 1 h"]
    assert moment(START_UNIX) == "2025-06-15 15:06:40 UTC"
    assert moment(2**63 - 1) == "second 9,223,372,036,854,775,807"
