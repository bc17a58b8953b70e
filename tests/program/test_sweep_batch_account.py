"""sweep_batch_account: the slots' shares of the rent go to who paid it, and nothing else does."""

import pytest

from chain.people import pay
from fixtures.fix_program import SOL, SYSTEM_ID, World, address_of, keypair_for, log_of, rent, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from program.batches import (
    BATCH_RENT,
    SLOT_RENT,
    batch_account,
    batch_of,
    batch_opening,
    instance,
    owner_of,
    slot_gift,
    slot_payment,
    slot_sweep,
    with_batch,
)
from program.journey import MAKER, PLATFORM
from program.micro import CODE, alter

BOB = address_of("bob")


@pytest.fixture
async def owing(logged: World) -> World:
    """Bob opened the batch account, alice has paid for three slots."""
    await with_batch(logged)
    await logged.send(*(slot_payment(instance(number)) for number in (158, 159, 160)))
    return logged


async def test_rent_payer_gets_exactly_what_the_slots_paid(owing: World) -> None:
    before = await batch_account(owing)
    owing.cluster.advance_clock(4)
    receipt = await owing.send(slot_sweep())
    assert receipt.moved == {batch_of(): -3 * SLOT_RENT, BOB: 3 * SLOT_RENT}
    assert vars(await batch_account(owing)) == {**vars(before), "rent_owed_lamports": 0}
    assert await owing.lamports(batch_of()) == BATCH_RENT
    assert receipt.event == Event(
        "BatchAccountSwept",
        {
            "batch_account": batch_of(),
            "rent_payer": BOB,
            "amount_lamports": 3 * SLOT_RENT,
            "timestamp": START_UNIX + 4,
        },
    )


async def test_plain_deposit_stays(owing: World) -> None:
    await owing.send(pay(keypair_for("bob"), batch_of(), 12_345))
    await owing.send(slot_sweep())
    assert await owing.lamports(batch_of()) == BATCH_RENT + 12_345
    await owing.refused(errors.NothingOwed, slot_sweep())


async def test_slots_are_sold_on_after_a_sweep(owing: World) -> None:
    await owing.send(slot_sweep())
    await owing.send(slot_payment(instance(199), "carol"))
    assert (await owing.send(slot_sweep())).moved == {batch_of(): -SLOT_RENT, BOB: SLOT_RENT}
    assert await owner_of(owing, CODE) == address_of("alice")


async def test_sweep_touches_no_log(owing: World) -> None:
    before = await owing.account(log_of())
    await owing.send(slot_sweep())
    assert await owing.account(log_of()) == before


async def test_sweep_takes_no_heed_of_status_or_pause(owing: World) -> None:
    await owing.send(owing.change_of_maker(status=Status.COMPROMISED))
    await owing.send(ix.pause(authority=PLATFORM.pubkey()))
    await owing.send(slot_sweep())


async def test_whole_rent_comes_back_and_no_more(logged: World) -> None:
    await with_batch(logged)
    await alter(logged, batch_of(), "BatchAccount", rent_owed_lamports=99 * SLOT_RENT)
    logged.put(batch_of(), await _with_lamports(logged, BATCH_RENT + 99 * SLOT_RENT))
    await logged.send(slot_payment())
    assert (await logged.send(slot_sweep())).moved == {batch_of(): -BATCH_RENT, BOB: BATCH_RENT}


async def test_two_accounts_of_a_batch_are_swept_apart(owing: World) -> None:
    other = instance(58)
    await owing.send(batch_opening(other, payer="carol"), slot_payment(other))
    assert (await owing.send(slot_sweep(other, "carol"))).moved == {
        batch_of(other): -SLOT_RENT,
        address_of("carol"): SLOT_RENT,
    }
    assert (await batch_account(owing)).rent_owed_lamports == 3 * SLOT_RENT


async def test_rent_payer_who_has_nothing_left_is_paid_once_it_makes_an_account(logged: World) -> None:
    """An account must hold the rent of an empty one: what is owed waits until it does."""
    await with_batch(logged)
    logged.put(BOB, None)
    owed = 0
    for number in (158, 159, 160):
        await logged.send(slot_payment(instance(number)))
        owed += SLOT_RENT
        if owed < rent(0):
            with pytest.raises(TransactionError, match="fewer lamports than its rent"):
                await logged.send(slot_sweep())
    assert (await logged.send(slot_sweep())).moved == {batch_of(): -owed, BOB: owed}


async def _with_lamports(world: World, lamports: int) -> Account:
    account = await world.account(batch_of())
    return Account(lamports, account.owner, account.data, False)


# refusals


async def test_account_that_is_owed_nothing_is_not_swept(logged: World) -> None:
    await with_batch(logged)
    await logged.refused(errors.NothingOwed, slot_sweep())


async def test_gift_owes_nothing(owing: World) -> None:
    await owing.send(slot_sweep())
    await owing.send(slot_gift())
    await owing.refused(errors.NothingOwed, slot_sweep())


async def test_nothing_is_swept_twice(owing: World) -> None:
    await owing.refused(errors.NothingOwed, slot_sweep(), slot_sweep())


async def test_rent_goes_to_nobody_but_who_paid_it(owing: World) -> None:
    for thief in (address_of("mallory"), address_of("alice"), MAKER.treasury.pubkey(), log_of(), SYSTEM_ID):
        await owing.refused(errors.WrongAccount, with_account(slot_sweep(), "rent_payer", thief))


async def test_rent_payer_of_one_account_gets_nothing_of_anothers(owing: World) -> None:
    other = instance(58)
    await owing.send(batch_opening(other, payer="mallory"), slot_payment(other))
    await owing.refused(errors.WrongAccount, slot_sweep(CODE, "mallory"))
    await owing.refused(errors.WrongAccount, slot_sweep(other, "bob"))


async def test_late_opener_takes_no_rent_over(owing: World) -> None:
    """Nobody becomes an account's rent payer once it is there."""
    await owing.refused_as_taken(batch_opening(CODE, payer="mallory"))
    await owing.refused(errors.WrongAccount, slot_sweep(CODE, "mallory"))
    await owing.send(pay(keypair_for("mallory"), batch_of(), SOL))
    await owing.refused(errors.WrongAccount, slot_sweep(CODE, "mallory"))
