"""The pool at the end of a promotion (`finalize_promotion` with a sponsor): what it pays, and whose rent it then is."""

import pytest

from fixtures.fix_program import TOKEN_ACCOUNT_RENT, World, address_of, rent, token_account_of
from plings.errors import TransactionRefused
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, Tier, object_space
from plings.proofs import Tree
from program.journey import MAKER, PLATFORM
from program.leaves import leaf_of
from program.sponsors import (
    ACCOUNT_OWNER,
    CLOSE_ACCOUNT,
    CODE,
    LEAST,
    POOL,
    authority_to,
    burning,
    closing_tokens,
    pool_of,
    returning,
    with_pool,
)
from program.test_handle_payment import rents

PAYMENT, ALICE = pda.payment_address(CODE), address_of("alice")
FINAL = ix.finalize_promotion(payer=ALICE, owner=ALICE, code=CODE, identity_key=MAKER.identity_key, with_pool=True)
ALONE = ix.finalize_promotion(payer=ALICE, owner=ALICE, code=CODE, identity_key=MAKER.identity_key)


@pytest.fixture
async def claimed(logged: World) -> World:
    """Alice's micro-payment was for an object that the pool pays for; she has claimed its account, at her own cost."""
    await with_pool(logged)
    await logged.send(logged.change_of_config(checkpoint_payments=1, challenge_seconds=0))
    leaf = leaf_of((await logged.send(logged.micro_payment(CODE, "alice", LEAST))).event)
    await logged.send(logged.noted(0))
    tree = Tree([leaf.hash])
    shown = ix.ProvedLeaf(leaf, 0, tuple(tree.inclusion_proof(0)))
    claim = {"code": CODE, "identity_key": MAKER.identity_key, "shown": shown}
    await logged.send(ix.promote_to_object(payer=ALICE, claimant=ALICE, **claim))
    return logged


async def test_pool_pays_the_rents_of_object_and_nft(claimed: World) -> None:
    promotion_rent = await claimed.lamports(pda.promotion_address(PAYMENT))
    receipt = await claimed.send(FINAL)
    assert receipt.moved[POOL] == -rents(CODE)
    assert receipt.moved[ALICE] == rent(object_space(CODE.path.text)) + promotion_rent
    assert (await pool_of(claimed)).sponsored_lamports == rents(CODE)


async def test_rent_of_the_token_account_is_the_pools(claimed: World) -> None:
    await claimed.send(FINAL, burning("alice"))
    await claimed.refused(TransactionRefused, closing_tokens("alice"))
    for kind in (ACCOUNT_OWNER, CLOSE_ACCOUNT):
        await claimed.refused(TransactionRefused, authority_to("alice", kind, ALICE))
    receipt = await claimed.send(returning(CODE, "alice"))
    assert receipt.moved == {token_account_of("alice", CODE): -TOKEN_ACCOUNT_RENT, POOL: TOKEN_ACCOUNT_RENT}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_pool_of_a_manufacturer_that_is_not_active_pays_nothing(
    claimed: World, status: Status, error: type[errors.ProgramError]
) -> None:
    """As for payments: the owner finalizes all the same, and pays."""
    await claimed.send(claimed.change_of_maker(status=status))
    await claimed.refused(error, FINAL)
    await claimed.send(ALONE)


async def test_pool_pays_nothing_while_the_program_is_paused(claimed: World) -> None:
    await claimed.send(ix.pause(authority=PLATFORM.pubkey()))
    await claimed.refused(errors.Paused, FINAL)
    await claimed.send(ALONE)


@pytest.mark.parametrize("tier", [Tier.MICRO, Tier.BATCH])
async def test_pool_pays_nothing_for_a_class_of_a_lower_tier(claimed: World, tier: Tier) -> None:
    await claimed.send(claimed.terms(CODE.path.path_to_pointer, 0, tier=tier))
    await claimed.refused(errors.NotSponsored, FINAL)
    await claimed.send(ALONE)
