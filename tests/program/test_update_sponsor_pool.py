"""update_sponsor_pool: the manufacturer's authority changes what its pool pays, and for which payments."""

from typing import Any

import pytest

from fixtures.fix_program import RIVAL, World, address_of, with_account
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, registration
from program.sponsors import (
    CODE,
    LEAST,
    MOST,
    OTHER_CODE,
    POOL,
    change,
    pool_of,
    sponsored,
    with_pool,
)


@pytest.fixture
async def pooled(logged: World) -> World:
    return await with_pool(logged)


async def test_terms_change_and_nothing_else(pooled: World) -> None:
    await pooled.send(sponsored(CODE, "alice"))
    before = await pool_of(pooled)
    pooled.cluster.advance_clock(5)
    terms = {"per_item_lamports": 1, "minimum_value_lamports": 2, "maximum_value_lamports": 3}
    receipt = await pooled.send(change(**terms))
    assert receipt.moved == {}
    assert before.sponsored_count == 1
    assert vars(await pool_of(pooled)) == {**vars(before), **terms}
    assert receipt.event == Event(
        "SponsorPoolUpdated", {"sponsor_pool": POOL, "terms": terms, "timestamp": START_UNIX + 5}
    )


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        ({}, 1),
        ({"per_item_lamports": 2}, 2),
        ({"minimum_value_lamports": LEAST + 1}, None),
        ({"maximum_value_lamports": LEAST, "minimum_value_lamports": 0}, 1),
        ({"maximum_value_lamports": LEAST - 1, "minimum_value_lamports": 0}, None),
    ],
)
async def test_next_payment_is_on_the_new_terms(pooled: World, terms: dict[str, int], paid: int | None) -> None:
    await pooled.send(change(**{"per_item_lamports": 1, **terms}))
    receipt = await pooled.send(sponsored(CODE, "alice", LEAST))
    assert receipt.moved.get(POOL) == (-paid if paid else None)


async def test_change_counts_for_the_next_payment_of_its_own_transaction(pooled: World) -> None:
    first, second = sponsored(CODE, "alice", LEAST), sponsored(OTHER_CODE, "alice", LEAST)
    receipt = await pooled.send(first, change(minimum_value_lamports=LEAST + 1, maximum_value_lamports=MOST), second)
    names = [event.name for event in receipt.events]
    assert names == ["ObjectCreated", "PaymentSponsored", "SponsorPoolUpdated", "MicroPaymentProcessed"]


async def test_authority_signs(pooled: World) -> None:
    await pooled.refused(errors.AccountRefused, with_account(change(), "authority", signer=False))


@pytest.mark.parametrize("stranger", ["mallory", "alice", "maker treasury", "rival", "platform authority"])
async def test_stranger_is_refused(pooled: World, stranger: str) -> None:
    await pooled.refused(errors.NotManufacturerAuthority, change(authority=address_of(stranger)))


async def test_manufacturer_changes_no_other_manufacturers_pool(pooled: World) -> None:
    await with_pool(await registered(pooled), RIVAL)
    theft = with_account(change(RIVAL), "sponsor_pool", POOL)
    await pooled.refused(errors.WrongSponsorPool, theft)
    other = with_account(change(), "sponsor_pool", pda.sponsor_pool_address(RIVAL.account))
    await pooled.refused(errors.WrongSponsorPool, other)
    both = with_account(theft, "manufacturer", MAKER.account)
    await pooled.refused(errors.NotManufacturerAuthority, both)


async def registered(world: World) -> World:
    await world.send(registration(RIVAL))
    return world


@pytest.mark.parametrize(
    "terms",
    [
        {"per_item_lamports": 0},
        {"minimum_value_lamports": MOST + 1},
        {"maximum_value_lamports": LEAST - 1},
        {"maximum_value_lamports": 0},
    ],
)
async def test_terms_that_pay_for_nothing_are_refused(pooled: World, terms: dict[str, Any]) -> None:
    await pooled.refused(errors.InvalidSponsorTerms, change(**terms))


async def test_new_authority_changes_them_and_the_old_one_no_more(pooled: World) -> None:
    await pooled.send(pooled.change_of_maker(new_authority=address_of("carol")))
    await pooled.refused(errors.NotManufacturerAuthority, change())
    await pooled.send(change(authority=address_of("carol")))


@pytest.mark.parametrize("status", Status)
async def test_terms_change_whatever_the_status(pooled: World, status: Status) -> None:
    """They move nothing, and no payment is taken until the manufacturer is active again."""
    await pooled.send(pooled.change_of_maker(status=status))
    assert (await pooled.send(change(per_item_lamports=1))).moved == {}


async def test_pool_that_is_not_there_has_no_terms(world: World) -> None:
    await world.refused(errors.ProgramError, change())
