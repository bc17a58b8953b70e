"""update_manufacturer: its authority changes its terms and lowers its status; the platform sets the status alone."""

from typing import Any

import pytest
from solders.instruction import Instruction

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, rent, with_account, with_arguments
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program.accounts import Status
from plings.program.events import Event
from program.journey import MAKER, PLATFORM
from program.journey import registration as registration_of

NOTHING: dict[str, Any] = {
    "price_floor_lamports": None,
    "royalty_bps": None,
    "require_signed_tags": None,
    "status": None,
}


def by_platform(world: World, **changes: Any) -> Instruction:
    return world.change_of_maker(authority=PLATFORM.pubkey(), **changes)


async def test_authority_changes_everything_at_once(world: World) -> None:
    before = await world.manufacturer()
    world.cluster.advance_clock(5)
    change = world.change_of_maker(
        treasury=address_of("bob"),
        new_authority=address_of("carol"),
        price_floor_lamports=2**64 - 1,
        royalty_bps=2_500,
        require_signed_tags=True,
        status=Status.SUSPENDED,
    )
    receipt = await world.send(change)
    changes = {
        "authority": address_of("carol"),
        "treasury": address_of("bob"),
        "price_floor_lamports": 2**64 - 1,
        "royalty_bps": 2_500,
        "require_signed_tags": True,
        "status": Status.SUSPENDED,
    }
    assert vars(await world.manufacturer()) == {**vars(before), **changes}
    assert receipt.moved == {}
    assert receipt.event == Event(
        "ManufacturerUpdated", {"manufacturer": MAKER.account, **changes, "timestamp": START_UNIX + 5}
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("price_floor_lamports", 0),
        ("royalty_bps", 0),
        ("require_signed_tags", True),
        ("status", Status.RETIRED),
        ("treasury", address_of("bob")),
    ],
)
async def test_one_thing_changes_alone(world: World, name: str, value: Any) -> None:
    before = await world.manufacturer()
    await world.send(world.change_of_maker(**{name: value}))
    assert vars(await world.manufacturer()) == {**vars(before), name: value}


async def test_new_authority_signs_and_the_old_one_has_none_left(world: World) -> None:
    change = world.change_of_maker(new_authority=address_of("carol"))
    await world.refused(errors.AccountRefused, with_account(change, "new_authority", signer=False))
    await world.send(change)
    await world.refused(errors.NotManufacturerAuthority, world.change_of_maker(royalty_bps=0))
    await world.send(world.change_of_maker(authority=address_of("carol"), royalty_bps=0))


@pytest.mark.parametrize("stranger", ["mallory", "maker treasury", "rival"])
async def test_stranger_is_refused(world: World, stranger: str) -> None:
    theft = world.change_of_maker(authority=address_of(stranger), treasury=address_of(stranger))
    await world.refused(errors.NotManufacturerAuthority, theft)
    lowering = world.change_of_maker(authority=address_of(stranger), status=Status.COMPROMISED)
    await world.refused(errors.NotManufacturerAuthority, lowering)


async def test_manufacturer_changes_no_other_manufacturer(world: World) -> None:
    await world.send(registration_of(RIVAL))
    theft = with_account(world.change_of_maker(RIVAL, treasury=address_of("rival")), "manufacturer", MAKER.account)
    await world.refused(errors.NotManufacturerAuthority, theft)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
async def test_authority_lowers_the_status_and_never_raises_it(world: World, before: Status, after: Status) -> None:
    await world.send(by_platform(world, status=before))
    change = world.change_of_maker(status=after)
    if after >= before:
        await world.send(change)
    else:
        await world.refused(errors.StatusNotLowered, change)
    assert (await world.manufacturer()).status == max(before, after)


@pytest.mark.parametrize("before", Status)
@pytest.mark.parametrize("after", Status)
async def test_platform_sets_any_status(world: World, before: Status, after: Status) -> None:
    await world.send(by_platform(world, status=before))
    await world.send(by_platform(world, status=after))
    assert (await world.manufacturer()).status == after


@pytest.mark.parametrize(
    "more",
    [
        {"price_floor_lamports": 1},
        {"royalty_bps": 1},
        {"require_signed_tags": False},
        {"treasury": address_of("platform treasury")},
        {"new_authority": address_of("bob")},
    ],
)
async def test_platform_sets_nothing_but_the_status(world: World, more: dict[str, Any]) -> None:
    await world.refused(errors.NotManufacturerAuthority, by_platform(world, **more))
    await world.refused(errors.NotManufacturerAuthority, by_platform(world, status=Status.RETIRED, **more))


async def test_platform_that_is_also_the_maker_raises_its_status_alone(world: World) -> None:
    await world.send(world.change_of_maker(new_authority=PLATFORM.pubkey(), status=Status.RETIRED))
    await world.refused(errors.StatusNotLowered, by_platform(world, status=Status.ACTIVE, royalty_bps=1))
    await world.send(by_platform(world, royalty_bps=1))
    await world.send(by_platform(world, status=Status.ACTIVE))


@pytest.mark.parametrize("status", [4, 255])
async def test_unknown_status_is_refused(world: World, status: int) -> None:
    for change in (world.change_of_maker(), by_platform(world)):
        unknown = with_arguments(change, changes={**NOTHING, "status": status})
        await world.refused(errors.InvalidStatus, unknown)


@pytest.mark.parametrize("royalty_bps", [2_501, 65_535])
async def test_royalty_of_more_than_a_quarter_is_refused(world: World, royalty_bps: int) -> None:
    await world.refused(errors.ShareTooHigh, world.change_of_maker(royalty_bps=royalty_bps))


@pytest.mark.parametrize("lamports", [0, rent(0) - 1])
async def test_treasury_without_its_rent_is_refused(world: World, lamports: int) -> None:
    world.put(address_of("poor"), Account(lamports, SYSTEM_ID, b"", False))
    await world.refused(errors.TreasuryNotFunded, world.change_of_maker(treasury=address_of("poor")))


async def test_authority_may_be_the_treasury_and_its_own_heir(world: World) -> None:
    me = MAKER.authority.pubkey()
    await world.send(world.change_of_maker(treasury=me, new_authority=me))
    updated = await world.manufacturer()
    assert (updated.authority, updated.treasury) == (me, me)
