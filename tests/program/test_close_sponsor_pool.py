"""close_sponsor_pool: everything on the pool goes to the manufacturer's treasury, and the pool is gone."""

from typing import Any

import pytest

from fixtures.fix_program import RIVAL, SOL, World, address_of, keypair_for, log_of, with_account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError
from plings.program import errors, pda
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, PLATFORM, deposit, registration
from program.sponsors import (
    CODE,
    FUNDS,
    POOL,
    POOL_RENT,
    by_value,
    change,
    closing,
    funding,
    opening,
    pool_has,
    pool_of,
    sponsored,
    with_pool,
)
from program.test_handle_payment import rents

TREASURY = MAKER.treasury.pubkey()


@pytest.fixture
async def pooled(logged: World) -> World:
    return await with_pool(logged)


@pytest.mark.parametrize("lamports", [0, 1, FUNDS])
async def test_all_of_it_goes_to_the_treasury(pooled: World, lamports: int) -> None:
    pooled.cluster.advance_clock(5)
    await pool_has(pooled, lamports)
    everything = POOL_RENT + lamports
    receipt = await pooled.send(closing())
    assert receipt.moved == {POOL: -everything, TREASURY: everything}
    assert await pooled.cluster.account(POOL) is None
    assert receipt.event == Event(
        "SponsorPoolClosed",
        {
            "sponsor_pool": POOL,
            "manufacturer": MAKER.account,
            "amount_lamports": everything,
            "timestamp": START_UNIX + 5,
        },
    )


async def test_treasury_of_the_day_gets_it(pooled: World) -> None:
    await pooled.send(pooled.change_of_maker(treasury=address_of("carol")))
    await pooled.refused(errors.WrongAccount, closing())
    receipt = await pooled.send(closing(manufacturer_treasury=address_of("carol")))
    assert receipt.moved == {POOL: -POOL_RENT - FUNDS, address_of("carol"): POOL_RENT + FUNDS}


REFUSALS = [
    (Status.SUSPENDED, errors.ManufacturerSuspended),
    (Status.COMPROMISED, errors.ManufacturerCompromised),
    (Status.RETIRED, errors.ManufacturerRetired),
]


@pytest.mark.parametrize(("status", "error"), REFUSALS)
async def test_manufacturer_that_is_active_again_has_its_money_back(pooled: World, status: Status, error: Any) -> None:
    """By the platform's word, which alone raises a status."""
    await pooled.send(pooled.change_of_maker(status=status))
    await pooled.refused(error, closing())
    await pooled.refused(errors.StatusNotLowered, pooled.change_of_maker(status=Status.ACTIVE), closing())
    await pooled.send(pooled.change_of_maker(authority=PLATFORM.pubkey(), status=Status.ACTIVE))
    assert (await pooled.send(closing())).moved[TREASURY] == POOL_RENT + FUNDS


@pytest.mark.parametrize(("status", "error"), REFUSALS)
async def test_authority_that_may_be_a_thiefs_closes_nothing(pooled: World, status: Status, error: Any) -> None:
    await pooled.send(pooled.change_of_maker(status=status))
    await pooled.refused(error, closing())
    theft = pooled.change_of_maker(treasury=address_of("mallory"))
    await pooled.refused(error, theft, closing(manufacturer_treasury=address_of("mallory")))


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.COMPROMISED])
async def test_thief_does_not_retire_the_manufacturer_to_close_its_pool(pooled: World, status: Status) -> None:
    """The platform suspends it because its authority's key was stolen."""
    await pooled.send(pooled.change_of_maker(status=status))
    theft = [
        pooled.change_of_maker(status=Status.RETIRED, treasury=address_of("mallory")),
        closing(manufacturer_treasury=address_of("mallory")),
    ]
    await pooled.refused(errors.ManufacturerRetired, *theft)


async def test_authority_signs(pooled: World) -> None:
    await pooled.refused(errors.AccountRefused, with_account(closing(), "authority", signer=False))


@pytest.mark.parametrize("stranger", ["mallory", "alice", "maker treasury", "rival", "platform authority"])
async def test_stranger_is_refused(pooled: World, stranger: str) -> None:
    await pooled.refused(errors.NotManufacturerAuthority, closing(authority=address_of(stranger)))


async def test_manufacturer_closes_no_other_manufacturers_pool(pooled: World) -> None:
    await pooled.send(registration(RIVAL))
    theft = with_account(closing(RIVAL), "sponsor_pool", POOL)
    await pooled.refused(errors.WrongSponsorPool, theft)
    await pooled.refused(errors.NotManufacturerAuthority, with_account(theft, "manufacturer", MAKER.account))


@pytest.mark.parametrize("thief", ["mallory", "maker", "platform treasury"])
async def test_nobody_but_the_treasury_gets_it(pooled: World, thief: str) -> None:
    await pooled.refused(errors.WrongAccount, closing(manufacturer_treasury=address_of(thief)))


async def test_authority_may_be_the_treasury(pooled: World) -> None:
    me = MAKER.authority.pubkey()
    await pooled.send(pooled.change_of_maker(treasury=me))
    assert (await pooled.send(closing(manufacturer_treasury=me))).moved == {
        POOL: -POOL_RENT - FUNDS,
        me: POOL_RENT + FUNDS,
    }


async def test_pool_is_not_closed_into_itself(pooled: World) -> None:
    """A manufacturer's mistake: nothing is lost, and it can name another treasury."""
    await pooled.send(pooled.change_of_maker(treasury=POOL))
    await pooled.refused(TransactionError, closing(manufacturer_treasury=POOL))
    await pooled.send(pooled.change_of_maker(treasury=TREASURY))
    await pooled.send(closing())


async def test_pool_closes_once(pooled: World) -> None:
    await pooled.refused(errors.ProgramError, closing(), closing())
    await pooled.send(closing())
    await pooled.refused(errors.ProgramError, closing())


@pytest.mark.parametrize("use", ["funding", "change", "sponsored", "by value"])
async def test_closed_pool_is_of_no_use_in_the_same_transaction(pooled: World, use: str) -> None:
    """Nor when its rent is put there again in between."""
    instruction = {
        "funding": funding(SOL),
        "change": change(),
        "sponsored": sponsored(CODE, "alice"),
        "by value": by_value(CODE, "alice", with_pool=True),
    }[use]
    await pooled.refused(errors.ProgramError, closing(), instruction)
    revival = deposit(keypair_for("bob"), POOL, SOL)
    await pooled.refused(errors.ProgramError, closing(), revival, instruction)
    await pooled.send(closing(), revival)
    await pooled.refused(errors.ProgramError, instruction)


async def test_revived_lamports_are_nobodys_but_the_next_pools(pooled: World) -> None:
    await pooled.send(closing(), deposit(keypair_for("bob"), POOL, SOL))
    await pooled.refused(errors.ProgramError, closing())
    receipt = await pooled.send(opening(), closing())
    assert receipt.moved == {POOL: -SOL, TREASURY: SOL}


async def test_pool_that_is_made_again_begins_anew_and_nobody_gains(pooled: World) -> None:
    await pooled.send(sponsored(CODE, "alice"))
    left = POOL_RENT + FUNDS - rents(CODE)
    receipt = await pooled.send(closing(), opening())
    assert receipt.moved == {POOL: POOL_RENT - left, TREASURY: left, address_of("bob"): -POOL_RENT}
    pool = await pool_of(pooled)
    assert (pool.sponsored_lamports, pool.sponsored_count, pool.returned_lamports) == (0, 0, 0)


async def test_payment_before_the_closing_is_sponsored(pooled: World) -> None:
    receipt = await pooled.send(sponsored(CODE, "alice"), closing())
    assert receipt.moved[address_of("alice")] == -SOL
    assert receipt.moved[POOL] == -POOL_RENT - FUNDS


@pytest.mark.parametrize("other", ["payment log", "manufacturer", "object"])
async def test_what_is_no_pool_is_not_closed(pooled: World, other: str) -> None:
    await pooled.owned_by("alice", CODE)
    addresses = {"payment log": log_of(), "manufacturer": MAKER.account, "object": pda.payment_address(CODE)}
    await pooled.refused(errors.ProgramError, with_account(closing(), "sponsor_pool", addresses[other]))
