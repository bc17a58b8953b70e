"""Sponsor pools: on the real program."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from solders.pubkey import Pubkey

from cli.command import answer, json_answer, refused, write_key
from cli.market import PRICE, Market, ask_market, open_market
from sponsors.sales import sell

PER_ITEM = 20_000_000
FUNDS = 100_000_000
TOKEN_ACCOUNT_RENT = 2_074_080
OPEN = ("sponsor", "open", "2.3", "--per-item", PER_ITEM, "--minimum", PRICE)


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    return opened


@pytest.fixture
def authority(market: Market, tmp_path: Path) -> Path:
    return write_key(tmp_path / "authority.json", market.actors.manufacturer)


@pytest.fixture
def pool(market: Market, authority: Path) -> str:
    """The address of the pool, which can spend FUNDS."""
    address = str(json_answer(*OPEN, "--authority", authority, "-q")["sponsor_pool"])
    assert json_answer("sponsor", "fund", "2.3", "--amount", FUNDS, "--payer", market.first, "-q")
    return address


def shown() -> dict[str, Any]:
    return json_answer("sponsor", "show", "2.3")


def test_opening(market: Market, authority: Path) -> None:
    arguments = (*OPEN, "--maximum", 2 * PRICE, "--authority", authority)
    told = answer(*arguments, "--payer", market.first, "-q")
    assert "for an object  at most 0.02 SOL (20,000,000 lamports)\n" in told
    assert "payments from  0.06 SOL (60,000,000 lamports)\nto             0.12 SOL (120,000,000 lamports)\n" in told
    assert (shown()["available_lamports"], shown()["maximum_value_lamports"]) == (0, 2 * PRICE)
    assert "in use" in refused(*arguments)


def test_what_the_program_refuses(market: Market, authority: Path) -> None:
    assert "[NotManufacturerAuthority]" in refused(*OPEN, "--authority", market.first)
    assert "[InvalidSponsorTerms]" in refused(*OPEN, "--maximum", PRICE - 1, "--authority", authority)


def test_a_pool_is_shown(pool: str) -> None:
    facts = shown()
    assert facts["sponsor_pool"] == pool
    assert (facts["available_lamports"], facts["per_item_lamports"]) == (FUNDS, PER_ITEM)
    assert (facts["minimum_value_lamports"], facts["maximum_value_lamports"]) == (PRICE, 2**64 - 1)
    assert (facts["sponsored_lamports"], facts["sponsored_count"], facts["returned_lamports"]) == (0, 0, 0)
    told = answer("sponsor", "show", "2.3")
    assert "can spend      0.1 SOL (100,000,000 lamports)\n" in told
    assert "to             any amount\n" in told
    assert "paid so far    0 SOL (0 lamports) for 0 objects\n" in told


def test_what_is_not_given_stays(market: Market, authority: Path, pool: str) -> None:
    before = shown()
    facts = json_answer("sponsor", "update", "2.3", "--per-item", 7, "--authority", authority, "-q")
    assert (facts["per_item_lamports"], facts["minimum_value_lamports"]) == (7, PRICE)
    assert shown() == {**before, "per_item_lamports": 7}
    assert "[NotManufacturerAuthority]" in refused(
        "sponsor", "update", "2.3", "--minimum", 1, "--authority", market.first
    )


def test_closing(market: Market, authority: Path, pool: str) -> None:
    before = shown()
    facts = json_answer("sponsor", "close", "2.3", "--authority", authority, "-q")
    assert facts["amount_lamports"] == before["available_lamports"] + before["rent_lamports"]
    assert facts["manufacturer_treasury"] == str(market.actors.manufacturer_treasury.pubkey())
    line = "the manufacturer of 2.3 has no sponsor pool on this cluster"
    assert refused("sponsor", "show", "2.3") == line
    assert refused("sponsor", "close", "2.3", "--authority", authority) == line
    assert refused("sponsor", "fund", "2.3", "--amount", 1, "--payer", market.first) == line
    assert refused("sponsor", "update", "2.3", "--minimum", 1, "--authority", authority) == line


def test_rent_comes_back(market: Market, pool: str) -> None:
    first, second = (str(key.pubkey()) for key in (market.actors.first_buyer, market.actors.second_buyer))
    give_back = ("sponsor", "return", market.url, "--previous-owner", first, "--payer", market.second)
    assert "has no account on this cluster, so nobody sponsored it" in refused(*give_back)
    assert json_answer("log", "open", "2.3", "--payer", market.first, "-q")["opened"]
    asyncio.run(sell(market, market.code, market.actors.first_buyer))
    assert (shown()["sponsored_count"], shown()["available_lamports"]) == (1, FUNDS - shown()["sponsored_lamports"])
    assert "[NotReturnable]" in refused(*give_back)
    assert json_answer("transfer", market.url, "--to", second, "--owner", market.first, "-q")
    facts = json_answer(*give_back, "-q")
    assert (facts["destination"], facts["amount_lamports"]) == (pool, TOKEN_ACCOUNT_RENT)
    assert Pubkey.from_string(facts["token_account"])
    assert shown()["returned_lamports"] == TOKEN_ACCOUNT_RENT
    assert refused(*give_back)
