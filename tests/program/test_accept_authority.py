"""accept_authority: whom it was offered to takes it, once."""

from fixtures.fix_program import World, address_of
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.events import Event
from program.journey import HEIR, PLATFORM


async def test_authority_is_taken_over(world: World) -> None:
    before = await world.config()
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    receipt = await world.send(ix.accept_authority(new_authority=HEIR.pubkey()))
    after = await world.config()
    assert {**vars(before), "authority": HEIR.pubkey()} == vars(after)
    assert receipt.moved == {}
    assert receipt.event == Event(
        "AuthorityTransferred",
        {"previous_authority": PLATFORM.pubkey(), "authority": HEIR.pubkey(), "timestamp": START_UNIX},
    )
    await world.refused(errors.NotPlatformAuthority, ix.pause(authority=PLATFORM.pubkey()))
    await world.send(ix.pause(authority=HEIR.pubkey()))


async def test_nobody_takes_what_was_offered_to_nobody(world: World) -> None:
    for name in ("mallory", "platform authority"):
        await world.refused(errors.NotPendingAuthority, ix.accept_authority(new_authority=address_of(name)))


async def test_stranger_takes_no_offer_of_somebody_else(world: World) -> None:
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    await world.refused(errors.NotPendingAuthority, ix.accept_authority(new_authority=address_of("mallory")))


async def test_offer_is_taken_once(world: World) -> None:
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    await world.send(ix.accept_authority(new_authority=HEIR.pubkey()))
    await world.refused(errors.NotPendingAuthority, ix.accept_authority(new_authority=HEIR.pubkey()))
