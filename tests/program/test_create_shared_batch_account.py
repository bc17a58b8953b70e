"""create_shared_batch_account: anyone opens the account in which a hundred objects of a batch keep their owners."""

from typing import Any

import pytest

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, keypair_for, with_account, with_arguments
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import BatchAccount, Status
from plings.program.events import Event
from program.batches import (
    BATCH_RENT,
    LAST_INSTANCE,
    SLOT_RENT,
    batch_account,
    batch_of,
    batch_opening,
    instance,
    slot_payment,
    slot_sweep,
)
from program.journey import MAKER, PLATFORM, longest_code, registration
from program.micro import CODE


async def test_account_is_there_and_every_slot_is_free(world: World) -> None:
    world.cluster.advance_clock(3)
    receipt = await world.send(batch_opening())
    assert await batch_account(world) == BatchAccount(
        manufacturer=MAKER.account,
        rent_payer=address_of("bob"),
        slot_rent_lamports=SLOT_RENT,
        rent_owed_lamports=0,
        path_to_batch="2.3.2.G",
        number=1,
        slots=(None,) * 100,
    )
    assert receipt.moved == {address_of("bob"): -BATCH_RENT, batch_of(): BATCH_RENT}
    assert receipt.event == Event(
        "BatchAccountCreated",
        {
            "batch_account": batch_of(),
            "manufacturer": MAKER.account,
            "path_to_batch": "2.3.2.G",
            "number": 1,
            "rent_payer": address_of("bob"),
            "slot_rent_lamports": SLOT_RENT,
            "timestamp": START_UNIX + 3,
        },
    )


def test_a_hundred_slots_pay_the_rent_and_no_lamport_more() -> None:
    assert 100 * SLOT_RENT == BATCH_RENT


async def test_account_is_opened_once_for_all_its_hundred_objects(world: World) -> None:
    await world.send(batch_opening(instance(100)))
    for number in (100, 101, 158, 199):
        await world.refused_as_taken(batch_opening(instance(number)))
        await world.refused_as_taken(batch_opening(instance(number), payer="alice"))
    for number in (99, 200):
        await world.send(batch_opening(instance(number)))


@pytest.mark.parametrize(("number", "account"), [(0, 0), (99, 0), (100, 1), (199, 1), (LAST_INSTANCE, 21_474_836)])
async def test_instance_names_its_account(world: World, number: int, account: int) -> None:
    code = instance(number)
    receipt = await world.send(batch_opening(code))
    assert receipt.event.fields["number"] == (await batch_account(world, code)).number == account


async def test_longest_path_has_its_account(world: World) -> None:
    code = longest_code()
    receipt = await world.send(batch_opening(code))
    batch, _, _ = code.path.text.rpartition(".")
    assert receipt.event.fields["path_to_batch"] == (await batch_account(world, code)).path_to_batch == batch


async def test_longest_path_to_a_batch_has_its_account(world: World) -> None:
    """94 bytes, which leave room for an instance of one digit."""
    code = MAKER.code("222222." * 13 + "2")
    await world.send(batch_opening(code))
    assert len((await batch_account(world, code)).path_to_batch) == 94


async def test_same_batch_of_another_manufacturer_is_another(world: World) -> None:
    """RIVAL's prefix begins with MAKER's, so their paths begin alike, too."""
    await world.send(registration(RIVAL))
    rivals = RIVAL.code("2.G.3j")
    await world.send(batch_opening(), batch_opening(rivals, maker=RIVAL))
    assert batch_of(rivals) != batch_of()
    assert (await batch_account(world, rivals)).manufacturer == RIVAL.account
    assert (await batch_account(world)).manufacturer == MAKER.account


async def test_opening_takes_no_heed_of_status_or_pause(world: World) -> None:
    await world.send(world.change_of_maker(status=Status.COMPROMISED))
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(batch_opening())


@pytest.mark.parametrize("lamports", [1, BATCH_RENT, BATCH_RENT + 1])
async def test_strangers_lamports_neither_block_the_account_nor_pay_its_rent(logged: World, lamports: int) -> None:
    """They stay where they are: the payer pays the whole rent, and gets that back and no more."""
    logged.put(batch_of(), Account(lamports, SYSTEM_ID, b"", False))
    receipt = await logged.send(batch_opening())
    assert receipt.moved == {address_of("bob"): -BATCH_RENT, batch_of(): BATCH_RENT}
    await logged.send(slot_payment())
    await logged.send(slot_sweep())
    assert await logged.lamports(batch_of()) == BATCH_RENT + lamports
    await logged.refused(errors.NothingOwed, slot_sweep())


# refusals


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("", errors.InvalidPathLength),
        ("2.3.G", errors.InvalidPathLength),
        ("2.3" + ".2" * 15, errors.InvalidPathLength),
        ("2.3.2" + ".222222" * 13 + ".22", errors.InvalidPathLength),
        ("2.3.2.G.13j", errors.InvalidSegment),
        ("2.3.2.G.", errors.InvalidSegment),
        ("2.3.2.G.zzzzzz", errors.InvalidSegment),
        ("2.3.2.G.é", errors.InvalidSegment),
        ("1.3.2.G.3j", errors.InvalidWallet),
        ("A.3.2.G.3j", errors.InvalidWallet),
        ("2.31.2.G.3j", errors.WrongPrefix),
        ("2.4.2.G.3j", errors.WrongPrefix),
        ("3.3.2.G.3j", errors.WrongPrefix),
    ],
)
async def test_path_must_be_the_manufacturers(world: World, path: str, error: Any) -> None:
    await world.refused(error, with_arguments(batch_opening(), path=path))


async def test_prefix_that_another_begins_with_opens_nothing_of_the_others(world: World) -> None:
    await world.send(registration(RIVAL))
    rivals = RIVAL.code("2.G.3j")
    await world.refused(errors.WrongPrefix, batch_opening(rivals))
    await world.refused(errors.WrongPrefix, batch_opening(CODE, maker=RIVAL))


async def test_address_must_be_that_of_batch_and_number(world: World) -> None:
    others = [instance(99), instance(200), instance(158, "2.H"), instance(158, "3.G"), instance(158, "2.G.G")]
    for other in others:
        astray = with_account(batch_opening(), "batch_account", batch_of(other))
        await world.refused(errors.WrongBatchAccount, astray)
    for stranger in (address_of("mallory"), pda.config_address()):
        await world.refused(errors.WrongBatchAccount, with_account(batch_opening(), "batch_account", stranger))


async def test_payer_must_have_the_rent(world: World) -> None:
    keypair_for("penniless")
    refusal = await world.refused(TransactionRefused, batch_opening(payer="penniless"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)
