"""open_payment_log: anyone opens one of a manufacturer's payment logs, once."""

import pytest

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, log_of, rent
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import PaymentLog, Status
from plings.program.events import Event
from plings.proofs import Frontier
from program.journey import MAKER, PLATFORM, registration
from program.micro import LAYOUTS, alter

LOG_RENT = rent(LAYOUTS["PaymentLog"]["size"])


async def test_log_is_open_and_empty(world: World) -> None:
    world.cluster.advance_clock(3)
    receipt = await world.send(world.opening())
    assert await world.payment_log() == PaymentLog(
        manufacturer=MAKER.account,
        shard=0,
        manufacturer_lamports=0,
        platform_lamports=0,
        last_leaf_at_unix=0,
        checkpoint_count=0,
        checkpointed_leaf_count=0,
        checkpointed_at_unix=START_UNIX + 3,
        frontier=Frontier(),
    )
    assert receipt.moved == {address_of("bob"): -LOG_RENT, log_of(): LOG_RENT}
    assert receipt.event == Event(
        "PaymentLogOpened",
        {"payment_log": log_of(), "manufacturer": MAKER.account, "shard": 0, "timestamp": START_UNIX + 3},
    )


async def test_log_is_opened_once(logged: World) -> None:
    await logged.refused_as_taken(logged.opening())
    await logged.refused_as_taken(logged.opening(payer="alice"))


async def test_each_manufacturer_has_its_own(logged: World) -> None:
    await logged.send(registration(RIVAL))
    await logged.send(logged.opening(RIVAL))
    assert (await logged.payment_log(RIVAL)).manufacturer == RIVAL.account


async def test_lamports_that_wait_at_its_address_do_not_block_it(world: World) -> None:
    world.put(log_of(), Account(1, SYSTEM_ID, b"", False))
    receipt = await world.send(world.opening())
    assert receipt.moved == {address_of("bob"): 1 - LOG_RENT, log_of(): LOG_RENT - 1}


async def test_opening_takes_no_heed_of_status_or_pause(world: World) -> None:
    await world.send(world.change_of_maker(status=Status.RETIRED))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(world.opening())


@pytest.mark.parametrize("bits", range(9))
async def test_log_beyond_the_number_of_shards_is_refused(world: World, bits: int) -> None:
    await alter(world, MAKER.account, "Manufacturer", shard_bits=bits)
    last = 2**bits - 1
    for beyond in {last + 1, 255} - {last, 256}:
        await world.refused(errors.NoSuchShard, world.opening(shard=beyond))
    receipt = await world.send(world.opening(shard=last))
    assert receipt.event.fields["shard"] == (await world.payment_log(shard=last)).shard == last
