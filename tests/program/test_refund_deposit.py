"""refund_deposit: what a plain transfer left on a payment address goes where the manufacturer says, and no more."""

import hashlib
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import (
    RIVAL,
    SOL,
    SYSTEM_ID,
    World,
    address_of,
    keypair_for,
    rent,
    with_account,
    with_arguments,
)
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import ScanUrl
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, object_space
from plings.program.events import Event
from program.journey import MAKER, PLATFORM, deposit, registration
from program.test_handle_payment import rents

CODE = MAKER.code("2.G.3j")
PAYMENT = pda.payment_address(CODE)
OBJECT_RENT = rent(object_space(CODE.path.text))


def claimed(instruction: Instruction, code: ScanUrl = CODE, **claims: Any) -> Instruction:
    """The same refund with other words on the tag."""
    pointer = list(code.class_pointer.value)
    printed = {"path": code.path.text, "class_pointer": pointer, "address": Pubkey.from_bytes(code.address)}
    lamports = int.from_bytes(instruction.data[-8:], "little")
    return with_arguments(instruction, code={**printed, **claims}, amount_lamports=lamports)


async def deposited(world: World, lamports: int, code: ScanUrl = CODE) -> None:
    await world.send(deposit(keypair_for("bob"), pda.payment_address(code), lamports))


def refunded(lamports: int) -> Event:
    return Event(
        "DepositRefunded",
        {
            "object": PAYMENT,
            "path": CODE.path.text,
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "recipient": address_of("carol"),
            "amount_lamports": lamports,
            "timestamp": START_UNIX,
        },
    )


async def test_deposit_before_the_first_payment_goes_back(world: World) -> None:
    await deposited(world, 2 * SOL)
    receipt = await world.send(world.refund(CODE, "carol", SOL))
    assert receipt.moved == {PAYMENT: -SOL, address_of("carol"): SOL}
    assert receipt.event == refunded(SOL)
    await world.send(world.refund(CODE, "carol", SOL))
    assert await world.cluster.account(PAYMENT) is None


async def test_deposit_after_the_first_payment_goes_back_and_the_rent_stays(world: World) -> None:
    await world.owned_by("alice", CODE)
    before = await world.account(PAYMENT)
    await deposited(world, SOL)
    receipt = await world.send(world.refund(CODE, "carol", SOL))
    assert receipt.moved == {PAYMENT: -SOL, address_of("carol"): SOL}
    assert receipt.event == refunded(SOL)
    assert await world.account(PAYMENT) == before
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", 1))


@pytest.mark.parametrize("lamports", [890_880, OBJECT_RENT - 1, OBJECT_RENT, OBJECT_RENT + 1, 10 * SOL])
async def test_deposit_blocks_no_payment_and_pays_none(world: World, lamports: int) -> None:
    await deposited(world, lamports)
    receipt = await world.send(world.payment(CODE, "alice", SOL))
    assert receipt.moved[address_of("alice")] == -SOL - rents(CODE)
    assert await world.lamports(PAYMENT) == OBJECT_RENT + lamports
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", lamports + 1))
    await world.send(world.refund(CODE, "carol", lamports))
    assert await world.lamports(PAYMENT) == OBJECT_RENT


@pytest.mark.parametrize("lamports", [1, 2, 890_879])
async def test_deposit_below_an_empty_accounts_rent_blocks_nothing_either(world: World, lamports: int) -> None:
    """No transfer makes one today; rents have fallen before, and may again."""
    world.put(PAYMENT, Account(lamports, SYSTEM_ID, b"", False))
    receipt = await world.send(world.payment(CODE, "alice", SOL))
    assert receipt.moved[address_of("alice")] == -SOL - rents(CODE)
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", lamports + 1))
    await world.send(world.refund(CODE, "carol", lamports))


async def test_deposit_survives_a_purchase(world: World) -> None:
    await world.listed_by("alice", CODE)
    await deposited(world, 3 * SOL)
    receipt = await world.send(world.payment(CODE, "bob", seller="alice"))
    assert PAYMENT not in receipt.moved
    await world.send(world.refund(CODE, "carol", 3 * SOL))


async def test_refund_works_whatever_the_manufacturer_is_and_while_paused(world: World) -> None:
    await deposited(world, 2 * SOL)
    await world.send(ix.pause(authority=PLATFORM.pubkey()))
    await world.send(world.change_of_maker(status=Status.COMPROMISED))
    await world.send(world.refund(CODE, "carol", SOL))
    await world.send(world.change_of_maker(status=Status.RETIRED))
    await world.send(world.refund(CODE, "carol", SOL))


async def test_authority_may_name_itself(world: World) -> None:
    """It paid the deposit out of hand already, say."""
    await deposited(world, SOL)
    receipt = await world.send(world.refund(CODE, "maker", SOL))
    assert receipt.moved == {PAYMENT: -SOL, MAKER.authority.pubkey(): SOL}


async def test_refund_to_the_payment_address_itself_is_refused(world: World) -> None:
    await deposited(world, SOL)
    to_itself = with_account(world.refund(CODE, "carol", SOL), "recipient", PAYMENT)
    await world.refused(errors.FrameworkError, to_itself)


async def test_rest_that_no_account_can_hold_is_refused(world: World) -> None:
    await deposited(world, SOL)
    refusal = await world.refused(TransactionRefused, world.refund(CODE, "carol", SOL - 1))
    assert "fewer lamports than its rent" in str(refusal)


@pytest.mark.parametrize("thief", ["mallory", "rival", "alice", "bob", "platform authority", "maker treasury"])
async def test_nobody_else_gets_a_deposit(world: World, thief: str) -> None:
    await deposited(world, SOL)
    theft = with_account(world.refund(CODE, "carol", SOL), "authority", address_of(thief))
    await world.refused(errors.NotManufacturerAuthority, theft)


async def test_other_manufacturer_gets_no_deposit_of_ours(world: World) -> None:
    await world.send(registration(RIVAL))
    await deposited(world, SOL)
    await world.refused(errors.WrongPrefix, world.refund(CODE, "carol", SOL, RIVAL))
    theirs = with_account(world.refund(RIVAL.code("2.G.3j"), "carol", SOL, RIVAL), "object", PAYMENT)
    await world.refused(errors.WrongPaymentAddress, theirs)


async def test_nothing_is_no_refund(world: World) -> None:
    await deposited(world, SOL)
    await world.refused(errors.ZeroAmount, world.refund(CODE, "carol", 0))


@pytest.mark.parametrize("lamports", [SOL + 1, 2**63, 2**64 - 1])
async def test_more_than_the_deposit_is_refused(world: World, lamports: int) -> None:
    await deposited(world, SOL)
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", lamports))
    await world.owned_by("alice", CODE)
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", lamports))


async def test_where_nothing_lies_there_is_nothing_to_refund(world: World) -> None:
    await world.refused(errors.DepositTooSmall, world.refund(CODE, "carol", 1))


async def test_rents_of_mint_and_manufacturer_are_no_deposit(world: World) -> None:
    await world.owned_by("alice", CODE)
    refund = world.refund(CODE, "carol", 1)
    for other in (pda.mint_address(PAYMENT), MAKER.account, pda.config_address(), address_of("alice")):
        await world.refused(errors.ProgramError, with_account(refund, "object", other))


async def test_two_refunds_of_one_deposit_are_one_too_many(world: World) -> None:
    await world.owned_by("alice", CODE)
    await deposited(world, SOL)
    refund = world.refund(CODE, "carol", SOL)
    await world.refused(errors.DepositTooSmall, refund, refund)


@pytest.mark.parametrize("path", ["", "2.3.G", "2.3" + ".2" * 15])
async def test_path_of_wrong_length_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidPathLength, claimed(world.refund(CODE, "carol", 1), path=path))


@pytest.mark.parametrize("path", ["2.3.2.G.13j", "2.3.2.G.", "2.3.2.G.0"])
async def test_path_with_a_bad_segment_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidSegment, claimed(world.refund(CODE, "carol", 1), path=path))


@pytest.mark.parametrize("path", ["1.3.2.G.3j", "A.3.2.G.3j", "66.3.2.G.3j"])
async def test_bad_wallet_is_refused(world: World, path: str) -> None:
    await world.refused(errors.InvalidWallet, claimed(world.refund(CODE, "carol", 1), path=path))


@pytest.mark.parametrize("path", ["2.4.2.G.3j", "2.31.2.G.3j"])
async def test_path_of_another_prefix_is_refused(world: World, path: str) -> None:
    await world.refused(errors.WrongPrefix, claimed(world.refund(CODE, "carol", 1), path=path))


async def test_pointer_of_another_class_is_refused(world: World) -> None:
    await deposited(world, SOL)
    wrong = hashlib.sha256(f"{MAKER.identity_key}:2.3.3".encode()).digest()[:8]
    await world.refused(errors.InvalidClassPointer, claimed(world.refund(CODE, "carol", 1), class_pointer=list(wrong)))


async def test_payment_address_of_another_code_is_refused(world: World) -> None:
    await deposited(world, SOL)
    refund = world.refund(CODE, "carol", SOL)
    await world.refused(errors.WrongPaymentAddress, claimed(refund, path="2.3.2.G.3k"))
    await world.refused(errors.WrongPaymentAddress, claimed(refund, address=address_of("mallory")))
