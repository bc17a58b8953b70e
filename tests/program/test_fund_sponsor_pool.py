"""fund_sponsor_pool: anyone puts lamports into a manufacturer's pool."""

import pytest

from fixtures.fix_program import RIVAL, SOL, SYSTEM_ID, WEALTH, World, address_of, keypair_for, with_account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.program import errors, pda
from plings.program.events import Event
from program.journey import MAKER, deposit, registration
from program.sponsors import CODE, POOL, POOL_RENT, funding, opening, pool_of, sponsored
from program.test_handle_payment import rents


@pytest.fixture
async def pooled(logged: World) -> World:
    """MAKER has a pool with nothing in it."""
    await logged.send(opening())
    return logged


@pytest.mark.parametrize("funder", ["maker", "bob", "mallory", "maker treasury"])
async def test_lamports_go_from_the_funder_to_the_pool(pooled: World, funder: str) -> None:
    pooled.cluster.advance_clock(5)
    before = await pool_of(pooled)
    receipt = await pooled.send(funding(SOL, funder))
    assert receipt.moved == {address_of(funder): -SOL, POOL: SOL}
    assert await pool_of(pooled) == before
    assert receipt.event == Event(
        "SponsorPoolFunded",
        {"sponsor_pool": POOL, "funder": address_of(funder), "amount_lamports": SOL, "timestamp": START_UNIX + 5},
    )


async def test_one_lamport_is_enough_and_all_that_one_has_too(pooled: World) -> None:
    await pooled.send(funding(1))
    await pooled.send(funding(WEALTH, "carol"))
    assert await pooled.lamports(POOL) == POOL_RENT + 1 + WEALTH
    assert await pooled.lamports(address_of("carol")) == 0


async def test_nothing_is_no_funding(pooled: World) -> None:
    await pooled.refused(errors.ZeroAmount, funding(0))


@pytest.mark.parametrize("lamports", [WEALTH + 1, 2**63, 2**64 - 1])
async def test_funder_must_have_the_money(pooled: World, lamports: int) -> None:
    refusal = await pooled.refused(TransactionRefused, funding(lamports, "carol"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)


async def test_funder_signs(pooled: World) -> None:
    await pooled.refused(errors.AccountRefused, with_account(funding(), "funder", signer=False))


async def test_pool_that_is_not_there_takes_nothing(world: World) -> None:
    await world.refused(errors.ProgramError, funding())
    await world.send(deposit(keypair_for("bob"), POOL, SOL))
    await world.refused(errors.ProgramError, funding())


@pytest.mark.parametrize("other", ["manufacturer", "payment log", "object"])
async def test_what_is_no_pool_takes_nothing(pooled: World, other: str) -> None:
    await pooled.owned_by("alice", CODE)
    addresses = {
        "manufacturer": MAKER.account,
        "payment log": pda.payment_log_address(MAKER.account, 0),
        "object": pda.payment_address(CODE),
    }
    await pooled.refused(errors.ProgramError, with_account(funding(), "sponsor_pool", addresses[other]))


async def test_each_pool_is_funded_by_itself(pooled: World) -> None:
    await pooled.send(registration(RIVAL))
    await pooled.send(opening(RIVAL))
    receipt = await pooled.send(funding(SOL, maker=RIVAL))
    assert receipt.moved == {address_of("bob"): -SOL, pda.sponsor_pool_address(RIVAL.account): SOL}


async def test_plain_transfer_is_the_pools_money_too(pooled: World) -> None:
    before = await pool_of(pooled)
    await pooled.send(deposit(keypair_for("bob"), POOL, SOL))
    assert await pool_of(pooled) == before
    assert (await pooled.send(sponsored(CODE, "alice"))).moved[POOL] == -rents(CODE)
