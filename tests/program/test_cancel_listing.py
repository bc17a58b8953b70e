"""cancel_listing: the holder takes the offer back, also one that another holder made."""

import pytest

from fixtures.fix_program import SOL, World, address_of, token_account_of
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program.events import Event
from program.journey import MAKER
from program.test_list_for_sale import CODE, move_in_wallet


async def test_owner_cancels(world: World) -> None:
    await world.owned_by("alice", CODE)
    before = await world.object(CODE)
    raw = (await world.account(pda.payment_address(CODE))).data
    await world.send(world.offer(CODE, "alice", 2 * SOL))
    receipt = await world.send(world.withdrawal(CODE, "alice"))
    assert await world.object(CODE) == before
    assert (await world.account(pda.payment_address(CODE))).data == raw
    assert receipt.moved == {}
    assert receipt.event == Event(
        "ListingCancelled",
        {"object": pda.payment_address(CODE), "owner": address_of("alice"), "timestamp": START_UNIX},
    )
    await world.refused(errors.NotForSale, world.payment(CODE, "bob", 2 * SOL, seller="alice"))


async def test_what_is_not_listed_is_not_cancelled(world: World) -> None:
    await world.owned_by("alice", CODE)
    await world.refused(errors.NotForSale, world.withdrawal(CODE, "alice"))
    await world.send(world.offer(CODE, "alice"))
    await world.send(world.withdrawal(CODE, "alice"))
    await world.refused(errors.NotForSale, world.withdrawal(CODE, "alice"))


@pytest.mark.parametrize("thief", ["mallory", "maker", "platform authority"])
async def test_who_does_not_hold_it_cancels_nothing(world: World, thief: str) -> None:
    await world.listed_by("alice", CODE)
    theirs = token_account_of("alice", CODE)
    await world.refused(errors.NotOwner, world.withdrawal(CODE, thief, token_account=theirs))


async def test_nft_of_another_object_cancels_nothing(world: World) -> None:
    other = await world.owned_by("mallory", MAKER.code("2.G.3k"))
    await world.listed_by("alice", CODE)
    theft = world.withdrawal(CODE, "mallory", token_account=token_account_of("mallory", other))
    await world.refused(errors.WrongTokenAccount, theft)


async def test_new_holder_cancels_what_the_old_one_offered(world: World) -> None:
    await world.listed_by("alice", CODE)
    await move_in_wallet(world, "alice", "bob")
    await world.refused(errors.WrongTokenAccount, world.withdrawal(CODE, "alice"))
    await world.send(world.withdrawal(CODE, "bob"))
    cancelled = await world.object(CODE)
    assert (cancelled.owner, cancelled.asking_price_lamports) == (address_of("bob"), None)
