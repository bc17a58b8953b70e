"""list_for_sale: the holder of the NFT asks a price; the shares of others stay what they were that day."""

from dataclasses import replace

import pytest

from chain import token_2022
from fixtures.fix_program import RIVAL, SOL, World, address_of, mint_of, token_account_of, with_account
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, OFFER_ENDS, PLATFORM, registration
from program.promotions import WINDOW, final, later, open_log

CODE = MAKER.code("2.G.3j")
PAYMENT = pda.payment_address(CODE)


async def test_owner_lists_at_the_shares_of_today(world: World) -> None:
    await world.owned_by("alice", CODE)
    before = await world.object(CODE)
    world.cluster.advance_clock(3)
    receipt = await world.send(world.offer(CODE, "alice", 2 * SOL))
    listing = {"asking_price_lamports": 2 * SOL, "listed_royalty_bps": 500, "listed_platform_fee_bps": 1_000}
    listing["offer_ends_at_unix"] = OFFER_ENDS
    assert vars(await world.object(CODE)) == {**vars(before), **listing}
    assert receipt.moved == {}
    assert receipt.event == Event(
        "ListedForSale",
        {
            "object": PAYMENT,
            "owner": address_of("alice"),
            "asking_price_lamports": 2 * SOL,
            "ends_at_unix": OFFER_ENDS,
            "royalty_bps": 500,
            "platform_fee_bps": 1_000,
            "timestamp": START_UNIX + 3,
        },
    )


async def test_listing_again_changes_the_price_and_the_shares(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.change_of_maker(royalty_bps=2_500))
    await world.send(world.change_of_config(platform_fee_bps=0))
    await world.send(world.offer(CODE, "alice", 1))
    listed = await world.object(CODE)
    assert (listed.asking_price_lamports, listed.listed_royalty_bps, listed.listed_platform_fee_bps) == (1, 2_500, 0)


async def test_listing_works_whatever_the_manufacturer_is_and_while_paused(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(world.change_of_maker(status=Status.RETIRED))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(world.offer(CODE, "alice"))


async def test_holder_from_a_wallets_transfer_lists(world: World) -> None:
    await world.owned_by("alice", CODE)
    await move_in_wallet(world, "alice", "bob")
    await world.send(world.offer(CODE, "bob", 2 * SOL))
    assert (await world.object(CODE)).owner == address_of("bob")
    await world.send(world.payment(CODE, "carol", 2 * SOL, seller="bob"))


async def test_holder_lists_from_an_account_that_is_not_the_associated_one(world: World) -> None:
    """Wallets may keep an NFT elsewhere; the holder is who the account says."""
    await world.owned_by("alice", CODE)
    await move_in_wallet(world, "alice", "bob")
    other = token_account_of("bob", CODE)
    await world.refused(errors.WrongTokenAccount, world.offer(CODE, "alice"))
    await world.refused(errors.NotOwner, world.offer(CODE, "alice", token_account=other))
    await world.send(world.offer(CODE, "bob", token_account=other))


async def test_price_of_nothing_is_refused(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.refused(errors.ZeroAmount, world.offer(CODE, "alice", 0))


@pytest.mark.parametrize("ends_at_unix", [START_UNIX, START_UNIX - 1, 0, -(2**63)])
async def test_offer_that_has_ended_already_is_refused(world: World, ends_at_unix: int) -> None:
    await world.owned_by("alice", CODE)
    await world.refused(errors.OfferEnded, world.offer(CODE, "alice", ends_at_unix=ends_at_unix))


async def test_offer_stands_until_its_last_second_and_no_longer(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(world.offer(CODE, "alice", ends_at_unix=START_UNIX + 10))
    world.cluster.advance_clock(10)
    await world.refused(errors.NotForSale, world.payment(CODE, "bob", seller="alice"))
    await world.send(world.offer(CODE, "alice", ends_at_unix=START_UNIX + 11))
    await world.send(world.payment(CODE, "bob", seller="alice"))


async def test_old_offer_is_dead_when_the_nft_comes_back(world: World) -> None:
    """What was lent out by a wallet's transfer and returned years later is not for sale at the price of then."""
    await world.owned_by("alice", CODE)
    await world.send(world.offer(CODE, "alice", 1, ends_at_unix=START_UNIX + 10))
    await move_in_wallet(world, "alice", "bob")
    world.cluster.advance_clock(10)
    await move_in_wallet(world, "bob", "alice")
    await world.refused(errors.NotForSale, world.payment(CODE, "mallory", seller="alice"))


async def test_manufacturer_of_another_prefix_sets_no_royalty(world: World) -> None:
    await world.send(registration(RIVAL))
    await world.owned_by("alice", CODE)
    await world.refused(errors.WrongPrefix, world.offer(CODE, "alice", identity_key=RIVAL.identity_key))


async def test_manufacturer_whose_prefix_begins_alike_is_another(world: World) -> None:
    """An object below 2.31 is not MAKER's (2.3), who might ask for less."""
    await world.send(registration(RIVAL))
    theirs = RIVAL.code("2.G.3j")
    to_rival = {"identity_key": RIVAL.identity_key, "manufacturer_treasury": RIVAL.treasury.pubkey()}
    await world.send(world.payment(theirs, "alice", **to_rival))
    await world.refused(errors.WrongPrefix, world.offer(theirs, "alice"))
    await world.send(world.offer(theirs, "alice", identity_key=RIVAL.identity_key))


@pytest.mark.parametrize("thief", ["mallory", "maker", "platform authority"])
async def test_who_does_not_hold_it_cannot_list_it(world: World, thief: str) -> None:
    await world.owned_by("alice", CODE)
    theft = world.offer(CODE, thief, 1, token_account=token_account_of("alice", CODE))
    await world.refused(errors.NotOwner, theft)


async def test_previous_owner_cannot_list_what_was_sold(world: World) -> None:
    await world.listed_by("alice", CODE)
    await world.send(world.payment(CODE, "bob", seller="alice"))
    await world.refused(errors.WrongTokenAccount, world.offer(CODE, "alice"))
    await world.refused(errors.NotOwner, world.offer(CODE, "alice", token_account=token_account_of("bob", CODE)))


async def test_nft_of_another_object_lists_nothing(world: World) -> None:
    other = await world.owned_by("mallory", MAKER.code("2.G.3k"))
    await world.owned_by("alice", CODE)
    theft = world.offer(CODE, "mallory", 1, token_account=token_account_of("mallory", other))
    await world.refused(errors.WrongTokenAccount, theft)


async def test_empty_token_account_lists_nothing(world: World) -> None:
    await world.owned_by("alice", CODE)
    mallory = address_of("mallory")
    await world.send(token_2022.create_token_account(mallory, mallory, mint_of(CODE)))
    await world.refused(errors.WrongTokenAccount, world.offer(CODE, "mallory"))


async def test_what_was_never_paid_is_not_listed(world: World) -> None:
    await world.refused(errors.AccountRefused, world.offer(CODE, "alice"))
    await world.owned_by("alice", MAKER.code("2.G.3k"))
    stolen = token_account_of("alice", MAKER.code("2.G.3k"))
    await world.refused(errors.AccountRefused, world.offer(CODE, "alice", token_account=stolen))
    config = with_account(world.offer(CODE, "alice", token_account=stolen), "object", pda.config_address())
    await world.refused(errors.ProgramError, config)


async def test_provisional_object_is_not_listed(world: World) -> None:
    """Whoever is its owner by what was shown so far: more can be shown."""
    log = await open_log(world)
    await log.claims("alice")
    for _ in range(2):
        for name in ("alice", "mallory"):
            await world.refused(errors.Provisional, world.offer(CODE, name))
        later(world, WINDOW)
    await world.send(final("alice"))
    await world.send(world.offer(CODE, "alice"))


async def test_account_of_another_program_is_not_listed_though_nothing_would_change(world: World) -> None:
    """Its bytes are those that the listing would write, so the runtime has nothing to refuse: an event would be all."""
    await world.listed_by("alice", CODE, 5)
    listed, forged = await world.account(PAYMENT), address_of("forged object")
    world.put(forged, replace(listed, owner=address_of("thief's program")))
    await world.refused(errors.AccountRefused, with_account(world.offer(CODE, "alice", 5), "object", forged))
    await world.send(world.offer(CODE, "alice", 5))
    assert await world.account(PAYMENT) == listed


async def move_in_wallet(world: World, owner: str, new_owner: str) -> None:
    """A plain Token-2022 transfer, of which the program knows nothing."""
    source, to = token_account_of(owner, CODE), token_account_of(new_owner, CODE)
    if not await world.cluster.account(to):
        await world.send(token_2022.create_token_account(address_of(owner), address_of(new_owner), mint_of(CODE)))
    await world.send(token_2022.transfer_one(mint_of(CODE), source, to, address_of(owner)))
