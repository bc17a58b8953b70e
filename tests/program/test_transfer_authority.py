"""transfer_authority: an offer, which its maker can take back, and which changes nobody's rights."""

from fixtures.fix_program import World, address_of
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.events import Event
from program.journey import HEIR, PLATFORM


async def test_authority_is_offered_and_kept(world: World) -> None:
    before = await world.config()
    receipt = await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    after = await world.config()
    assert {**vars(before), "pending_authority": HEIR.pubkey()} == vars(after)
    assert after.authority == PLATFORM.pubkey()
    assert receipt.moved == {}
    assert receipt.event == Event(
        "AuthorityOffered",
        {"authority": PLATFORM.pubkey(), "new_authority": HEIR.pubkey(), "timestamp": START_UNIX},
    )
    await world.refused(errors.NotPlatformAuthority, ix.pause(authority=HEIR.pubkey()))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))


async def test_offer_is_withdrawn(world: World) -> None:
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=None))
    assert (await world.config()).pending_authority is None
    await world.refused(errors.NotPendingAuthority, ix.accept_authority(new_authority=HEIR.pubkey()))


async def test_second_offer_replaces_the_first(world: World) -> None:
    for name in ("bob", "platform heir"):
        await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=address_of(name)))
    await world.refused(errors.NotPendingAuthority, ix.accept_authority(new_authority=address_of("bob")))


async def test_stranger_offers_nothing(world: World) -> None:
    thief = address_of("mallory")
    await world.refused(errors.NotPlatformAuthority, ix.transfer_authority(authority=thief, new_authority=thief))


async def test_whom_it_was_offered_to_cannot_offer_it_on(world: World) -> None:
    await world.send(ix.transfer_authority(authority=PLATFORM.pubkey(), new_authority=HEIR.pubkey()))
    onward = ix.transfer_authority(authority=HEIR.pubkey(), new_authority=address_of("mallory"))
    await world.refused(errors.NotPlatformAuthority, onward)
