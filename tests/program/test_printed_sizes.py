"""Which payments fit a transaction with the proof of one of ten thousand items, and which need a lookup table."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import pytest
from solders.address_lookup_table_account import AddressLookupTableAccount
from solders.compute_budget import set_compute_unit_limit, set_compute_unit_price
from solders.hash import Hash
from solders.instruction import Instruction
from solders.message import MessageV0
from solders.pubkey import Pubkey
from solders.transaction import VersionedTransaction
from solders.transaction_metadata import TransactionMetadata

from fixtures.fix_program import SOL, World, address_of, keypair_for
from plings.chain import Account
from plings.chain.transaction import MAX_BYTES, unsigned
from plings.errors import TransactionRefused
from plings.program import instructions as ix
from plings.program import pda
from plings.program.interface import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    INSTRUCTIONS_SYSVAR_ID,
    TOKEN_PROGRAM_ID,
)
from program.batches import slot_payment
from program.journey import MAKER, PLATFORM_TREASURY
from program.printed import TEN_THOUSAND, Printed, anchor, demand
from program.sponsors import by_value, sponsored, with_pool

TABLES_ID = Pubkey.from_string("AddressLookupTab1e1111111111111111111111111")
TABLE = address_of("lookup table")
SHARED = [
    pda.config_address(),
    pda.nft_authority_address(),
    INSTRUCTIONS_SYSVAR_ID,
    TOKEN_PROGRAM_ID,
    ASSOCIATED_TOKEN_PROGRAM_ID,
    Pubkey.default(),
    PLATFORM_TREASURY.pubkey(),
    MAKER.treasury.pubkey(),
    MAKER.account,
]
"""What all payments of a manufacturer share: programs that are called by a transaction itself cannot be in a table."""

BATCH = TEN_THOUSAND
BUDGET = [set_compute_unit_limit(200_000), set_compute_unit_price(1)]
DECISION = Path(__file__).resolve().parents[2] / "docs/decisions/0027-printed-batches-on-chain.md"


def ways(batch: Printed, world: World, with_tag: bool) -> dict[str, Instruction]:
    code, both = batch.code(5_000), {"with_proof": True, "with_tag": with_tag}
    return {
        "micro": world.micro_payment(code, "alice", **both),
        "slot": slot_payment(code, "alice", **both),
        "own": world.payment(code, "alice", **both),
        "sponsored": sponsored(code, "alice", **both),
        "by value, micro": by_value(code, "alice", treasuries=None, **both),
        "by value, own": by_value(code, "alice", with_log=False, **both),
        "by value, sponsored": by_value(code, "alice", with_log=False, with_pool=True, **both),
    }


def sent(batch: Printed, way: Instruction, with_tag: bool) -> list[Instruction]:
    tag = ix.check_tag(code=batch.code(5_000), identity_key=MAKER.identity_key)
    return [batch.proof(5_000), *[tag] * with_tag, way]


def compiled(instructions: Sequence[Instruction], tables: Sequence[AddressLookupTableAccount]) -> MessageV0:
    return MessageV0.try_compile(address_of("alice"), [*instructions, *BUDGET], list(tables), Hash.default())


def size(instructions: Sequence[Instruction], *tables: AddressLookupTableAccount) -> int:
    return len(bytes(unsigned(compiled(instructions, tables))))


SIZES = {
    "micro": (995, 1_220, 905, 1_130),
    "slot": (1_028, 1_253, 938, 1_163),
    "own": (1_228, 1_453, 983, 1_208),
    "sponsored": (1_292, 1_517, 1_047, 1_272),
    "by value, micro": (1_103, 1_328, 951, 1_176),
    "by value, own": (1_231, 1_456, 986, 1_211),
    "by value, sponsored": (1_263, 1_488, 1_018, 1_243),
}
"""Bytes without and with a signed tag's check, and both with a table: fourteen hashes, a path of 11 bytes."""


async def test_sizes_are_those_of_the_decision(world: World) -> None:
    table = AddressLookupTableAccount(TABLE, SHARED)
    measured: dict[str, list[int]] = {name: [] for name in SIZES}
    for tables, with_tag in (((), False), ((), True), ((table,), False), ((table,), True)):
        for name, way in ways(BATCH, world, with_tag).items():
            measured[name].append(size(sent(BATCH, way, with_tag), *tables))
    assert len(BATCH.item(5_000).proof) == 14
    assert {name: tuple(sizes) for name, sizes in measured.items()} == SIZES


def test_decision_has_these_sizes() -> None:
    page = DECISION.read_text()
    for name, sizes in SIZES.items():
        row = " | ".join(f"{number:,}" for number in sizes)
        assert f"| {name} | {row} |" in page


def test_what_fits_without_a_table_and_with_one() -> None:
    """A smaller batch's proof is shorter: 4,096 items save 64 bytes."""
    too_large = {name: [number > MAX_BYTES for number in sizes] for name, sizes in SIZES.items()}
    assert [name for name, (plain, *_) in too_large.items() if plain] == ["sponsored", "by value, sponsored"]
    assert [name for name, (*_, plain, _) in too_large.items() if plain] == []
    assert [name for name, (*_, tagged) in too_large.items() if tagged] == ["sponsored", "by value, sponsored"]
    assert max(SIZES["sponsored"][0], *(sizes[3] for sizes in SIZES.values())) - 2 * 32 <= MAX_BYTES


async def test_a_table_serves_the_program(logged: World) -> None:
    """A sponsored payment with its proof, which no transaction without a table holds."""
    await anchor(logged, BATCH)
    await logged.send(demand(logged))
    await with_pool(logged)
    instructions = sent(BATCH, ways(BATCH, logged, False)["sponsored"], False)
    with pytest.raises(TransactionRefused, match="60 more than the 1,232 that fit"):
        await logged.send(*instructions, payer=keypair_for("alice"))
    logged.put(TABLE, Account(SOL, TABLES_ID, _table(SHARED), False))
    svm = logged.cluster._svm
    tables = [AddressLookupTableAccount(TABLE, SHARED)]
    message = MessageV0.try_compile(address_of("alice"), [*instructions, *BUDGET], tables, svm.latest_blockhash())
    landed = svm.send_transaction(VersionedTransaction(message, [keypair_for("alice")]))
    assert isinstance(landed, TransactionMetadata), landed
    assert await BATCH.claimed(logged) == [5_000]
    assert (await logged.object(BATCH.code(5_000))).owner == address_of("alice")


def _table(addresses: Sequence[Pubkey]) -> bytes:
    """An active table's account: kind, no deactivation, extended in slot 0, no authority."""
    head = struct.pack("<IQQBB", 1, 2**64 - 1, 0, 0, 0)
    return head.ljust(56, b"\0") + b"".join(map(bytes, addresses))
