"""update_config: the platform's authority changes what it names, and nothing else."""

from typing import Any

import pytest

from fixtures.fix_program import SYSTEM_ID, World, address_of, rent
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.program import errors
from plings.program import instructions as ix
from plings.program.events import Event

CHANGES: dict[str, Any] = {
    "platform_fee_bps": 250,
    "micro_below_lamports": 7,
    "batch_below_lamports": 10**9,
    "checkpoint_payments": 9,
    "checkpoint_seconds": 10,
    "challenge_seconds": 0,
}


async def test_everything_changes_at_once(world: World) -> None:
    before = await world.config()
    treasury = address_of("bob")
    world.cluster.advance_clock(60)
    receipt = await world.send(world.change_of_config(platform_treasury=treasury, **CHANGES))
    after = await world.config()
    assert {name: getattr(after, name) for name in CHANGES} == CHANGES
    assert after.platform_treasury == treasury
    assert (after.authority, after.pending_authority, after.paused) == (before.authority, None, False)
    assert receipt.moved == {}
    assert receipt.event == Event(
        "ConfigUpdated", {"platform_treasury": treasury, **CHANGES, "timestamp": START_UNIX + 60}
    )


@pytest.mark.parametrize("name", ["platform_treasury", *CHANGES])
async def test_one_thing_changes_alone(world: World, name: str) -> None:
    before = await world.config()
    value = address_of("bob") if name == "platform_treasury" else CHANGES[name]
    await world.send(world.change_of_config(**{name: value}))
    after = await world.config()
    assert getattr(after, name) == value != getattr(before, name)
    assert {**vars(after), name: None} == {**vars(before), name: None}


async def test_nothing_changes_without_changes(world: World) -> None:
    before = await world.config()
    await world.send(world.change_of_config())
    assert await world.config() == before


@pytest.mark.parametrize("stranger", ["mallory", "maker", "platform heir", "platform treasury"])
async def test_stranger_is_refused(world: World, stranger: str) -> None:
    theft = ix.update_config(authority=address_of(stranger), platform_treasury=address_of(stranger))
    await world.refused(errors.NotPlatformAuthority, theft)


@pytest.mark.parametrize("lamports", [0, rent(0) - 1])
async def test_treasury_without_its_rent_is_refused(world: World, lamports: int) -> None:
    world.put(address_of("poor"), Account(lamports, SYSTEM_ID, b"", False))
    await world.refused(errors.TreasuryNotFunded, world.change_of_config(platform_treasury=address_of("poor")))


@pytest.mark.parametrize("fee_bps", [2_501, 10_000, 65_535])
async def test_fee_of_more_than_a_quarter_is_refused(world: World, fee_bps: int) -> None:
    await world.refused(errors.ShareTooHigh, world.change_of_config(platform_fee_bps=fee_bps))
    await world.send(world.change_of_config(platform_fee_bps=2_500))


@pytest.mark.parametrize(
    "changes",
    [
        {"micro_below_lamports": 2, "batch_below_lamports": 1},
        {"micro_below_lamports": 2**64 - 1},
        {"batch_below_lamports": 0},
    ],
)
async def test_thresholds_that_fall_are_refused(world: World, changes: dict[str, int]) -> None:
    await world.refused(errors.InvalidThresholds, world.change_of_config(**changes))


async def test_equal_thresholds_are_in_order(world: World) -> None:
    await world.send(world.change_of_config(micro_below_lamports=2**64 - 1, batch_below_lamports=2**64 - 1))
    await world.send(world.change_of_config(micro_below_lamports=0, batch_below_lamports=0))
