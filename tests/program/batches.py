"""What the tests of batches share: objects by their number, and the instructions about their slots."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import World, address_of, rent, with_arguments
from plings.identity import ScanUrl, format_segment
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import BatchAccount, Slot, hash_of_address
from program.journey import MAKER, Maker
from program.micro import CODE, printed

BATCH_BYTES = 4_992
BATCH_RENT = rent(BATCH_BYTES)
SLOT_RENT = BATCH_RENT // 100
"""Nothing is left over: a hundred slots pay the rent exactly."""
PRICE = 12_000_000
LAST_INSTANCE = 2**31 - 1


def instance(number: int, below_prefix: str = "2.G", maker: Maker = MAKER) -> ScanUrl:
    """The code of an object of a batch, by its number."""
    return maker.code(f"{below_prefix}.{format_segment(number)}")


def batch_of(code: ScanUrl = CODE) -> Pubkey:
    return pda.batch_account_address(code.path)


def with_address(code: ScanUrl, address: bytes) -> ScanUrl:
    """The same tag with another address on it, as anybody could print it."""
    return replace(code, address=address)


def alike(code: ScanUrl = CODE) -> ScanUrl:
    """The same tag with an address that only begins like the genuine one."""
    return with_address(code, code.address[:8] + bytes(24))


def batch_opening(code: ScanUrl = CODE, payer: str = "bob", maker: Maker = MAKER) -> Instruction:
    return ix.create_shared_batch_account(payer=address_of(payer), path=code.path, identity_key=maker.identity_key)


def slot_payment(code: ScanUrl = CODE, buyer: str = "alice", lamports: int = PRICE, **others: Any) -> Instruction:
    arguments = {"identity_key": MAKER.identity_key, **others}
    return ix.handle_batch_payment(buyer=address_of(buyer), code=code, amount_lamports=lamports, **arguments)


def slot_gift(
    code: ScanUrl = CODE, owner: str = "alice", new_owner: str | Pubkey = "bob", **others: Any
) -> Instruction:
    """`new_owner` is somebody's name, or any address."""
    to = address_of(new_owner) if isinstance(new_owner, str) else new_owner
    arguments = {"identity_key": MAKER.identity_key, **others}
    return ix.transfer_batch_slot(owner=address_of(owner), code=code, new_owner=to, **arguments)


def slot_sweep(code: ScanUrl = CODE, rent_payer: str = "bob") -> Instruction:
    return ix.sweep_batch_account(batch_account=batch_of(code), rent_payer=address_of(rent_payer))


def claimed_gift(gift: Instruction, **claims: Any) -> Instruction:
    """The same gift of another object than the tag's, to bob."""
    return with_arguments(gift, code=printed(**claims), new_owner=address_of("bob"))


async def batch_account(world: World, code: ScanUrl = CODE) -> BatchAccount:
    return BatchAccount.decode((await world.account(batch_of(code))).data)


async def owner_of(world: World, code: ScanUrl = CODE) -> Pubkey | None:
    """Whose the object is by its slot."""
    slot = (await batch_account(world, code)).slot_of(code.path, code.address)
    return slot.owner if slot else None


def owned(code: ScanUrl, owner: str, leaf_number: int = 0) -> Slot:
    return Slot(address_of(owner), leaf_number, hash_of_address(code.address))


async def with_batch(world: World, *codes: ScanUrl) -> World:
    """The same world, in which bob has opened the batch accounts of these objects."""
    for code in codes or (CODE,):
        await world.send(batch_opening(code))
    return world
