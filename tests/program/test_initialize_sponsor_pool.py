"""initialize_sponsor_pool: a manufacturer offers to pay its customers' rent, on its own terms."""

import json

import pytest

from fixtures.fix_program import RIVAL, SOL, World, address_of, rent, with_account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError
from plings.program import PROGRAM_ID, errors, pda
from plings.program.accounts import SponsorPool, Status
from plings.program.events import Event, jsonable
from program.journey import MAKER, registration
from program.sponsors import POOL, POOL_RENT, TERMS, lie_there, opening, pool_of


async def test_pool_is_made_and_its_payer_pays_its_rent_alone(world: World) -> None:
    world.cluster.advance_clock(5)
    receipt = await world.send(opening())
    assert receipt.moved == {address_of("bob"): -POOL_RENT, POOL: POOL_RENT}
    assert rent(8 + 32 + 6 * 8 + 1 + 39) == POOL_RENT
    assert await pool_of(world) == SponsorPool(
        manufacturer=MAKER.account, **TERMS, sponsored_lamports=0, sponsored_count=0, returned_lamports=0
    )
    assert (await world.account(POOL)).owner == PROGRAM_ID
    assert receipt.event == Event(
        "SponsorPoolInitialized",
        {"sponsor_pool": POOL, "manufacturer": MAKER.account, "terms": TERMS, "timestamp": START_UNIX + 5},
    )


async def test_terms_that_an_event_tells_fit_json(world: World) -> None:
    terms = (await world.send(opening())).event.fields["terms"]
    assert json.loads(json.dumps(jsonable(terms))) == TERMS


async def test_authority_may_pay_for_it(world: World) -> None:
    receipt = await world.send(opening(payer="maker"))
    assert receipt.moved == {address_of("maker"): -POOL_RENT, POOL: POOL_RENT}


@pytest.mark.parametrize("name", ["payer", "authority"])
async def test_both_sign(world: World, name: str) -> None:
    await world.refused(errors.AccountRefused, with_account(opening(), name, signer=False))


@pytest.mark.parametrize("stranger", ["mallory", "maker treasury", "rival", "platform authority"])
async def test_stranger_is_refused(world: World, stranger: str) -> None:
    await world.send(registration(RIVAL))
    theft = opening(payer=stranger, authority=address_of(stranger))
    await world.refused(errors.NotManufacturerAuthority, theft)


async def test_pool_is_at_its_own_manufacturers_address(world: World) -> None:
    await world.send(registration(RIVAL))
    astray = with_account(opening(), "sponsor_pool", pda.sponsor_pool_address(RIVAL.account))
    await world.refused(TransactionError, astray)


@pytest.mark.parametrize(
    "terms",
    [
        {"per_item_lamports": 0},
        {"minimum_value_lamports": 2, "maximum_value_lamports": 1},
        {"minimum_value_lamports": 1, "maximum_value_lamports": 0},
        {"minimum_value_lamports": 2**64 - 1, "maximum_value_lamports": 2**64 - 2},
    ],
)
async def test_terms_that_pay_for_nothing_are_refused(world: World, terms: dict[str, int]) -> None:
    await world.refused(errors.InvalidSponsorTerms, opening(**terms))


@pytest.mark.parametrize("bounds", [(0, 0), (1, 1), (0, 2**64 - 1), (2**64 - 1, 2**64 - 1)])
async def test_bounds_may_be_one_value_and_any(world: World, bounds: tuple[int, int]) -> None:
    terms = dict(zip(("minimum_value_lamports", "maximum_value_lamports"), bounds, strict=True))
    await world.send(opening(per_item_lamports=2**64 - 1, **terms))
    pool = await pool_of(world)
    assert (pool.minimum_value_lamports, pool.maximum_value_lamports) == bounds


async def test_manufacturer_has_one_pool(world: World) -> None:
    await world.send(opening())
    await world.refused_as_taken(opening(payer="carol"))


async def test_manufacturers_have_their_own(world: World) -> None:
    await world.send(registration(RIVAL))
    await world.send(opening(), opening(RIVAL))
    assert [(await pool_of(world, maker)).manufacturer for maker in (MAKER, RIVAL)] == [MAKER.account, RIVAL.account]


@pytest.mark.parametrize("lamports", [1, POOL_RENT - 1, POOL_RENT, 10 * SOL])
async def test_lamports_on_its_address_do_not_block_it(world: World, lamports: int) -> None:
    """They are the pool's."""
    lie_there(world, POOL, lamports)
    await world.send(opening())
    assert await world.lamports(POOL) == max(lamports, POOL_RENT)


@pytest.mark.parametrize("status", Status)
async def test_pool_can_be_made_whatever_the_status(world: World, status: Status) -> None:
    """It pays for payments alone, and those are for the active."""
    await world.send(world.change_of_maker(status=status))
    await world.send(opening())
