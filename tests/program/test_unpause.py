"""unpause: payments are taken again."""

from fixtures.fix_program import World, address_of
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.events import Event
from program.journey import MAKER, PLATFORM

UNPAUSE = ix.unpause(authority=PLATFORM.pubkey())


async def test_authority_unpauses(world: World) -> None:
    before = await world.config()
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    receipt = await world.send(UNPAUSE)
    assert await world.config() == before
    assert receipt.moved == {}
    assert receipt.event == Event("ProgramUnpaused", {"authority": PLATFORM.pubkey(), "timestamp": START_UNIX})
    await world.owned_by("alice", MAKER.code("2.G.3j"))


async def test_running_program_is_not_unpaused(world: World) -> None:
    await world.refused(errors.NotPaused, UNPAUSE)


async def test_stranger_cannot_unpause(world: World) -> None:
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    for name in ("mallory", "maker"):
        await world.refused(errors.NotPlatformAuthority, ix.unpause(authority=address_of(name)))
