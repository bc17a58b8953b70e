"""Batch accounts and the slots in them: on the real program."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from batches.slots import take_slot
from cli.command import answer, json_answer, refused
from cli.market import FLOOR, PRICE, Market, ask_market, open_market
from plings.identity import Path as ObjectPath
from plings.identity import make_code
from plings.program.accounts import hash_of_address
from plings.program.pda import batch_account_address

SLOT_RENT = 356_352


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    return opened


@pytest.fixture
def account(market: Market) -> str:
    """The address of the account for the market's code, which is open; and so is the log."""
    assert json_answer("log", "open", "2.3", "--payer", market.first, "-q")["opened"]
    (opened,) = json_answer("batch", "open", market.url, "--payer", market.first, "-q")["opened"]
    return str(opened["batch_account"])


def take(market: Market) -> str:
    """The second buyer takes the slot; their address."""
    asyncio.run(take_slot(market, market.code, market.actors.second_buyer))
    return str(market.actors.second_buyer.pubkey())


def test_opening(market: Market) -> None:
    path = market.code.path.text
    facts = json_answer("batch", "open", path, "--payer", market.first, "--count", 101, "-q")
    assert (facts["path"], facts["count"]) == (path, 101)
    assert [one["path"] for one in facts["opened"]] == [path, "2.3.4F.2aB.5.2j"]
    assert facts["opened"][0]["batch_account"] == str(batch_account_address(market.code.path))
    assert "none: all are open" in answer("batch", "open", market.url, "--payer", market.first)
    told = answer("batch", "open", "2.3.4F.2aB.6.2", "--payer", market.first, "-q")
    assert told == f"opened for 2.3.4F.2aB.6.2  {batch_account_address(ObjectPath('2.3.4F.2aB.6.2'))}\n"


def test_slots_are_shown(market: Market, account: str) -> None:
    free = json_answer("batch", "show", market.url)
    assert (free["free_slots"], free["taken_slots"], free["rent_owed_lamports"]) == (100, [], 0)
    assert answer("batch", "show", market.url).endswith("slots 0 to 99   free\n")
    owner = take(market)
    facts = json_answer("batch", "show", market.code.path.text)
    assert (facts["batch_account"], facts["rent_payer"]) == (account, str(market.actors.first_buyer.pubkey()))
    assert (facts["free_slots"], facts["rent_owed_lamports"]) == (99, SLOT_RENT)
    (slot,) = facts["taken_slots"]
    assert (slot["slot"], slot["path"], slot["owner"], slot["leaf_number"]) == (1, market.code.path.text, owner, 0)
    assert int(slot["address_hash"], 16) == hash_of_address(market.code.address)
    told = answer("batch", "show", market.url)
    assert f"slot 0          free\nslot 1          {owner}, {market.code.path}, leaf 0\nslots 2 to 99 " in told
    assert "rent owed       0.000356352 SOL (356,352 lamports)\n" in told


def test_rent_is_swept(market: Market, account: str) -> None:
    arguments = ("batch", "sweep", market.url, "--payer", market.second)
    assert "[NothingOwed]" in refused(*arguments)
    take(market)
    facts = json_answer(*arguments, "-q")
    assert (facts["batch_account"], facts["amount_lamports"]) == (account, SLOT_RENT)
    assert facts["rent_payer"] == str(market.actors.first_buyer.pubkey())
    assert "[NothingOwed]" in refused(*arguments)


def test_what_is_not_there(market: Market) -> None:
    line = f"no batch account is open for {market.code.path} on this cluster"
    assert refused("batch", "show", market.url) == line
    assert refused("batch", "sweep", market.url, "--payer", market.first) == line
    assert "no manufacturer is registered for 2.4" in refused("batch", "open", "2.4.5.6", "--payer", market.first)
    assert "[too_large]" in refused("batch", "open", "2.3.4.4GmR58", "--payer", market.first, "--count", 9_999)


def test_the_object_of_a_slot_is_shown_and_given(market: Market, account: str) -> None:
    assert json_answer("object", market.url)["paid"] is False
    owner, receiver = take(market), str(market.actors.first_buyer.pubkey())
    facts = json_answer("object", market.url)
    assert (facts["paid"], facts["owner"], facts["for_sale"]) == (True, owner, False)
    assert facts["slot"] == {"batch_account": account, "slot": 1, "leaf_number": 0}
    told = answer("object", market.url)
    assert f"owner         {owner}\nslot          1 of batch account {account}\nleaf          0 " in told
    arguments = ("transfer", market.url, "--to", receiver, "--owner")
    given = json_answer(*arguments, market.second, "-q")
    assert (given["owner"], given["number"]) == (receiver, 1)
    assert json_answer("object", market.url)["owner"] == receiver
    assert "[NotSlotOwner]" in refused(*arguments, market.second)


def test_the_slot_of_another_object_is_not_this_one_s(market: Market, account: str) -> None:
    take(market)
    neighbour = make_code(market.actors.identity, ObjectPath("2.3.4F.2aB.5.3"))
    assert json_answer("object", neighbour.text)["paid"] is False


def test_an_account_of_its_own_outranks_the_slot(market: Market, account: str) -> None:
    take(market)
    assert answer("pay", market.url, "--amount", PRICE + FLOOR, "--payer", market.first, "-q")
    facts = json_answer("object", market.url)
    assert (facts["owner"], "slot" in facts) == (str(market.actors.first_buyer.pubkey()), False)
