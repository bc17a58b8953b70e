"""Disputes that the chain alone settles, or does not: on the real program."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from chain.people import keypair_for
from chain.token_2022 import create_token_account
from cli.market import FLOOR, PRICE
from logs.trade import Telling, Trade
from plings.chain import Past
from plings.disputes import Claim, Grade, Limits, Resolution, Sources, Standing, resolve
from plings.identity import ClassPointer, ScanUrl
from plings.logs import create_checkpoint, find_proof
from plings.objects import find_object, pay
from plings.program import instructions as ix
from plings.program.accounts import Tier
from plings.program.instructions import ProvedLeaf
from plings.program.interface import TOKEN_PROGRAM_ID
from plings.program.pda import mint_address, payment_address, token_account_address
from plings.promotions import find_promotion
from plings.proofs import included

CAROL = keypair_for("carol")


async def asked(trade: Trade, wallet: Keypair, code: ScanUrl | None = None, cluster: Any = None) -> Resolution:
    claim = Claim(code or trade.code(), bytes(wallet.pubkey()))
    return await resolve(claim, Sources(cluster or trade.cluster), limits=Limits(chain=5))


async def is_proved_to_be(trade: Trade, owner: Keypair, by: str, code: ScanUrl | None = None) -> Resolution:
    """The owner is told so, and everybody else is not."""
    for wallet in (trade.alice, trade.bob, CAROL):
        resolution = await asked(trade, wallet, code)
        verdict = resolution.verdict
        assert verdict.standing is (Standing.OWNER if wallet == owner else Standing.NOT_OWNER)
        assert (verdict.grade, verdict.by, verdict.owner) == (Grade.PROVED, by, bytes(owner.pubkey()))
        assert verdict.reasons[0] == f"{owner.pubkey()} owns it"
        assert resolution.chain.said and resolution.chain.said.slot and not resolution.chain.faults
    return resolution


async def test_buyer_of_the_first_payment_owns_it(trade: Trade) -> None:
    await trade.paid(2, trade.code(3))
    await trade.paid(1)
    trade.alice, trade.bob = trade.bob, trade.alice
    await trade.paid(2)
    resolution = await is_proved_to_be(trade, trade.bob, "log")
    assert resolution.chain.said and resolution.chain.said.log and resolution.chain.said.log.claim
    (proof,) = resolution.chain.said.log.claim
    assert proof.leaf.number == 2 and proof.head.count == 5
    assert included(proof.head.root, proof.leaf.hash, 2, 5, proof.inclusion)
    assert "leaf 2, the first payment, makes the owner" in resolution.verdict.reasons


async def test_who_was_given_it_owns_it(trade: Trade) -> None:
    await trade.paid(2)
    await trade.given()
    resolution = await is_proved_to_be(trade, trade.bob, "log")
    assert "leaf 0 is the first payment, and leaf 2, a gift, makes the owner" in resolution.verdict.reasons[-1]


async def test_nobody_owns_what_nobody_paid_for(trade: Trade) -> None:
    await trade.paid(1, trade.code(3))
    verdict = (await asked(trade, trade.alice)).verdict
    assert (verdict.standing, verdict.grade, verdict.owner) == (Standing.NOT_OWNER, Grade.PROVED, None)
    assert verdict.reasons[0] == "nobody owns it"


async def test_an_account_outranks_the_log(trade: Trade) -> None:
    await trade.paid(1)
    await pay(trade.cluster, trade.code(), trade.bob, PRICE, tier=Tier.OBJECT)
    resolution = await is_proved_to_be(trade, trade.bob, "account")
    assert resolution.chain.said and resolution.chain.said.log is None


def moved(mint: Pubkey, source: Pubkey, to: Pubkey, owner: Pubkey, *, checked: bool) -> Instruction:
    """What a wallet or a marketplace does with an NFT, without the program."""
    writable = [
        AccountMeta(source, is_signer=False, is_writable=True),
        AccountMeta(to, is_signer=False, is_writable=True),
    ]
    signer = AccountMeta(owner, is_signer=True, is_writable=False)
    amount = (1).to_bytes(8, "little")
    if not checked:
        return Instruction(TOKEN_PROGRAM_ID, bytes([3]) + amount, [*writable, signer])
    between = [writable[0], AccountMeta(mint, is_signer=False, is_writable=False), writable[1]]
    return Instruction(TOKEN_PROGRAM_ID, bytes([12]) + amount + bytes([0]), [*between, signer])


async def hands_over(trade: Trade, giver: Keypair, taker: Keypair, *, checked: bool = True) -> None:
    mint = mint_address(payment_address(trade.code()))
    source, to = (token_account_address(one.pubkey(), mint) for one in (giver, taker))
    opening = create_token_account(giver.pubkey(), taker.pubkey(), mint)
    handing = moved(mint, source, to, giver.pubkey(), checked=checked)
    await trade.cluster.send([opening, handing], [giver])


@pytest.mark.parametrize("checked", [True, False])
async def test_the_holder_of_the_nft_owns_it_however_it_moved(trade: Trade, checked: bool) -> None:
    await pay(trade.cluster, trade.code(), trade.alice, PRICE, tier=Tier.OBJECT)
    await hands_over(trade, trade.alice, trade.bob, checked=checked)
    await is_proved_to_be(trade, trade.bob, "account")
    await hands_over(trade, trade.bob, CAROL, checked=checked)
    await is_proved_to_be(trade, CAROL, "account")


async def test_an_nft_that_is_not_found_leaves_it_open(trade: Trade) -> None:
    await pay(trade.cluster, trade.code(), trade.alice, PRICE, tier=Tier.OBJECT)
    await hands_over(trade, trade.alice, CAROL)
    forgetful = Telling(trade.cluster, lambda told: [])
    verdict = (await asked(trade, trade.bob, cluster=forgetful)).verdict
    assert (verdict.standing, verdict.owner) == (Standing.UNRESOLVED, None)
    assert "names its token account" in verdict.to_settle[0]
    # hers is looked at, since she says so
    assert (await asked(trade, CAROL, cluster=forgetful)).verdict.standing is Standing.OWNER


async def test_a_burnt_nft_is_nobody_s(trade: Trade) -> None:
    await pay(trade.cluster, trade.code(), trade.alice, PRICE, tier=Tier.OBJECT)
    mint = mint_address(payment_address(trade.code()))
    source = token_account_address(trade.alice.pubkey(), mint)
    named = [
        AccountMeta(source, False, True),
        AccountMeta(mint, False, True),
        AccountMeta(trade.alice.pubkey(), True, False),
    ]
    await trade.cluster.send(
        [Instruction(TOKEN_PROGRAM_ID, bytes([8]) + (1).to_bytes(8, "little"), named)], [trade.alice]
    )
    verdict = (await asked(trade, trade.alice)).verdict
    assert (verdict.standing, verdict.grade, verdict.owner) == (Standing.NOT_OWNER, Grade.PROVED, None)


async def test_a_slot_is_its_owner_s_unless_somebody_paid_before(trade: Trade) -> None:
    await slot_of(trade, trade.alice)
    resolution = await is_proved_to_be(trade, trade.alice, "log")
    assert resolution.chain.said and resolution.chain.said.slot_account
    code = trade.code(3)
    trade.alice, trade.bob = trade.bob, trade.alice
    await trade.paid(1, code)
    await slot_of(trade, trade.bob, code, opening=False)
    await is_proved_to_be(trade, trade.alice, "log", code)


async def slot_of(trade: Trade, buyer: Keypair, code: ScanUrl | None = None, *, opening: bool = True) -> None:
    code, key = code or trade.code(), Keypair.from_seed(trade.market.actors.identity.node.key).pubkey()
    batch = ix.create_shared_batch_account(payer=buyer.pubkey(), path=code.path, identity_key=key)
    payment = ix.handle_batch_payment(buyer=buyer.pubkey(), code=code, amount_lamports=12_000_000, identity_key=key)
    await trade.cluster.send([*([batch] if opening else []), payment], [buyer])


async def claimed(trade: Trade, claimant: Keypair, number: int) -> None:
    """A promotion that shows leaf `number` alone."""
    trade.cluster.advance_clock(86_400)
    await create_checkpoint(trade.cluster, trade.bob, trade.log)
    proof = await find_proof(trade.cluster, trade.code(), number)
    shown = ProvedLeaf(proof.leaf, proof.checkpoint.checkpoint_id, proof.inclusion)
    key, maker = claimant.pubkey(), Keypair.from_seed(trade.market.actors.identity.node.key)
    claiming = ix.promote_to_object(
        payer=key, claimant=key, code=trade.code(), identity_key=maker.pubkey(), shown=shown
    )
    await trade.cluster.send([claiming], [claimant])


async def test_a_promotion_that_leaves_something_out(trade: Trade) -> None:
    """Until its time is over the log's owner can still show it; afterwards nobody can."""
    await trade.paid(1)
    trade.alice, trade.bob = trade.bob, trade.alice
    await trade.paid(1)
    await claimed(trade, trade.alice, 1)
    resolution = await is_proved_to_be(trade, trade.bob, "log")
    assert "plings promotion challenge" in resolution.verdict.cautions[0]
    promotion = await find_promotion(trade.cluster, trade.code())
    assert promotion
    trade.cluster.advance_clock(promotion.final_at_unix - await trade.cluster.clock_unix())
    for wallet in (trade.alice, trade.bob):
        verdict = (await asked(trade, wallet)).verdict
        assert verdict.standing is Standing.UNRESOLVED
        assert "nobody can challenge it any more" in verdict.reasons[-1]


async def test_a_promotion_for_its_owner_changes_nothing(trade: Trade) -> None:
    await trade.paid(1)
    await claimed(trade, trade.alice, 0)
    resolution = await is_proved_to_be(trade, trade.alice, "log")
    assert "the same owner" in resolution.verdict.cautions[0]
    assert (found := await find_object(trade.cluster, trade.code())) and found.is_provisional


async def test_a_counterfeit_is_nobody_s(trade: Trade) -> None:
    code = replace(trade.code(), class_pointer=ClassPointer(b"8 bytes!"))
    verdict = (await asked(trade, trade.alice, code)).verdict
    assert (verdict.standing, verdict.by) == (Standing.NOT_OWNER, "class")


async def test_a_manufacturer_whom_the_cluster_does_not_know_leaves_it_open(trade: Trade) -> None:
    from plings.identity import ClassPath, Identity, Path, make_code

    stranger = make_code(Identity.from_seed(bytes(32), ClassPath("2.4")), Path("2.4.4F.5.2"))
    verdict = (await asked(trade, trade.alice, stranger)).verdict
    assert verdict.standing is Standing.UNRESOLVED
    assert "is it the right cluster?" in verdict.reasons[0]


async def test_a_log_whose_history_is_cut_off_settles_nothing(trade: Trade) -> None:
    """Also not for the owner: an earlier payment may be among what is missing."""
    await trade.paid(3)
    cut = Telling(trade.cluster, lambda told: told[:1])
    for wallet in (trade.alice, trade.bob):
        resolution = await asked(trade, wallet, cluster=cut)
        assert resolution.verdict.standing is Standing.UNRESOLVED
        assert "no leaf 0 to 1 of the 3" in resolution.verdict.reasons[0]
        assert resolution.chain.said and resolution.chain.said.log and resolution.chain.said.log.head.count == 3


async def test_a_slot_alone_settles_nothing(trade: Trade) -> None:
    await slot_of(trade, trade.alice)
    cut = Telling(trade.cluster, lambda told: [])
    verdict = (await asked(trade, trade.alice, cluster=cut)).verdict
    assert verdict.standing is Standing.UNRESOLVED
    assert any(f"in slot 1, as {trade.alice.pubkey()}'s" in reason for reason in verdict.reasons)


class Slow(Telling):
    """Its accounts come at once, its history does not come."""

    async def history(self, address: Pubkey) -> AsyncIterator[Past]:
        await asyncio.sleep(30)
        return
        yield


async def test_a_log_that_takes_too_long_leaves_what_the_accounts_say(trade: Trade) -> None:
    await trade.paid(1)
    claim = Claim(trade.code(), bytes(trade.alice.pubkey()))
    slow = Slow(trade.cluster, lambda told: told)
    resolution = await resolve(claim, Sources(slow), limits=Limits(chain=0.2))
    assert resolution.verdict.standing is Standing.UNRESOLVED
    assert resolution.seconds < 2 and 0.2 <= resolution.chain.seconds < 2
    log = resolution.chain.said and resolution.chain.said.log
    assert log and log.failure and log.failure.rule == "slow"


async def test_without_any_source_nothing_is_settled(trade: Trade) -> None:
    resolution = await resolve(Claim(trade.code(), bytes(32)), Sources())
    assert resolution.verdict.standing is Standing.UNRESOLVED
    assert [fault.rule for fault in (*resolution.chain.faults, *resolution.index.faults)] == ["not_asked"] * 2


async def test_an_account_that_comes_up_meanwhile_outranks_the_log(trade: Trade) -> None:
    await trade.paid(1)

    class Meanwhile(Telling):
        async def history(self, address: Pubkey) -> AsyncIterator[Past]:
            async for past in self._cluster.history(address):
                yield past
            if await find_object(trade.cluster, trade.code()) is None:
                await pay(trade.cluster, trade.code(), trade.bob, FLOOR, tier=Tier.OBJECT)

    verdict = (await asked(trade, trade.alice, cluster=Meanwhile(trade.cluster, list))).verdict
    assert (verdict.standing, verdict.by, verdict.owner) == (Standing.NOT_OWNER, "account", bytes(trade.bob.pubkey()))
