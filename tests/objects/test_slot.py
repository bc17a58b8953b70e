"""Slots as a caller of the SDK finds them and gives them away."""

from __future__ import annotations

from dataclasses import replace

import pytest
from solders.pubkey import Pubkey

from batches.slots import take_slot
from cli.market import FLOOR
from logs.trade import Trade
from plings.batches import open_batch_account
from plings.identity import ClassPath, Identity, ScanUrl, make_code
from plings.logs import read_log
from plings.objects import NewLeaf, find_slot, give, pay, transfer_micro_ownership, transfer_slot
from plings.program import errors
from plings.program.accounts import Tier, hash_of_address
from plings.program.pda import payment_address
from plings.proofs import Kind


@pytest.fixture
async def slotted(trade: Trade) -> Trade:
    """A trade in which alice has the slot of its first object."""
    await open_batch_account(trade.cluster, trade.bob, trade.code().path)
    await take_slot(trade.market, trade.code(), trade.alice)
    return trade


async def test_slot_is_found_by_path_and_address(slotted: Trade) -> None:
    slot = await find_slot(slotted.cluster, slotted.code())
    assert slot and (slot.owner, slot.leaf_number) == (slotted.alice.pubkey(), 0)
    assert slot.address_hash == hash_of_address(slotted.code().address)
    assert await find_slot(slotted.cluster, slotted.code(3)) is None
    squatted = make_code(Identity.from_seed(bytes(32), ClassPath("2.3")), slotted.code().path)
    assert await find_slot(slotted.cluster, squatted) is None


async def test_there_is_no_slot_without_its_account(trade: Trade) -> None:
    assert await find_slot(trade.cluster, trade.code()) is None


async def test_slot_is_given_by_a_leaf_that_only_its_owner_can_make(slotted: Trade) -> None:
    bob = slotted.bob.pubkey()
    given = await give(slotted.cluster, slotted.code(), slotted.alice, bob)
    assert isinstance(given, NewLeaf) and given.leaf
    assert (given.payment_log, given.number, given.leaf.kind) == (slotted.log, 1, Kind.SLOT_TRANSFER)
    assert (given.leaf.actor, given.leaf.owner) == (bytes(slotted.alice.pubkey()), bytes(bob))
    slot = await find_slot(slotted.cluster, slotted.code())
    assert slot and slot.owner == bob
    written = await read_log(slotted.cluster, slotted.log)
    assert [leaf.kind for leaf in written] == [Kind.SLOT_PAYMENT, Kind.SLOT_TRANSFER]
    with pytest.raises(errors.NotSlotOwner):
        await give(slotted.cluster, slotted.code(), slotted.alice, bob)
    with pytest.raises(errors.AlreadyOwner):
        await transfer_slot(slotted.cluster, slotted.code(), slotted.bob, bob)
    with pytest.raises(errors.WrongAccount):
        await give(slotted.cluster, slotted.code(), slotted.bob, Pubkey.default())


def made_up(slotted: Trade) -> ScanUrl:
    """A code of the class at the path of instance 4, whose address nobody printed."""
    return replace(slotted.code(4), address=bytes([7]) * 32)


async def test_free_slot_and_another_object_s_are_not_given(slotted: Trade) -> None:
    await take_slot(slotted.market, made_up(slotted), slotted.bob)
    await slotted.paid(1, slotted.code(3))
    await slotted.paid(1, slotted.code(4))
    for instance in (3, 4):
        given = await give(slotted.cluster, slotted.code(instance), slotted.alice, slotted.bob.pubkey())
        assert isinstance(given, NewLeaf) and given.leaf and given.leaf.kind is Kind.TRANSFER
    with pytest.raises(errors.NotSlotOwner):
        await transfer_slot(slotted.cluster, slotted.code(4), slotted.alice, slotted.bob.pubkey())


async def test_who_paid_by_a_leaf_before_the_slot_was_taken_gives_by_a_leaf(slotted: Trade) -> None:
    await slotted.paid(1, slotted.code(5))
    await take_slot(slotted.market, slotted.code(5), slotted.bob)
    with pytest.raises(errors.NotSlotOwner):
        await give(slotted.cluster, slotted.code(5), slotted.alice, slotted.bob.pubkey())
    await transfer_micro_ownership(slotted.cluster, slotted.code(5), slotted.alice, slotted.bob.pubkey())


async def test_account_of_its_own_outranks_the_slot(slotted: Trade) -> None:
    await pay(slotted.cluster, slotted.code(), slotted.bob, FLOOR, tier=Tier.OBJECT)
    given = await give(slotted.cluster, slotted.code(), slotted.bob, slotted.alice.pubkey())
    assert not isinstance(given, NewLeaf)
    assert await slotted.cluster.account(payment_address(slotted.code()))
