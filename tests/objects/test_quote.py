"""What a quote says is what the payment then does, to the lamport, in every tier."""

from __future__ import annotations

from decimal import Decimal

import pytest
from solders.keypair import Keypair

from cli.market import FLOOR, PRICE
from logs.trade import Trade
from plings.batches import open_batch_account
from plings.errors import NotRegistered, PaymentInVain, TransactionRefused
from plings.objects import find_standing, list_for_sale, pay, quote
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import Status, Tier
from plings.program.pda import manufacturer_address, sponsor_pool_address
from plings.proofs import Kind
from plings.sponsors import PoolTerms, fund_pool, open_pool

OF_A_BATCH = 20_000_000
ANY_VALUE = PoolTerms(per_item_lamports=5_000_000, minimum_value_lamports=1, maximum_value_lamports=2**64 - 1)


async def lamports(trade: Trade, key: Keypair) -> int:
    account = await trade.cluster.account(key.pubkey())
    return account.lamports if account else 0


async def pool_lamports(trade: Trade) -> int:
    maker = (await find_standing(trade.cluster, trade.code())).terms.manufacturer
    account = await trade.cluster.account(sponsor_pool_address(manufacturer_address(maker.identity_key)))
    return account.lamports if account else 0


async def prepared(trade: Trade, case: str) -> None:
    cluster, authority = trade.cluster, trade.market.actors.manufacturer
    if "batch" in case:
        await open_batch_account(cluster, trade.bob, trade.code().path)
    if "taken" in case:
        await pay(cluster, trade.code(), trade.bob, OF_A_BATCH)
    if "sponsored" in case:
        await open_pool(cluster, authority, "2.3", ANY_VALUE)
    if case in ("sponsored", "sponsored, unknown class"):
        await fund_pool(cluster, trade.bob, "2.3", 100_000_000)
    if "unknown" in case:
        key = (await find_standing(cluster, trade.code())).terms.manufacturer.identity_key
        terms = ix.set_class_terms(
            payer=authority.pubkey(),
            authority=authority.pubkey(),
            identity_key=key,
            path_to_pointer="2.3.9",
            price_floor_lamports=1,
        )
        await cluster.send([terms], [authority])
    if "purchase" in case:
        await pay(cluster, trade.code(), trade.bob, PRICE)
        await list_for_sale(cluster, trade.code(), trade.bob, PRICE)


CASES = {
    "micro": (FLOOR, "micro_payment", Tier.MICRO),
    "no account for the middle": (OF_A_BATCH, "micro_payment", Tier.MICRO),
    "batch": (OF_A_BATCH, "batch_payment", Tier.BATCH),
    "batch, taken": (OF_A_BATCH, "micro_payment", Tier.MICRO),
    "own": (PRICE, "first_payment", Tier.OBJECT),
    "sponsored": (PRICE, "first_payment", Tier.OBJECT),
    "sponsored, pool dry": (PRICE, "first_payment", Tier.OBJECT),
    "sponsored, unknown class": (PRICE, "first_payment", Tier.OBJECT),
    "purchase": (PRICE + 7, "purchase", Tier.OBJECT),
}


@pytest.mark.parametrize("case", CASES)
async def test_the_payment_does_what_the_quote_says(trade: Trade, case: str) -> None:
    amount, kind, tier = CASES[case]
    await prepared(trade, case)
    code = trade.code()
    told = await quote(trade.cluster, code, amount, buyer=trade.alice.pubkey())
    assert (told.kind, told.tier, told.refusal, sum(told.shares.values())) == (kind, tier, None, amount)
    before, pool = await lamports(trade, trade.alice), await pool_lamports(trade)
    paid = await pay(trade.cluster, code, trade.alice, amount)
    assert paid.kind == kind
    assert before - await lamports(trade, trade.alice) == told.buyer_lamports
    assert pool - await pool_lamports(trade) == told.sponsor_rent_lamports
    (event, *_) = paid.events
    shares = {who: event.fields[f"{who}_amount"] for who in told.shares}
    assert shares == told.shares
    assert (told.sponsor_rent_lamports == 5_000_000) == (case == "sponsored")


async def test_a_payment_tells_where_its_owner_is_kept(trade: Trade) -> None:
    await open_batch_account(trade.cluster, trade.bob, trade.code().path)
    kinds = {}
    for instance, amount in ((2, FLOOR), (3, OF_A_BATCH), (4, PRICE)):
        paid = await pay(trade.cluster, trade.code(instance), trade.alice, amount)
        kinds[paid.kind] = (paid.mint is not None, paid.payment_log, paid.leaf and paid.leaf.kind)
    assert kinds == {
        "micro_payment": (False, trade.log, Kind.PAYMENT),
        "batch_payment": (False, trade.log, Kind.SLOT_PAYMENT),
        "first_payment": (True, None, None),
    }


@pytest.mark.parametrize("tier", [Tier.MICRO, Tier.BATCH])
async def test_a_payment_that_would_buy_nothing_is_not_sent(trade: Trade, tier: Tier) -> None:
    await pay(trade.cluster, trade.code(), trade.bob, PRICE)
    with pytest.raises(PaymentInVain, match="has an account of its own"):
        await pay(trade.cluster, trade.code(), trade.alice, FLOOR, tier=tier)


async def test_a_tier_can_be_asked_for(trade: Trade) -> None:
    await open_batch_account(trade.cluster, trade.bob, trade.code().path)
    tiers = {Tier.OBJECT: "first_payment", Tier.BATCH: "batch_payment", Tier.MICRO: "micro_payment"}
    for instance, (tier, kind) in enumerate(tiers.items(), start=2):
        paid = await pay(trade.cluster, trade.code(instance), trade.alice, FLOOR, tier=tier)
        assert paid.kind == kind


async def test_refusals_are_told_beforehand(trade: Trade) -> None:
    cluster, code, actors = trade.cluster, trade.code(), trade.market.actors

    async def refusal(amount: int = PRICE, **others: bool) -> type[errors.ProgramError] | None:
        refused = (await quote(cluster, trade.code(**others), amount)).refusal
        if refused:
            with pytest.raises(refused):
                await pay(cluster, trade.code(**others), trade.alice, amount, tier=Tier.OBJECT)
        return refused

    assert await refusal() is None
    assert await refusal(FLOOR - 1) is errors.BelowFloor
    key = (await find_standing(cluster, code)).terms.manufacturer.identity_key
    tags = {"authority": actors.manufacturer.pubkey(), "identity_key": key}
    await cluster.send([ix.update_manufacturer(require_signed_tags=True, **tags)], [actors.manufacturer])
    assert await refusal() is errors.TagSignatureMissing
    assert await refusal(signed=True) is None
    await cluster.send([ix.update_manufacturer(require_signed_tags=False, **tags)], [actors.manufacturer])
    await pay(cluster, code, trade.bob, PRICE)
    assert await refusal() is errors.NotForSale
    await list_for_sale(cluster, code, trade.bob, 2 * PRICE)
    assert await refusal() is errors.BelowAskingPrice
    await cluster.send([ix.update_manufacturer(status=Status.SUSPENDED, **tags)], [actors.manufacturer])
    assert await refusal() is errors.ManufacturerSuspended


async def test_costs_in_a_currency(trade: Trade) -> None:
    told = await quote(trade.cluster, trade.code(), FLOOR)
    assert told.buyer_lamports == FLOOR + 5_000
    assert told.in_currency(FLOOR, Decimal("142.5")) == Decimal("0.1425")
    assert told.in_currency(told.buyer_lamports, Decimal("142.5"), places=2) == Decimal("0.14")


async def test_nobody_s_code_has_no_quote(trade: Trade) -> None:
    other = type(trade.code()).parse(trade.code().text.replace("p=2.3.", "p=2.4."))
    with pytest.raises(NotRegistered):
        await quote(trade.cluster, other, PRICE)
    with pytest.raises((NotRegistered, TransactionRefused)):
        await pay(trade.cluster, other, trade.alice, PRICE)
