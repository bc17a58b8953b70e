"""Signed tags: where they are demanded, the instruction just before a payment checked exactly this tag's signature."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from chain.people import pay
from fixtures.fix_program import RIVAL, SOL, World, address_of, keypair_for, with_account
from plings.chain import Account
from plings.errors import TransactionError
from plings.identity import sign_tag, tag_message
from plings.program import PROGRAM_ID, errors
from plings.program import instructions as ix
from plings.program.accounts import TagDemand
from plings.program.interface import ED25519_PROGRAM_ID
from program.journey import ALICE, BOB, MAKER, longest_code

CODE = MAKER.code("2.G.3j")
MESSAGE = tag_message(CODE.path, CODE.class_pointer, CODE.address)
TAG = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
HERE = 0xFFFF


@pytest.fixture
async def strict(world: World) -> World:
    """MAKER demands signed tags of every class."""
    await world.send(world.change_of_maker(require_signed_tags=True))
    return world


def checks(*pairs: tuple[Keypair, bytes], padding: int = 0) -> Instruction:
    """An Ed25519 instruction that checks each key's own signature of a message."""
    head, body = bytes([len(pairs), padding]), b""
    start = 2 + 14 * len(pairs)
    for key, message in pairs:
        at = start + len(body)
        head += struct.pack("<7H", at + 32, HERE, at, HERE, at + 96, len(message), HERE)
        body += bytes(key.pubkey()) + bytes(key.sign_message(message)) + message
    return Instruction(ED25519_PROGRAM_ID, head + body, [])


def paid(world: World, buyer: str = "alice", **others: Any) -> Instruction:
    return world.payment(CODE, buyer, with_tag=True, **others)


async def test_signed_tag_lets_the_payment_through(strict: World) -> None:
    receipt = await strict.send(TAG, paid(strict))
    assert receipt.event.name == "ObjectCreated"


async def test_purchase_demands_the_tag_too(strict: World) -> None:
    await strict.send(TAG, paid(strict))
    await strict.send(strict.offer(CODE, "alice"))
    await strict.refused(errors.TagSignatureMissing, strict.payment(CODE, "bob", seller="alice"))
    await strict.send(TAG, paid(strict, "bob", seller="alice"))


async def test_longest_tag_fits_a_transaction(strict: World) -> None:
    code = longest_code()
    tag = ix.check_tag(code=code, identity_key=MAKER.identity_key)
    await strict.send(tag, strict.payment(code, "alice", with_tag=True), payer=ALICE)
    await strict.send(strict.offer(code, "alice"))
    await strict.send(tag, strict.payment(code, "bob", seller="alice", with_tag=True), payer=BOB)


async def test_tag_is_looked_at_only_where_it_is_demanded(world: World) -> None:
    await world.send(world.payment(CODE, "alice"))


async def test_other_instructions_may_come_before_the_check(strict: World) -> None:
    first = pay(keypair_for("bob"), address_of("carol"), 1)
    await strict.send(first, TAG, paid(strict), pay(keypair_for("bob"), address_of("carol"), 1))


async def test_missing_check_is_refused(strict: World) -> None:
    await strict.refused(errors.TagSignatureMissing, paid(strict))
    await strict.refused(errors.TagSignatureMissing, strict.payment(CODE, "alice"))


async def test_missing_sysvar_is_a_missing_tag(strict: World) -> None:
    await strict.refused(errors.TagSignatureMissing, TAG, strict.payment(CODE, "alice"))


async def test_check_must_come_just_before(strict: World) -> None:
    between = pay(keypair_for("bob"), address_of("carol"), 1)
    await strict.refused(errors.TagSignatureMissing, TAG, between, paid(strict))
    await strict.refused(errors.TagSignatureMissing, paid(strict), TAG)


async def test_one_check_serves_one_payment(strict: World) -> None:
    """The second payment's instruction before is the first payment."""
    await strict.refused(errors.TagSignatureMissing, TAG, paid(strict), paid(strict), payer=ALICE)


async def test_other_program_checks_nothing(strict: World) -> None:
    memo = Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr")
    spoken = Instruction(memo, b"Ed25519", [])
    await strict.refused(errors.TagSignatureMissing, spoken, paid(strict))
    elsewhere = address_of("ed25519 of mallory")
    strict.put(elsewhere, await strict.account(memo))
    await strict.refused(TransactionError, Instruction(elsewhere, bytes(TAG.data), []), paid(strict))


@pytest.mark.parametrize("what", ["path", "pointer", "address", "shorter", "longer", "empty", "purpose"])
async def test_signature_of_anything_else_is_refused(strict: World, what: str) -> None:
    others = {
        "path": MESSAGE.replace(b"2.G.3j", b"2.G.3k"),
        "pointer": MESSAGE.replace(CODE.class_pointer.text.encode(), b"11111111111"),
        "address": MESSAGE.rpartition(b":")[0] + b":" + str(address_of("mallory")).encode(),
        "shorter": MESSAGE[:-1],
        "longer": MESSAGE + b"1",
        "empty": b"",
        "purpose": MESSAGE.replace(b"plings:1:", b"plings:2:"),
    }
    assert others[what] != MESSAGE
    forged = checks((MAKER.identity_keypair, others[what]))
    await strict.refused(errors.TagSignatureMismatch, forged, paid(strict))


@pytest.mark.parametrize("name", ["maker", "mallory", "alice", "rival"])
async def test_signature_by_another_key_is_refused(strict: World, name: str) -> None:
    await strict.refused(errors.TagSignatureMismatch, checks((keypair_for(name), MESSAGE)), paid(strict))
    rival = checks((RIVAL.identity_keypair, MESSAGE))
    await strict.refused(errors.TagSignatureMismatch, rival, paid(strict))


async def test_forged_signature_fails_at_the_precompile(strict: World) -> None:
    forged = bytearray(TAG.data)
    forged[48] ^= 1
    refusal = await strict.refused(TransactionError, Instruction(ED25519_PROGRAM_ID, bytes(forged), []), paid(strict))
    assert refusal.program_id == ED25519_PROGRAM_ID


async def test_two_signatures_in_one_check_are_refused(strict: World) -> None:
    """Also when one of them is right: which one was looked at is nobody's guess."""
    right, wrong = (MAKER.identity_keypair, MESSAGE), (keypair_for("mallory"), MESSAGE)
    for pairs in ([right, right], [right, wrong], [wrong, right]):
        await strict.refused(errors.TagSignatureMismatch, checks(*pairs), paid(strict))


async def test_check_of_no_signature_is_refused(strict: World) -> None:
    nothing = Instruction(ED25519_PROGRAM_ID, bytes([0, 0]), [])
    await strict.refused(errors.TagSignatureMismatch, nothing, paid(strict))
    none_of_one = Instruction(ED25519_PROGRAM_ID, bytes([0, 0]) + bytes(TAG.data[2:]), [])
    await strict.refused(TransactionError, none_of_one, paid(strict))


async def test_padding_means_nothing(strict: World) -> None:
    await strict.send(checks((MAKER.identity_keypair, MESSAGE), padding=255), paid(strict))


@pytest.mark.parametrize("field", [1, 3, 6])
async def test_offsets_into_another_instruction_are_refused(strict: World, field: int) -> None:
    """The precompile looks where they point: at what Mallory signed, while the bytes here look like the tag's."""
    bytes_here = TAG.data[16:]
    offsets = list(struct.unpack_from("<7H", TAG.data, 2))
    offsets[field] = 0
    pointing = Instruction(ED25519_PROGRAM_ID, bytes([1, 0]) + struct.pack("<7H", *offsets) + bytes_here, [])
    await strict.refused(errors.TagSignatureMismatch, TAG, pointing, paid(strict), payer=ALICE)


async def test_signature_elsewhere_and_the_right_bytes_here_are_refused(strict: World) -> None:
    """Everything that the precompile checks lies in instruction 0 and is Mallory's."""
    mallorys = checks((keypair_for("mallory"), MESSAGE))
    offsets = list(struct.unpack_from("<7H", TAG.data, 2))
    for field in (1, 3, 6):
        offsets[field] = 0
    dressed = Instruction(ED25519_PROGRAM_ID, bytes([1, 0]) + struct.pack("<7H", *offsets) + TAG.data[16:], [])
    await strict.refused(errors.TagSignatureMismatch, mallorys, dressed, paid(strict), payer=ALICE)


async def test_own_index_is_not_this_instruction(strict: World) -> None:
    """It would be, by its number; one spelling is enough."""
    offsets = list(struct.unpack_from("<7H", TAG.data, 2))
    for field in (1, 3, 6):
        offsets[field] = 0
    numbered = Instruction(ED25519_PROGRAM_ID, bytes([1, 0]) + struct.pack("<7H", *offsets) + TAG.data[16:], [])
    await strict.refused(errors.TagSignatureMismatch, numbered, paid(strict))


async def test_bytes_may_lie_in_any_order(strict: World) -> None:
    signature = bytes(MAKER.identity_keypair.sign_message(MESSAGE))
    key = bytes(MAKER.identity_key)
    at = 16
    offsets = struct.pack("<7H", at + len(MESSAGE), HERE, at + len(MESSAGE) + 64, HERE, at, len(MESSAGE), HERE)
    shuffled = Instruction(ED25519_PROGRAM_ID, bytes([1, 0]) + offsets + MESSAGE + signature + key, [])
    await strict.send(shuffled, paid(strict))


async def test_fake_sysvar_is_refused(strict: World) -> None:
    """An account with what the sysvar would hold, if there had been a check."""
    fake = address_of("fake sysvar")
    serialized = _instructions_sysvar([TAG, paid(strict)], current=1)
    for owner in (address_of("mallory"), PROGRAM_ID, Pubkey.from_string("Sysvar1111111111111111111111111111111111111")):
        strict.put(fake, Account(SOL, owner, serialized, False))
        swindle = with_account(paid(strict), "instructions", fake)
        await strict.refused(errors.WrongAccount, swindle)
        await strict.refused(errors.WrongAccount, TAG, swindle)


async def test_class_demands_what_its_manufacturer_does_not(world: World) -> None:
    await world.send(world.terms("2.3.2", 1_000, tag_demand=TagDemand.DEMANDED))
    await world.refused(errors.TagSignatureMissing, world.payment(CODE, "alice"))
    await world.send(world.payment(MAKER.code("3.G.3j"), "alice"))
    await world.send(TAG, paid(world))


async def test_class_waives_what_its_manufacturer_demands(strict: World) -> None:
    await strict.send(strict.terms("2.3.2", 1_000, tag_demand=TagDemand.WAIVED))
    await strict.send(strict.payment(CODE, "alice"))
    await strict.refused(errors.TagSignatureMissing, strict.payment(MAKER.code("3.G.3j"), "alice"))


async def test_class_follows_its_manufacturer(strict: World) -> None:
    await strict.send(strict.terms("2.3.2", 1_000))
    await strict.refused(errors.TagSignatureMissing, strict.payment(CODE, "alice"))
    await strict.send(strict.change_of_maker(require_signed_tags=False))
    await strict.send(strict.payment(CODE, "alice"))


async def test_demand_of_another_class_is_not_borrowed(strict: World) -> None:
    """A class that waives does so for its own objects alone."""
    await strict.send(strict.terms("2.3.3", 0, tag_demand=TagDemand.WAIVED))
    waived = strict.payment(MAKER.code("3.G.3j"), "alice")
    borrowed = with_account(strict.payment(CODE, "alice"), "class_terms", waived.accounts[3].pubkey)
    await strict.refused(errors.WrongClassTerms, borrowed)


async def test_signature_of_the_class_pointer_forged_by_another_address_is_refused(strict: World) -> None:
    """A tag copied to another object's address: the manufacturer never signed that."""
    copied = replace(CODE, address=bytes(address_of("mallory")))
    stolen = replace(copied, signature=CODE.signature)
    await strict.refused(TransactionError, ix.check_tag(code=stolen, identity_key=MAKER.identity_key), paid(strict))
    payment = strict.payment(copied, "alice", with_tag=True)
    await strict.refused(errors.TagSignatureMismatch, TAG, payment)
    signed = replace(copied, signature=sign_tag(MAKER.identity.node, CODE.path, CODE.class_pointer, copied.address))
    await strict.send(ix.check_tag(code=signed, identity_key=MAKER.identity_key), payment)


def _instructions_sysvar(instructions: list[Instruction], current: int) -> bytes:
    """As the runtime serializes them: count, offsets, then metas, program, data of each, and the current index."""
    bodies = []
    for instruction in instructions:
        metas = b"".join(_meta(meta) for meta in instruction.accounts)
        head = struct.pack("<H", len(instruction.accounts)) + metas + bytes(instruction.program_id)
        bodies.append(head + struct.pack("<H", len(instruction.data)) + bytes(instruction.data))
    at = 2 + 2 * len(bodies)
    offsets = []
    for body in bodies:
        offsets.append(struct.pack("<H", at))
        at += len(body)
    return struct.pack("<H", len(bodies)) + b"".join(offsets) + b"".join(bodies) + struct.pack("<H", current)


def _meta(meta: AccountMeta) -> bytes:
    return bytes([meta.is_signer | meta.is_writable << 1]) + bytes(meta.pubkey)
