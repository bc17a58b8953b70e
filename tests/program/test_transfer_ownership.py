"""transfer_ownership: the holder gives the object away, whatever the manufacturer and the platform say."""

import pytest

from chain import token_2022
from fixtures.fix_program import (
    SOL,
    TOKEN_ACCOUNT_RENT,
    World,
    address_of,
    mint_of,
    token_account_of,
    with_account,
)
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, PLATFORM
from program.promotions import WINDOW, final, later, open_log
from program.test_list_for_sale import CODE, PAYMENT, move_in_wallet


async def test_owner_gives_the_object_away_and_pays_the_rent(world: World) -> None:
    await world.owned_by("alice", CODE)
    before = await world.object(CODE)
    receipt = await world.send(world.gift(CODE, "alice", "bob"))
    assert vars(await world.object(CODE)) == {**vars(before), "owner": address_of("bob")}
    assert (await world.tokens(address_of("alice"), CODE), await world.tokens(address_of("bob"), CODE)) == (0, 1)
    assert receipt.moved == {
        address_of("alice"): -TOKEN_ACCOUNT_RENT,
        token_account_of("bob", CODE): TOKEN_ACCOUNT_RENT,
    }
    assert receipt.event == Event(
        "OwnershipTransferred",
        {
            "object": PAYMENT,
            "previous_owner": address_of("alice"),
            "owner": address_of("bob"),
            "mint": mint_of(CODE),
            "timestamp": START_UNIX,
        },
    )


async def test_token_account_that_is_there_costs_nothing(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(world.gift(CODE, "alice", "bob"))
    assert (await world.send(world.gift(CODE, "bob", "alice"))).moved == {}


async def test_offer_ends_with_the_ownership(world: World) -> None:
    await world.listed_by("alice", CODE, SOL)
    await world.send(world.gift(CODE, "alice", "bob"))
    given = await world.object(CODE)
    assert (given.asking_price_lamports, given.listed_royalty_bps, given.listed_platform_fee_bps) == (None, 0, 0)
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", SOL, seller="bob"))
    await world.send(world.gift(CODE, "bob", "alice"))
    await world.refused(errors.NotForSale, world.payment(CODE, "carol", SOL, seller="alice"))


@pytest.mark.parametrize("status", Status)
async def test_it_works_whatever_the_manufacturer_is_and_while_paused(world: World, status: Status) -> None:
    await world.owned_by("alice", CODE)
    await world.send(world.change_of_maker(status=status))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(world.gift(CODE, "alice", "bob"))
    assert await world.tokens(address_of("bob"), CODE) == 1


async def test_holder_from_a_wallets_transfer_gives_away(world: World) -> None:
    await world.listed_by("alice", CODE)
    await move_in_wallet(world, "alice", "bob")
    await world.refused(errors.WrongTokenAccount, world.gift(CODE, "alice", "carol"))
    await world.send(world.gift(CODE, "bob", "carol"))
    assert (await world.object(CODE)).owner == address_of("carol")


async def test_owner_gives_nothing_to_themselves(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.refused(errors.AlreadyOwner, world.gift(CODE, "alice", "alice"))


async def test_mint_must_be_the_objects(world: World) -> None:
    other = await world.owned_by("alice", MAKER.code("2.G.3k"))
    await world.owned_by("alice", CODE)
    await world.refused(errors.WrongMint, with_account(world.gift(CODE, "alice", "bob"), "mint", mint_of(other)))
    # the other object's NFT, under this object's name
    swap = with_account(world.gift(other, "alice", "bob"), "object", PAYMENT)
    await world.refused(errors.WrongMint, swap)


@pytest.mark.parametrize("thief", ["mallory", "maker", "platform authority"])
async def test_who_does_not_hold_it_gives_nothing_away(world: World, thief: str) -> None:
    await world.owned_by("alice", CODE)
    theft = world.gift(CODE, thief, "bob", token_account=token_account_of("alice", CODE))
    await world.refused(errors.NotOwner, theft)


async def test_token_account_must_hold_the_nft(world: World) -> None:
    other = await world.owned_by("mallory", MAKER.code("2.G.3k"))
    await world.owned_by("alice", CODE)
    theft = world.gift(CODE, "mallory", "bob", token_account=token_account_of("mallory", other))
    await world.refused(errors.WrongTokenAccount, theft)
    mallory = address_of("mallory")
    await world.send(token_2022.create_token_account(mallory, mallory, mint_of(CODE)))
    await world.refused(errors.WrongTokenAccount, world.gift(CODE, "mallory", "bob"))


async def test_provisional_object_is_not_given(world: World) -> None:
    """There is no NFT yet, and whose it will be can still be challenged."""
    log = await open_log(world)
    await log.claims("alice")
    for _ in range(2):
        await world.refused(errors.Provisional, world.gift(CODE, "alice", "bob"))
        later(world, WINDOW)
    await world.send(final("alice"))
    await world.send(world.gift(CODE, "alice", "bob"))


async def test_new_owners_account_must_be_theirs(world: World) -> None:
    """Or the event would say one owner and the NFT be with another."""
    await world.owned_by("alice", CODE)
    mallory = address_of("mallory")
    await world.send(token_2022.create_token_account(mallory, mallory, mint_of(CODE)))
    gift = world.gift(CODE, "alice", "bob")
    for name in ("mallory", "alice"):
        elsewhere = with_account(gift, "new_token_account", token_account_of(name, CODE))
        await world.refused(errors.WrongTokenAccount, elsewhere)


async def test_given_object_is_listed_and_bought(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.send(world.gift(CODE, "alice", "bob"))
    await world.send(world.offer(CODE, "bob"))
    await world.send(world.payment(CODE, "carol", seller="bob"))
    assert await world.tokens(address_of("carol"), CODE) == 1
    assert pda.payment_address(CODE) == PAYMENT
