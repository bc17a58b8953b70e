"""What the tests of payment logs share: codes by shard, and accounts with other numbers than they could have."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import Any

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import World, with_arguments
from identity.frozen import FOLDER
from plings.identity import ScanUrl, format_segment
from plings.program.instructions.code_argument import code_argument
from plings.proofs import Leaf
from program.journey import MAKER
from program.leaves import leaf_of

CODE = MAKER.code("2.G.3j")
LAYOUTS: dict[str, dict[str, Any]] = json.loads((FOLDER / "layouts.json").read_text(encoding="ascii"))
MOST_LEAVES = 2**40 - 1


async def alter(world: World, address: Pubkey, name: str, **numbers: int) -> None:
    """Write other numbers into the account of type `name`, by force."""
    account = await world.account(address)
    world.put(address, replace(account, data=altered(account.data, name, **numbers)))


def altered(data: bytes, name: str, **numbers: int) -> bytes:
    """The data of an account of type `name`, with other numbers."""
    changed = bytearray(data)
    for field, number in numbers.items():
        at, size = LAYOUTS[name]["fields"][field]
        changed[at : at + size] = number.to_bytes(size, "little")
    return bytes(changed)


def code_of_first_byte(wanted: Iterable[int]) -> ScanUrl:
    """The code of an object whose address begins with one of these bytes."""
    bytes_wanted = set(wanted)
    codes = (MAKER.code(f"2.G.{format_segment(number)}") for number in count(1))
    return next(code for code in codes if code.address[0] in bytes_wanted)


def printed(code: ScanUrl = CODE, **claims: Any) -> dict[str, Any]:
    """The tag's words as an argument, with others for some of them."""
    return {**code_argument(code), **claims}


def claimed(payment: Instruction, **claims: Any) -> Instruction:
    """The same micro-payment for other words than the tag's."""
    lamports = int.from_bytes(payment.data[-8:], "little")
    return with_arguments(payment, code=printed(**claims), amount_lamports=lamports)


async def leaves_after(world: World, number: int, code: ScanUrl = CODE) -> list[Leaf]:
    """Leaves of `number` micro-payments of alice's, of which no two are alike but in their place."""
    receipts = [await world.send(world.micro_payment(code, "alice", 10_000 + at)) for at in range(number)]
    return [leaf_of(receipt.event) for receipt in receipts]
