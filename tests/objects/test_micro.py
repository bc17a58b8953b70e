"""Micro-payments and gifts without accounts, as a caller of the SDK makes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.market import FLOOR, open_market
from logs.trade import Trade
from plings.chain import Signed
from plings.errors import NotRegistered, TransactionRefused
from plings.identity import ClassPath, Identity, make_code
from plings.identity import Path as ObjectPath
from plings.objects import find_object, find_standing, give, micro_pay, pay, transfer_micro_ownership
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import Tier
from plings.proofs import Kind


async def test_payment_is_a_leaf_and_makes_no_object(trade: Trade) -> None:
    signed: list[Signed] = []
    paid = await micro_pay(trade.cluster, trade.code(), trade.alice, FLOOR, on_signed=signed.append)
    assert [one.signature for one in signed] == [paid.confirmed.signature]
    assert (paid.payment_log, paid.number, [event.name for event in paid.events]) == (
        trade.log,
        0,
        ["MicroPaymentProcessed"],
    )
    assert paid.leaf and (paid.leaf.kind, paid.leaf.amount_lamports) == (Kind.PAYMENT, FLOOR)
    assert paid.leaf.actor == paid.leaf.owner == bytes(trade.alice.pubkey())
    assert await find_object(trade.cluster, trade.code()) is None


async def test_signed_tag_is_checked_where_it_is_demanded(trade: Trade) -> None:
    actors = trade.market.actors
    identity_key = (await find_standing(trade.cluster, trade.code())).terms.manufacturer.identity_key
    change = ix.update_manufacturer(
        authority=actors.manufacturer.pubkey(), identity_key=identity_key, require_signed_tags=True
    )
    await trade.cluster.send([change], [actors.manufacturer])
    with pytest.raises(errors.TagSignatureMissing):
        await micro_pay(trade.cluster, trade.code(), trade.alice, FLOOR)
    assert (await micro_pay(trade.cluster, trade.code(signed=True), trade.alice, FLOOR)).number == 0


async def test_gift_is_a_leaf(trade: Trade) -> None:
    given = await transfer_micro_ownership(trade.cluster, trade.code(), trade.alice, trade.bob.pubkey())
    assert given.leaf and (given.leaf.kind, given.number) == (Kind.TRANSFER, 0)
    assert (given.leaf.actor, given.leaf.owner) == (bytes(trade.alice.pubkey()), bytes(trade.bob.pubkey()))
    with pytest.raises(errors.AlreadyOwner):
        await transfer_micro_ownership(trade.cluster, trade.code(), trade.alice, trade.alice.pubkey())


async def test_giving_finds_out_what_there_is_to_give(trade: Trade) -> None:
    await trade.paid(1)
    await give(trade.cluster, trade.code(), trade.alice, trade.bob.pubkey())
    assert await find_object(trade.cluster, trade.code()) is None
    await pay(trade.cluster, trade.code(), trade.alice, FLOOR, tier=Tier.OBJECT)
    await give(trade.cluster, trade.code(), trade.alice, trade.bob.pubkey())
    found = await find_object(trade.cluster, trade.code())
    assert found and found.holder == trade.bob.pubkey()


async def test_log_that_was_never_opened_is_named(tmp_path: Path) -> None:
    market = await open_market(tmp_path)
    buyer = market.actors.first_buyer
    with pytest.raises(NotRegistered, match=r"payment log 0 of 2\.3 is not open"):
        await micro_pay(market.cluster, market.code, buyer, FLOOR)
    with pytest.raises(NotRegistered, match="is not open"):
        await transfer_micro_ownership(market.cluster, market.code, buyer, market.actors.second_buyer.pubkey())


async def test_other_refusals_are_the_program_s(trade: Trade) -> None:
    with pytest.raises(errors.BelowFloor):
        await micro_pay(trade.cluster, trade.code(), trade.alice, FLOOR - 1)
    with pytest.raises(TransactionRefused):
        await micro_pay(trade.cluster, trade.code(), trade.alice, 10**15)
    forged = make_code(Identity.from_seed(bytes(32), ClassPath("2.3")), ObjectPath("2.3.4F.2aB.5.2"))
    with pytest.raises(NotRegistered, match="not genuine"):
        await micro_pay(trade.cluster, forged, trade.alice, FLOOR)
