"""pause: no payment is taken; owners give away and cancel all the same, deposits go back."""

from fixtures.fix_program import SOL, World, address_of, keypair_for
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.events import Event
from program.journey import MAKER, PLATFORM, deposit

PAUSE = ix.pause(authority=PLATFORM.pubkey())


async def test_authority_pauses(world: World) -> None:
    before = await world.config()
    receipt = await world.send(PAUSE)
    assert vars(await world.config()) == {**vars(before), "paused": True}
    assert receipt.moved == {}
    assert receipt.event == Event("ProgramPaused", {"authority": PLATFORM.pubkey(), "timestamp": START_UNIX})


async def test_stranger_cannot_pause(world: World) -> None:
    for name in ("mallory", "maker"):
        await world.refused(errors.NotPlatformAuthority, ix.pause(authority=address_of(name)))


async def test_paused_program_is_not_paused_again(world: World) -> None:
    await world.send(PAUSE)
    await world.refused(errors.Paused, PAUSE)


async def test_no_payment_is_taken_while_paused(world: World) -> None:
    code = await world.listed_by("alice", MAKER.code("2.G.3j"))
    await world.send(PAUSE)
    await world.refused(errors.Paused, world.payment(code, "bob", seller="alice"))
    await world.refused(errors.Paused, world.payment(MAKER.code("2.G.3k"), "bob"))


async def test_everything_that_is_no_payment_works_while_paused(world: World) -> None:
    code = await world.owned_by("alice", MAKER.code("2.G.3j"))
    await world.send(deposit(keypair_for("bob"), pda.payment_address(code), SOL))
    await world.send(PAUSE)
    await world.send(world.offer(code, "alice"))
    await world.send(world.withdrawal(code, "alice"))
    await world.send(world.gift(code, "alice", "bob"))
    await world.send(world.refund(code, "bob", SOL))
    await world.send(world.change_of_maker(price_floor_lamports=5))
    await world.send(world.terms("2.3.2", 5))
    await world.send(world.change_of_config(platform_fee_bps=5))
