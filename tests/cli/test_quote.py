"""plings quote: costs before anything is sent."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cli.command import answer, json_answer, run
from cli.market import FLOOR, PRICE, Market, ask_market, open_market


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    return opened


def test_for_people(market: Market) -> None:
    told = answer("quote", market.url, "--amount", FLOOR, "--rate", "142.50")
    assert told.splitlines() == [
        "object           2.3.4F.2aB.5.2",
        "it would be      micro payment",
        "price            0.001 SOL (1,000,000 lamports), 0.1425 EUR",
        "to platform      0.0001 SOL (100,000 lamports), 0.0142 EUR",
        "to manufacturer  0.0009 SOL (900,000 lamports), 0.1282 EUR",
        "rent             0 SOL (0 lamports), 0.0000 EUR",
        "network fee      0.000005 SOL (5,000 lamports), 0.0007 EUR",
        "buyer pays       0.001005 SOL (1,005,000 lamports), 0.1432 EUR",
    ]


def test_as_json(market: Market) -> None:
    told = json_answer("quote", market.url, "--amount", PRICE, "--rate", "100", "--currency", "SEK")
    assert (told["kind"], told["tier"], told["refusal"]) == ("first_payment", "object", None)
    assert told["shares_lamports"] == {"platform": PRICE // 10, "manufacturer": PRICE * 9 // 10}
    total = PRICE + told["buyer_rent_lamports"] + told["network_fee_lamports"]
    assert (told["buyer_lamports"], told["currency"]) == (total, "SEK")
    before = asyncio.run(market.cluster.account(market.actors.first_buyer.pubkey()))
    assert json_answer("pay", market.url, "--amount", PRICE, "--payer", market.first, "-q")["kind"] == told["kind"]
    after = asyncio.run(market.cluster.account(market.actors.first_buyer.pubkey()))
    assert before and after and before.lamports - after.lamports == total


def test_what_would_be_refused_is_said(market: Market) -> None:
    assert "refused now      the amount is below the price floor" in answer("quote", market.url, "--amount", 1)
    assert json_answer("quote", market.url, "--amount", 1)["refusal"] == "BelowFloor"


@pytest.mark.parametrize("rate", ["", "-1", "0", "1e3", "1,5", "nan", "٣", "1.2.3"])
def test_a_rate_is_a_positive_decimal(market: Market, rate: str) -> None:
    result = run("quote", market.url, "--amount", FLOOR, f"--rate={rate}")
    assert result.exit_code == 2 and "is no price" in result.stderr
