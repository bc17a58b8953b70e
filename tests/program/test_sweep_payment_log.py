"""sweep_payment_log: what a log owes goes to the manufacturer and the platform, and nothing else does."""

import pytest

from chain.people import pay
from fixtures.fix_program import RIVAL, SOL, World, address_of, keypair_for, log_of, rent, with_account
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, PLATFORM, PLATFORM_TREASURY, registration
from program.micro import CODE, LAYOUTS, alter

LOG_RENT = rent(LAYOUTS["PaymentLog"]["size"])
MAKER_KEY, PLATFORM_KEY = MAKER.treasury.pubkey(), PLATFORM_TREASURY.pubkey()


@pytest.fixture
async def owing(logged: World) -> World:
    """900,009 lamports to MAKER and 100,001 to the platform, of two payments."""
    for lamports in (SOL // 1_000, 10):
        await logged.send(logged.change_of_maker(price_floor_lamports=1))
        await logged.send(logged.micro_payment(CODE, "alice", lamports))
    return logged


async def test_both_get_exactly_what_they_are_owed(owing: World) -> None:
    before = await owing.payment_log()
    owing.cluster.advance_clock(4)
    receipt = await owing.send(owing.sweep())
    assert receipt.moved == {log_of(): -1_000_010, MAKER_KEY: 900_009, PLATFORM_KEY: 100_001}
    assert vars(await owing.payment_log()) == {**vars(before), "manufacturer_lamports": 0, "platform_lamports": 0}
    assert await owing.lamports(log_of()) == LOG_RENT
    assert receipt.event == Event(
        "PaymentLogSwept",
        {
            "payment_log": log_of(),
            "manufacturer_amount": 900_009,
            "platform_amount": 100_001,
            "timestamp": START_UNIX + 4,
        },
    )


async def test_plain_deposit_stays(owing: World) -> None:
    await owing.send(pay(keypair_for("bob"), log_of(), 12_345))
    await owing.send(owing.sweep())
    assert await owing.lamports(log_of()) == LOG_RENT + 12_345
    await owing.refused(errors.NothingOwed, owing.sweep())


async def test_log_goes_on_after_a_sweep(owing: World) -> None:
    await owing.send(owing.sweep())
    assert (await owing.send(owing.micro_payment(CODE, "alice", 1_000))).event.fields["number"] == 2
    assert (await owing.send(owing.sweep())).moved == {log_of(): -1_000, MAKER_KEY: 900, PLATFORM_KEY: 100}


async def test_sweep_takes_no_heed_of_status_or_pause(owing: World) -> None:
    await owing.send(owing.change_of_maker(status=Status.RETIRED))
    await owing.send(ix.pause(authority=PLATFORM.pubkey()))
    await owing.send(owing.sweep())


async def test_one_treasury_may_be_both(owing: World) -> None:
    await owing.send(owing.change_of_maker(treasury=PLATFORM_KEY))
    receipt = await owing.send(owing.sweep(manufacturer_treasury=PLATFORM_KEY))
    assert receipt.moved == {log_of(): -1_000_010, PLATFORM_KEY: 1_000_010}


async def test_treasury_that_is_the_log_itself_is_refused(owing: World) -> None:
    """A manufacturer's mistake: what is owed waits until it names another."""
    await owing.send(owing.change_of_maker(treasury=log_of()))
    await owing.refused(errors.FrameworkError, owing.sweep(manufacturer_treasury=log_of()))
    await owing.send(owing.change_of_maker(treasury=MAKER_KEY))
    await owing.send(owing.sweep())


@pytest.mark.parametrize("book", ["manufacturer_lamports", "platform_lamports"])
async def test_one_alone_is_paid_alone(owing: World, book: str) -> None:
    await alter(owing, log_of(), "PaymentLog", **{book: 0})
    owed = vars(await owing.payment_log())["manufacturer_lamports" if book[0] == "p" else "platform_lamports"]
    treasury = MAKER_KEY if book[0] == "p" else PLATFORM_KEY
    assert (await owing.send(owing.sweep())).moved == {log_of(): -owed, treasury: owed}


@pytest.mark.parametrize("left_out", ["manufacturer", "platform"])
async def test_treasury_that_is_left_out_is_owed_on(owing: World, left_out: str) -> None:
    shares = {"manufacturer": (MAKER_KEY, 900_009), "platform": (PLATFORM_KEY, 100_001)}
    later_key, later = shares.pop(left_out)
    ((paid, (key, amount)),) = shares.items()
    before = await owing.payment_log()
    receipt = await owing.send(owing.sweep(**{f"{left_out}_treasury": None}))
    assert receipt.moved == {log_of(): -amount, key: amount}
    told = receipt.event.fields
    assert (told[f"{paid}_amount"], told[f"{left_out}_amount"]) == (amount, 0)
    assert vars(await owing.payment_log()) == {**vars(before), f"{paid}_lamports": 0}
    await owing.refused(errors.NothingOwed, owing.sweep(**{f"{left_out}_treasury": None}))
    assert (await owing.send(owing.sweep())).moved == {log_of(): -later, later_key: later}


async def test_treasury_that_cannot_be_paid_holds_up_nobody_else(owing: World) -> None:
    await owing.send(owing.change_of_maker(treasury=log_of()))
    await owing.refused(errors.FrameworkError, owing.sweep(manufacturer_treasury=log_of()))
    assert (await owing.send(owing.sweep(manufacturer_treasury=None))).moved == {
        log_of(): -100_001,
        PLATFORM_KEY: 100_001,
    }


# refusals


async def test_log_that_owes_nothing_is_not_swept(logged: World) -> None:
    await logged.refused(errors.NothingOwed, logged.sweep())
    await logged.send(logged.micro_gift(CODE, "alice", "bob"))
    await logged.refused(errors.NothingOwed, logged.sweep())


async def test_nothing_is_swept_twice(owing: World) -> None:
    await owing.refused(errors.NothingOwed, owing.sweep(), owing.sweep())
    await owing.refused(errors.NothingOwed, owing.sweep(manufacturer_treasury=None, platform_treasury=None))


async def test_treasuries_must_be_those_of_the_accounts(owing: World) -> None:
    for name in ("manufacturer_treasury", "platform_treasury"):
        await owing.refused(errors.WrongAccount, with_account(owing.sweep(), name, address_of("mallory")))
    await owing.refused(
        errors.WrongAccount, owing.sweep(manufacturer_treasury=PLATFORM_KEY, platform_treasury=MAKER_KEY)
    )


async def test_log_of_another_manufacturer_is_not_swept_for_this_one(owing: World) -> None:
    await owing.send(registration(RIVAL))
    await owing.send(owing.opening(RIVAL))
    theft = with_account(owing.sweep(), "manufacturer", RIVAL.account)
    theft = with_account(theft, "manufacturer_treasury", RIVAL.treasury.pubkey())
    await owing.refused(errors.WrongPaymentLog, theft)
    await owing.refused(errors.WrongPaymentLog, with_account(owing.sweep(), "payment_log", log_of(RIVAL)))
