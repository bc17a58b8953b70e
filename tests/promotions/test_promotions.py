"""From a leaf to an account: on the real program, with what the SDK finds out by itself."""

from __future__ import annotations

from typing import Any

import pytest
from solders.keypair import Keypair

from cli.market import FLOOR
from logs.trade import Trade
from plings.errors import LogError, NotRegistered, ReceiptInvalid
from plings.logs import create_checkpoint, fetch_checkpoint, find_owner, find_proof, make_receipt
from plings.objects import find_object
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import Link
from plings.program.instructions import ProvedLeaf
from plings.promotions import challenge, claim, finalize, find_promotion
from plings.proofs import Kind, Receipt, ReceiptGrade

DAY = 86_400
WEEK = 7 * DAY
SLOT = 12_000_000


async def noted(trade: Trade) -> int:
    """A checkpoint of all leaves so far."""
    trade.cluster.advance_clock(DAY)
    return (await create_checkpoint(trade.cluster, trade.bob, trade.log)).checkpoint_id


def maker(trade: Trade) -> Keypair:
    return Keypair.from_seed(trade.market.actors.identity.node.key)


async def claimed_by(trade: Trade, claimant: Keypair, number: int) -> None:
    """With leaf `number` alone, whoever's it is."""
    proof = await find_proof(trade.cluster, trade.code(), number)
    shown = ProvedLeaf(proof.leaf, proof.checkpoint.checkpoint_id, proof.inclusion)
    key, identity_key = claimant.pubkey(), maker(trade).pubkey()
    claiming = ix.promote_to_object(payer=key, claimant=key, code=trade.code(), identity_key=identity_key, shown=shown)
    await trade.cluster.send([claiming], [claimant])


async def slot_of_alice(trade: Trade) -> None:
    key, buyer, code = maker(trade).pubkey(), trade.alice.pubkey(), trade.code()
    batch = ix.create_shared_batch_account(payer=buyer, path=code.path, identity_key=key)
    payment = ix.handle_batch_payment(buyer=buyer, code=code, amount_lamports=SLOT, identity_key=key)
    await trade.cluster.send([batch, payment], [trade.alice])


async def test_the_whole_way_from_a_micro_payment_to_an_nft(trade: Trade) -> None:
    cluster, code, alice, bob = trade.cluster, trade.code(), trade.alice.pubkey(), trade.bob.pubkey()
    (paid,) = await trade.paid(1)
    checkpoint = await fetch_checkpoint(cluster, trade.log, await noted(trade))

    file = (await make_receipt(cluster, code, cluster_name="localnet")).text
    receipt = Receipt.parse(file)
    verdict = receipt.verify(checkpoints=[checkpoint])
    assert (verdict.grade, receipt.leaf, receipt.claims.cluster) == (ReceiptGrade.PROVED, paid, "localnet")

    given = await trade.given()
    found = await find_owner(cluster, code)
    assert (found.log_owner, found.owner, found.found) == (bob, bob, None)
    assert [tenure.owner for tenure in found.history] == [bytes(alice), bytes(bob)]
    with pytest.raises(LogError, match="leaf 1 is under no checkpoint yet"):
        await claim(cluster, code, trade.bob)
    await noted(trade)
    assert (await make_receipt(cluster, code, 1)).leaf == given

    opened = await claim(cluster, code, trade.bob)
    assert opened.shown == (paid, given)
    assert (opened.promotion.owner, opened.promotion.title) == (bob, (Link(0, alice), Link(1, bob)))
    assert await find_promotion(cluster, code) == opened.promotion
    nothing = await challenge(cluster, code, trade.alice)
    assert (nothing.shown, nothing.uncovered, nothing.confirmed) == ((), (), ())
    with pytest.raises(errors.ChallengeOpen):
        await finalize(cluster, code, trade.bob)
    trade.cluster.advance_clock(WEEK)
    final = await finalize(cluster, code, trade.bob)
    held = await find_object(cluster, code)
    assert held and (held.holder, held.instance.mint) == (bob, final.mint)
    assert final.sponsored_lamports == 0
    assert await find_promotion(cluster, code) is None
    found = await find_owner(cluster, code)
    assert (found.account, found.owner) == (held, bob)


async def test_a_claim_that_leaves_a_gift_out_is_challenged(trade: Trade) -> None:
    cluster, code = trade.cluster, trade.code()
    paid = await trade.paid(2)
    await noted(trade)
    gift = await trade.given()
    await claimed_by(trade, trade.alice, 1)
    found = await find_owner(cluster, code)
    assert found.found and found.found.instance.owner == trade.alice.pubkey()
    assert (found.account, found.owner) == (None, trade.bob.pubkey())
    first = await challenge(cluster, code, trade.bob)
    assert (first.shown, first.uncovered) == ((paid[0],), (gift,))
    with pytest.raises(LogError, match="leaf 2 is under no checkpoint yet"):
        await challenge(cluster, code, trade.bob)
    await noted(trade)
    second = await challenge(cluster, code, trade.bob)
    assert (second.shown, second.uncovered, second.promotion.owner) == ((gift,), (), trade.bob.pubkey())
    trade.cluster.advance_clock(WEEK)
    with pytest.raises(errors.NotTitleHolder):
        await finalize(cluster, code, trade.alice)
    final = await finalize(cluster, code, trade.bob, trade.alice)
    assert final.owner == trade.bob.pubkey()


async def test_a_slot_is_claimed_by_whom_it_was_given_to(trade: Trade) -> None:
    await slot_of_alice(trade)
    key, new_owner = maker(trade).pubkey(), trade.bob.pubkey()
    gift = ix.transfer_batch_slot(owner=trade.alice.pubkey(), code=trade.code(), new_owner=new_owner, identity_key=key)
    await trade.cluster.send([gift], [trade.alice])
    await trade.given()  # which is nothing to a slot
    assert (await find_owner(trade.cluster, trade.code())).owner == new_owner
    with pytest.raises(LogError, match=f"is of {new_owner}, and not of {trade.alice.pubkey()}"):
        await claim(trade.cluster, trade.code(), trade.alice)
    opened = await claim(trade.cluster, trade.code(), trade.bob, payer=trade.alice)  # no checkpoint is needed
    assert (opened.promotion.is_slot, opened.promotion.owner) == (True, new_owner)
    assert (await challenge(trade.cluster, trade.code(), trade.alice)).shown == ()
    trade.cluster.advance_clock(WEEK)
    await finalize(trade.cluster, trade.code(), trade.bob)
    held = await find_object(trade.cluster, trade.code())
    assert held and held.holder == new_owner


async def test_a_slot_is_shown_against_a_later_payment(trade: Trade) -> None:
    await slot_of_alice(trade)
    await trade.paid(1)
    await noted(trade)
    receipt = await make_receipt(trade.cluster, trade.code())
    assert (receipt.leaf.kind, receipt.leaf.number) == (Kind.SLOT_PAYMENT, 0)
    await claimed_by(trade, trade.bob, 1)
    done = await challenge(trade.cluster, trade.code(), trade.bob)
    assert [leaf.kind for leaf in done.shown] == [Kind.SLOT_PAYMENT]
    assert (done.promotion.is_slot, done.promotion.owner) == (True, trade.alice.pubkey())


async def test_an_earlier_payment_is_shown_against_a_slot(trade: Trade) -> None:
    (paid,) = await trade.paid(1)
    gift = await trade.given()
    await slot_of_alice(trade)
    await noted(trade)
    key = trade.alice.pubkey()
    claiming = ix.promote_to_object(
        payer=key, claimant=key, code=trade.code(), identity_key=maker(trade).pubkey(), shown=None
    )
    await trade.cluster.send([claiming], [trade.alice])
    done = await challenge(trade.cluster, trade.code(), trade.bob)
    assert done.shown == (paid, gift)
    assert (done.promotion.is_slot, done.promotion.owner) == (False, trade.bob.pubkey())


async def test_refused(trade: Trade) -> None:
    cluster, code = trade.cluster, trade.code()
    with pytest.raises(LogError, match=r"no payment for 2\.3\.4F\.2aB\.5\.2"):
        await claim(cluster, code, trade.alice)
    for attempt in (challenge(cluster, code, trade.bob), finalize(cluster, code, trade.bob)):
        with pytest.raises(NotRegistered, match="no promotion of"):
            await attempt
    await trade.paid(1)
    await noted(trade)
    with pytest.raises(LogError, match=r"is of .*, and not of"):
        await claim(cluster, code, trade.bob)
    with pytest.raises(ReceiptInvalid, match="lower-case letters"):
        await make_receipt(cluster, code, cluster_name="My Net")
    with pytest.raises(NotRegistered, match="has no checkpoint 1 "):
        await fetch_checkpoint(cluster, trade.log, 1)
    await claim(cluster, code, trade.alice)
    for claimant in (trade.alice, trade.bob):
        with pytest.raises(errors.ObjectExists):
            await claim(cluster, code, claimant)
    with pytest.raises(errors.ObjectExists):
        await trade.given()


async def test_too_late(trade: Trade) -> None:
    """Alice claims by her second payment, and nobody shows her first in time."""
    await trade.paid(2)
    await noted(trade)
    await claimed_by(trade, trade.alice, 1)
    trade.cluster.advance_clock(WEEK)
    with pytest.raises(errors.ChallengeOver):
        await challenge(trade.cluster, trade.code(), trade.bob)


async def pool(trade: Trade, **bounds: int) -> None:
    """A funded pool of the manufacturer's."""
    authority = trade.market.actors.manufacturer
    keys: dict[str, Any] = {"authority": authority.pubkey(), "identity_key": maker(trade).pubkey()}
    opening = ix.initialize_sponsor_pool(payer=authority.pubkey(), per_item_lamports=9_000_000, **keys, **bounds)
    funding = ix.fund_sponsor_pool(
        funder=authority.pubkey(), identity_key=maker(trade).pubkey(), amount_lamports=100_000_000
    )
    await trade.cluster.send([opening, funding], [authority])


@pytest.mark.parametrize(("least", "paid_by_pool"), [(FLOOR, True), (2 * FLOOR, False)])
async def test_a_pool_pays_if_it_does(trade: Trade, least: int, paid_by_pool: bool) -> None:
    await pool(trade, minimum_value_lamports=least, maximum_value_lamports=3 * FLOOR)
    await trade.paid(1)
    await noted(trade)
    await claim(trade.cluster, trade.code(), trade.alice)
    trade.cluster.advance_clock(WEEK)
    if not paid_by_pool:
        with pytest.raises(errors.NotSponsored):
            await finalize(trade.cluster, trade.code(), trade.alice, with_pool=True)
    final = await finalize(trade.cluster, trade.code(), trade.alice)
    assert (final.sponsored_lamports > 0) is paid_by_pool


async def test_a_log_that_was_never_opened_owns_nothing(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    async def closed(*_: object) -> None:
        raise NotRegistered("no payment log is open there")

    monkeypatch.setattr("plings.logs.owner.find_log", closed)
    found = await find_owner(trade.cluster, trade.code())
    assert (found.owner, found.history, found.claim) == (None, (), ())
