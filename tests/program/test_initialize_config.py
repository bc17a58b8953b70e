"""initialize_config: the upgrade authority alone makes the one Config."""

import pytest
from solders.instruction import Instruction

from fixtures.fix_program import SOL, SYSTEM_ID, World, address_of, rent, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.chain.loader import LOADER_ID, program_data_bytes
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Config, object_space
from plings.program.events import Event
from program.journey import PLATFORM

CONFIG_BYTES = 8 + 3 * 32 + 2 * 8 + 3 * 4 + 2 + 1 + 1 + 64
OBJECT_RENT = rent(object_space("x" * 16))


def initialization(
    authority: str = "platform authority", fee_bps: int = 1_000, treasury: str = "platform treasury"
) -> Instruction:
    return ix.initialize_config(
        authority=address_of(authority), platform_treasury=address_of(treasury), platform_fee_bps=fee_bps
    )


async def test_upgrade_authority_makes_the_config(deployed: World) -> None:
    receipt = await deployed.send(initialization())
    assert await deployed.config() == Config(
        authority=PLATFORM.pubkey(),
        pending_authority=None,
        platform_treasury=address_of("platform treasury"),
        micro_below_lamports=5 * OBJECT_RENT,
        batch_below_lamports=26 * OBJECT_RENT,
        checkpoint_payments=1_000,
        checkpoint_seconds=86_400,
        challenge_seconds=7 * 86_400,
        platform_fee_bps=1_000,
        paused=False,
    )
    assert receipt.moved == {PLATFORM.pubkey(): -rent(CONFIG_BYTES), pda.config_address(): rent(CONFIG_BYTES)}
    assert receipt.event == Event(
        "ConfigInitialized",
        {
            "authority": PLATFORM.pubkey(),
            "platform_treasury": address_of("platform treasury"),
            "platform_fee_bps": 1_000,
            "micro_below_lamports": 5 * OBJECT_RENT,
            "batch_below_lamports": 26 * OBJECT_RENT,
            "timestamp": START_UNIX,
        },
    )


@pytest.mark.parametrize("fee_bps", [0, 2_500])
async def test_fee_is_at_most_a_quarter(deployed: World, fee_bps: int) -> None:
    await deployed.send(initialization(fee_bps=fee_bps))
    assert (await deployed.config()).platform_fee_bps == fee_bps


@pytest.mark.parametrize("fee_bps", [2_501, 65_535])
async def test_higher_fee_is_refused(deployed: World, fee_bps: int) -> None:
    await deployed.refused(errors.ShareTooHigh, initialization(fee_bps=fee_bps))


async def test_stranger_is_refused(deployed: World) -> None:
    await deployed.refused(errors.NotUpgradeAuthority, initialization("mallory"))


async def test_final_program_has_no_authority_to_initialize_it(deployed: World) -> None:
    _rewrite_program_data(deployed, program_data_bytes(b"", slot=0, upgrade_authority=None))
    await deployed.refused(errors.NotUpgradeAuthority, initialization())
    await deployed.refused(errors.NotUpgradeAuthority, initialization("mallory"))


async def test_key_behind_the_mark_of_no_authority_does_not_count(deployed: World) -> None:
    """The loader leaves the last authority's key behind when a program is made final."""
    data = bytearray(program_data_bytes(b"", slot=0, upgrade_authority=PLATFORM.pubkey()))
    data[12] = 0
    _rewrite_program_data(deployed, bytes(data))
    await deployed.refused(errors.NotUpgradeAuthority, initialization())


@pytest.mark.parametrize("length", [0, 4, 12, 13, 44])
async def test_program_data_cut_short_names_nobody(deployed: World, length: int) -> None:
    data = program_data_bytes(b"", slot=0, upgrade_authority=PLATFORM.pubkey())[:length]
    _rewrite_program_data(deployed, data)
    await deployed.refused(errors.NotUpgradeAuthority, initialization())


@pytest.mark.parametrize("tag", [0, 1, 2, 4])
async def test_account_of_another_kind_names_nobody(deployed: World, tag: int) -> None:
    data = program_data_bytes(b"", slot=0, upgrade_authority=PLATFORM.pubkey())
    _rewrite_program_data(deployed, bytes([tag]) + data[1:])
    await deployed.refused(errors.NotUpgradeAuthority, initialization())


async def test_program_data_of_another_program_is_refused(deployed: World) -> None:
    """Mallory can deploy a program of her own and be its upgrade authority."""
    elsewhere = address_of("program data of mallory")
    data = program_data_bytes(b"", slot=0, upgrade_authority=address_of("mallory"))
    deployed.put(elsewhere, Account(rent(len(data)), LOADER_ID, data, False))
    await deployed.refused(errors.WrongAccount, with_account(initialization("mallory"), "program_data", elsewhere))


async def test_program_data_of_another_owner_is_refused(deployed: World) -> None:
    data = program_data_bytes(b"", slot=0, upgrade_authority=address_of("mallory"))
    deployed.put(pda.program_data_address(), Account(rent(len(data)), address_of("a program"), data, False))
    await deployed.refused(errors.WrongAccount, initialization("mallory"))


@pytest.mark.parametrize("lamports", [0, rent(0) - 1])
async def test_treasury_without_its_rent_is_refused(deployed: World, lamports: int) -> None:
    _put_lamports(deployed, lamports)
    await deployed.refused(errors.TreasuryNotFunded, initialization(treasury="new treasury"))


async def test_treasury_with_its_rent_will_do(deployed: World) -> None:
    _put_lamports(deployed, rent(0))
    await deployed.send(initialization(treasury="new treasury"))
    assert (await deployed.config()).platform_treasury == address_of("new treasury")


async def test_config_is_made_once(world: World) -> None:
    await world.refused_as_taken(initialization(treasury="mallory"))


@pytest.mark.parametrize("lamports", [1, rent(CONFIG_BYTES) - 1, rent(CONFIG_BYTES), 10 * SOL])
async def test_lamports_on_its_address_do_not_block_it(deployed: World, lamports: int) -> None:
    config = pda.config_address()
    deployed.put(config, Account(lamports, SYSTEM_ID, b"", False))
    receipt = await deployed.send(initialization())
    assert (await deployed.config()).authority == PLATFORM.pubkey()
    missing = max(rent(CONFIG_BYTES) - lamports, 0)
    assert receipt.moved == ({PLATFORM.pubkey(): -missing, config: missing} if missing else {})


def _rewrite_program_data(deployed: World, data: bytes) -> None:
    """What the loader says of the program, without its code: LiteSVM runs what it loaded before."""
    deployed.put(pda.program_data_address(), Account(rent(len(data)), LOADER_ID, data, False))


def _put_lamports(deployed: World, lamports: int) -> None:
    deployed.put(address_of("new treasury"), Account(lamports, SYSTEM_ID, b"", False))


async def test_authority_may_be_the_treasury(deployed: World) -> None:
    """A platform of one: its fees come to the wallet that it signs with."""
    await deployed.send(initialization(treasury="platform authority"))
    assert (await deployed.config()).platform_treasury == PLATFORM.pubkey()
