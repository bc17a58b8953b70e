"""commit_batch: a manufacturer anchors a printed batch's root, as its identity key signed it, once and for ever."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from chain.people import pay
from fixtures.fix_program import (
    RIVAL,
    SIGNATURE_FEE,
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
from plings.commitments import BatchCommitment, InstanceRanges
from plings.errors import ClusterError, TransactionError
from plings.identity import class_pointer
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import MOST_ITEMS, PrintedBatch, Status, printed_batch_space
from plings.program.events import Event
from program.journey import MAKER, registration
from program.printed import PRINTED_AT, TEN, TEN_THOUSAND, Printed, anchor

LARGEST = 81_024


async def test_batch_is_anchored(world: World) -> None:
    receipt = await world.send(*TEN.commit(payer=address_of("bob")))
    commitment = TEN.commitment
    assert await TEN.anchored(world) == PrintedBatch(
        manufacturer=MAKER.account,
        class_pointer=commitment.class_pointer,
        batch=22,
        root=commitment.root,
        item_count=10,
        claimed_count=0,
        created_at_unix=PRINTED_AT,
        claims=bytes(2),
    )
    assert receipt.moved == {address_of("bob"): -rent(112 + 2), TEN.address: rent(112 + 2)}
    assert receipt.event == Event(
        "BatchCommitted",
        {
            "printed_batch": TEN.address,
            "manufacturer": MAKER.account,
            "path_to_batch": "2.3.2.P",
            "class_pointer": commitment.class_pointer.text,
            "root": list(commitment.root),
            "item_count": 10,
            "created_at_unix": PRINTED_AT,
            "timestamp": START_UNIX,
        },
    )


async def test_ten_thousand_items_cost_no_more_than_1100_lamports_each(world: World) -> None:
    receipt = await world.send(*TEN_THOUSAND.commit())
    total = receipt.moved[TEN_THOUSAND.address] + 3 * SIGNATURE_FEE
    assert total == 10_385_400
    assert total <= 10_000 * 1_100


async def test_largest_batch_fills_what_a_program_can_make(world: World) -> None:
    assert MOST_ITEMS == LARGEST
    assert printed_batch_space(LARGEST) == 10_240
    largest = claiming(instances=InstanceRanges(((0, LARGEST - 1),)))
    await world.send(*largest)
    anchored = PrintedBatch.decode((await world.account(TEN.address)).data)
    assert (anchored.item_count, len(anchored.claims)) == (LARGEST, 10_128)


async def test_one_item_more_is_refused(world: World) -> None:
    await world.refused(errors.InvalidItems, *claiming(instances=InstanceRanges(((0, LARGEST),))))


async def test_numbers_with_gaps_are_counted(world: World) -> None:
    batch = Printed("2.P", "0-7,100,200-201,2147483647", (100,))
    await anchor(world, batch)
    assert (await batch.anchored(world)).item_count == 12


def claiming(authority: Pubkey | None = None, sign: Any = MAKER.identity.node.sign, **others: Any) -> list[Instruction]:
    """A commitment like TEN's with other members, signed by the maker, or by `sign`."""
    said: dict[str, Any] = {
        "batch": "2.3.2.P",
        "instances": TEN.ranges,
        "root": TEN.commitment.root,
        "created_at_unix": PRINTED_AT,
        "identity_key": MAKER.identity.public_key,
        **others,
    }
    commitment = BatchCommitment.make(sign=sign, **said)
    signer = authority or MAKER.authority.pubkey()
    return [ix.check_commitment(commitment), ix.commit_batch(payer=signer, authority=signer, commitment=commitment)]


def said(**others: Any) -> Instruction:
    """commit_batch with other words than were signed."""
    commitment = TEN.commitment
    argument: dict[str, Any] = {
        "batch": commitment.batch,
        "class_pointer": list(commitment.class_pointer.value),
        "instances": [{"first": first, "last": last} for first, last in commitment.instances.ranges],
        "root": list(commitment.root),
        "created_at_unix": commitment.created_at_unix,
        **others,
    }
    return with_arguments(TEN.commit()[1], commitment=argument)


@pytest.mark.parametrize("stranger", ["mallory", "rival", "platform authority"])
async def test_stranger_anchors_nothing(world: World, stranger: str) -> None:
    """Nor with a true signature, which is in the manifest for all to read."""
    await world.refused(errors.NotManufacturerAuthority, *TEN.commit(authority=address_of(stranger)))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_manufacturer_must_be_active(world: World, status: Status, error: type[TransactionError]) -> None:
    await world.send(world.change_of_maker(status=status))
    await world.refused(error, *TEN.commit())


async def test_authority_alone_anchors_nothing(world: World) -> None:
    """A thief of the authority's key has not the identity key, which is where codes are printed."""
    check, commit = TEN.commit()
    await world.refused(errors.CommitmentUnsigned, commit)
    await world.refused(errors.CommitmentUnsigned, commit, check)
    await world.refused(errors.CommitmentUnsigned, check, pay(keypair_for("bob"), address_of("carol"), 1), commit)


@pytest.mark.parametrize("name", ["maker", "mallory", "rival"])
async def test_signature_by_another_key_is_refused(world: World, name: str) -> None:
    key, message = keypair_for(name), TEN.commitment.message
    forged = ix.check_signature(key.pubkey(), bytes(key.sign_message(message)), message)
    await world.refused(errors.CommitmentUnsigned, forged, TEN.commit()[1])


@pytest.mark.parametrize(
    "others",
    [
        {"root": list(bytes(32))},
        {"instances": [{"first": 0, "last": 10}]},
        {"instances": [{"first": 0, "last": 8}]},
        {"instances": [{"first": 1, "last": 9}]},
        {"created_at_unix": PRINTED_AT + 1},
        {"batch": "2.3.2.Q"},
        {"batch": "2.3.2.2P"},
    ],
    ids=str,
)
async def test_what_was_not_signed_is_refused(world: World, others: dict[str, Any]) -> None:
    commit = said(**others)
    if "batch" in others:
        number = {"2.3.2.Q": 23, "2.3.2.2P": 80}[others["batch"]]
        address = pda.printed_batch_address(MAKER.account, TEN.commitment.class_pointer, number)
        commit = with_account(commit, "printed_batch", address)
    await world.refused(errors.CommitmentUnsigned, TEN.commit()[0], commit)
    await world.send(TEN.commit()[0], said())


async def test_one_signature_anchors_one_batch(world: World) -> None:
    check, commit = TEN.commit()
    other = Printed("2.Q").commit()[1]
    await world.refused(errors.CommitmentUnsigned, check, commit, other)
    await world.refused(errors.CommitmentUnsigned, check, other)


async def test_two_signatures_in_one_check_are_refused(world: World) -> None:
    """Which of them was looked at is nobody's guess."""
    check, commit = TEN.commit()
    fields = list(struct.unpack_from("<7H", check.data, 2))
    for place in (0, 2, 4):
        fields[place] += 14
    twice = bytes([2, 0]) + 2 * struct.pack("<7H", *fields) + bytes(check.data[16:])
    await world.refused(errors.CommitmentUnsigned, Instruction(check.program_id, twice, []), commit)


@pytest.mark.parametrize(
    ("batch", "error"),
    [
        ("", errors.InvalidPathLength),
        ("2.3", errors.InvalidPathLength),
        ("2.3" + ".2" * 14, errors.InvalidPathLength),
        ("2.3" + ".222222" * 13 + ".2", errors.InvalidPathLength),
        ("2.3.2.", errors.InvalidSegment),
        ("2.3.2.12", errors.InvalidSegment),
        ("2.3.2.-3", errors.InvalidSegment),
        ("2.3.2.4GmR59", errors.InvalidSegment),
        ("66.3.2.P", errors.InvalidWallet),
        ("2.4.2.P", errors.WrongPrefix),
        ("2.31.2.P", errors.WrongPrefix),
        ("2.3.3.P", errors.InvalidClassPointer),
    ],
)
async def test_bad_path_is_refused(world: World, batch: str, error: type[TransactionError]) -> None:
    await world.refused(error, TEN.commit()[0], said(batch=batch))


async def test_longest_path_of_a_batch_is_taken(world: World) -> None:
    longest = "2.3" + ".222222" * 13
    assert (len(longest), longest.count(".") + 1) == (94, 15)
    await world.send(*claiming(batch=longest))


async def test_pointer_of_another_class_is_refused(world: World) -> None:
    pointer = class_pointer(bytes(MAKER.identity_key), "2.3.3")
    address = pda.printed_batch_address(MAKER.account, pointer, 22)
    swapped = with_account(said(class_pointer=list(pointer.value)), "printed_batch", address)
    await world.refused(errors.InvalidClassPointer, TEN.commit()[0], swapped)


RANGES = {
    "none": [],
    "backwards": [(9, 0)],
    "descending": [(5, 9), (0, 3)],
    "overlapping": [(0, 5), (5, 9)],
    "touching": [(0, 5), (6, 9)],
    "beyond numbers": [(0, 2**31)],
    "beyond 32 bits": [(0, 2**32 - 1)],
    "the last twice": [(2**31 - 1, 2**31 - 1), (2**31 - 1, 2**31 - 1)],
    "too many to sign": [(10**9 + 3 * number, 10**9 + 3 * number + 1) for number in range(25)],
}


@pytest.mark.parametrize("name", RANGES)
async def test_ranges_that_cannot_be_are_refused(world: World, name: str) -> None:
    instances = [{"first": first, "last": last} for first, last in RANGES[name]]
    before = TEN.commit()[:1] if len(instances) < 9 else ()  # the most do not fit a transaction with the check
    await world.refused(errors.InvalidItems, *before, said(instances=instances))


async def test_time_beyond_a_clock_is_refused(world: World) -> None:
    message = TEN.commitment.message.replace(b":1700000000:", f":{2**63}:".encode())
    signature = MAKER.identity.node.sign(message)
    check = ix.check_signature(MAKER.identity_key, signature, message)
    await world.refused(errors.Overflow, check, said(created_at_unix=2**63))


async def test_batch_is_anchored_once(world: World) -> None:
    """Another root in its place would forget what was claimed."""
    await anchor(world, TEN)
    await world.refused_as_taken(*TEN.commit())
    await world.refused_as_taken(*claiming(root=bytes(32)))
    await world.refused_as_taken(*claiming(instances=InstanceRanges(((0, 99),))))


async def test_manufacturer_anchors_no_batch_of_another(world: World) -> None:
    await world.send(registration(RIVAL))
    theft = with_account(TEN.commit(authority=RIVAL.authority.pubkey())[1], "manufacturer", RIVAL.account)
    await world.refused(errors.WrongPrefix, TEN.commit()[0], theft)


@pytest.mark.parametrize("lamports", [1, 10**9])
async def test_lamports_on_its_address_do_not_block_it(world: World, lamports: int) -> None:
    world.put(TEN.address, Account(lamports, SYSTEM_ID, b"", False))
    await anchor(world, TEN)
    assert await world.lamports(TEN.address) == lamports + rent(114)


async def test_fake_sysvar_is_refused(world: World) -> None:
    check, commit = TEN.commit()
    await world.refused(errors.WrongAccount, check, with_account(commit, "instructions", address_of("mallory")))


async def test_anothers_place_is_refused(world: World) -> None:
    check, commit = TEN.commit()
    for address in (Printed("2.Q").address, Printed("3.P").address, address_of("nobody")):
        await world.refused(errors.WrongPrintedBatch, check, with_account(commit, "printed_batch", address))


async def test_payments_go_on_as_before(world: World) -> None:
    """An anchor alone demands nothing."""
    await anchor(world, TEN)
    await world.send(world.payment(TEN.code(0), "alice"))
    assert await TEN.claimed(world) == []


def test_other_accounts_are_no_batches() -> None:
    with pytest.raises(ClusterError, match="holds no PrintedBatch"):
        PrintedBatch.decode(bytes(112))


async def test_claims_are_those_of_its_items(world: World) -> None:
    await anchor(world, TEN)
    data = (await world.account(TEN.address)).data
    for cut in (data[:-1], data + b"\0"):
        with pytest.raises(ClusterError, match="cut short"):
            PrintedBatch.decode(cut)
    batch = PrintedBatch.decode(data[:-2] + bytes([0b101, 0b10]))
    assert [batch.is_claimed(index) for index in range(10)] == [True, False, True, *[False] * 6, True]
    for index in (-1, 10):
        with pytest.raises(IndexError):
            batch.is_claimed(index)
