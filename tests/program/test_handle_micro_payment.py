"""handle_micro_payment: a payment that is a leaf of its object's log, and makes no account."""

from typing import Any

import pytest
from solders.pubkey import Pubkey

from chain.people import pay
from fixtures.fix_program import (
    RIVAL,
    SOL,
    SYSTEM_ID,
    World,
    address_of,
    keypair_for,
    log_of,
    with_account,
)
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import class_pointer
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status, TagDemand
from plings.program.events import Event
from plings.proofs import Kind, Leaf, Tree
from program.journey import MAKER, PLATFORM, longest_code, registration
from program.leaves import leaf_of
from program.micro import CODE, MOST_LEAVES, alter, claimed, code_of_first_byte, leaves_after
from program.printed import demand

TAG = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)


async def test_payment_is_a_leaf_and_lies_in_the_log(logged: World) -> None:
    logged.cluster.advance_clock(7)
    before = await logged.payment_log()
    receipt = await logged.send(logged.micro_payment(CODE, "alice", 10_009))
    assert receipt.moved == {address_of("alice"): -10_009, log_of(): 10_009}
    assert receipt.event == Event(
        "MicroPaymentProcessed",
        {
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "buyer": address_of("alice"),
            "payment_amount": 10_009,
            "manufacturer": MAKER.identity_key,
            "timestamp": START_UNIX + 7,
            "transaction_type": "micro_payment",
            "payment_log": log_of(),
            "number": 0,
            "platform_amount": 1_000,
            "manufacturer_amount": 9_009,
        },
    )
    alice = bytes(address_of("alice"))
    leaf = Leaf(
        kind=Kind.PAYMENT,
        payment_log=bytes(log_of()),
        number=0,
        timestamp=START_UNIX + 7,
        actor=alice,
        owner=alice,
        amount_lamports=10_009,
        class_pointer=CODE.class_pointer,
        address=CODE.address,
        path=CODE.path,
    )
    assert leaf_of(receipt.event) == leaf
    changes = {
        "manufacturer_lamports": 9_009,
        "platform_lamports": 1_000,
        "last_leaf_at_unix": START_UNIX + 7,
        "frontier": before.frontier.append(leaf.hash),
    }
    assert vars(await logged.payment_log()) == {**vars(before), **changes}
    assert await logged.cluster.account(pda.payment_address(CODE)) is None


async def test_payments_for_one_object_are_leaves_of_their_own(logged: World) -> None:
    payments = [("alice", 1_000), ("bob", 5_000), ("alice", 1_000)]
    receipts = [await logged.send(logged.micro_payment(CODE, who, lamports)) for who, lamports in payments]
    leaves = [leaf_of(receipt.event) for receipt in receipts]
    assert [leaf.number for leaf in leaves] == [0, 1, 2]
    assert len({leaf.hash for leaf in leaves}) == 3
    log = await logged.payment_log()
    assert log.frontier.root == Tree(leaf.hash for leaf in leaves).root()
    assert (log.leaf_count, log.manufacturer_lamports, log.platform_lamports) == (3, 6_300, 700)


async def test_payments_of_one_transaction_follow_one_another(logged: World) -> None:
    long = longest_code()
    receipt = await logged.send(logged.micro_payment(CODE, "alice"), logged.micro_payment(long, "bob"))
    leaves = [leaf_of(event) for event in receipt.events]
    assert [(leaf.number, leaf.path) for leaf in leaves] == [(0, CODE.path), (1, long.path)]
    assert (await logged.payment_log()).frontier.root == Tree(leaf.hash for leaf in leaves).root()


async def test_programs_root_is_that_of_the_mirror(logged: World) -> None:
    tree = Tree()
    assert (await logged.payment_log()).frontier.root == tree.root()
    for leaf in await leaves_after(logged, 64):
        tree.append(leaf.hash)
    log = await logged.payment_log()
    assert (log.leaf_count, log.frontier.root) == (64, tree.root())


@pytest.mark.parametrize("fee_bps", [0, 1, 2_000])
async def test_split_is_that_of_a_first_payment(logged: World, fee_bps: int) -> None:
    await logged.send(logged.change_of_config(platform_fee_bps=fee_bps))
    event = (await logged.send(logged.micro_payment(CODE, "alice", 99_999))).event
    first = (await logged.send(logged.payment(CODE, "alice", 99_999))).event
    for share in ("platform_amount", "manufacturer_amount"):
        assert event.fields[share] == first.fields[share]


async def test_plain_transfer_to_the_log_is_on_nobodys_books(logged: World) -> None:
    before = await logged.payment_log()
    await logged.send(pay(keypair_for("bob"), log_of(), SOL))
    assert await logged.payment_log() == before


@pytest.mark.parametrize("bits", range(9))
async def test_payment_goes_to_the_shard_of_the_address(world: World, bits: int) -> None:
    await alter(world, MAKER.account, "Manufacturer", shard_bits=bits)
    shard, shards = CODE.address[0] * 2**bits // 256, 2**bits
    await world.send(world.opening(shard=shard))
    payment = world.micro_payment(CODE, "alice", shards=shards)
    assert (await world.send(payment)).event.fields["payment_log"] == log_of(shard=shard)
    if bits:
        other = shard ^ 1
        await world.send(world.opening(shard=other))
        astray = with_account(payment, "payment_log", log_of(shard=other))
        await world.refused(errors.WrongPaymentLog, astray)


async def test_both_ends_of_each_shard_are_its_own(world: World) -> None:
    await alter(world, MAKER.account, "Manufacturer", shard_bits=2)
    for shard in range(4):
        await world.send(world.opening(shard=shard))
        for ends in (range(64 * shard, 64 * shard + 8), range(64 * shard + 56, 64 * shard + 64)):
            code = code_of_first_byte(ends)
            payment = world.micro_payment(code, "alice", shards=4)
            assert (await world.send(payment)).event.fields["payment_log"] == log_of(shard=shard)


# refusals


async def test_paused_program_takes_none(logged: World) -> None:
    await logged.send(ix.pause(authority=PLATFORM.pubkey()))
    await logged.refused(errors.Paused, logged.micro_payment(CODE, "alice"))


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_manufacturer_that_is_not_active_is_paid_nothing(logged: World, status: Status, error: Any) -> None:
    await logged.send(logged.change_of_maker(status=status))
    await logged.refused(error, logged.micro_payment(CODE, "alice"))


async def test_nothing_is_no_payment(logged: World) -> None:
    await logged.send(logged.change_of_maker(price_floor_lamports=0))
    await logged.refused(errors.ZeroAmount, logged.micro_payment(CODE, "alice", 0))
    await logged.send(logged.micro_payment(CODE, "alice", 1))


async def test_log_of_another_manufacturer_is_refused(logged: World) -> None:
    await logged.send(registration(RIVAL))
    await logged.send(logged.opening(RIVAL))
    astray = with_account(logged.micro_payment(CODE, "alice"), "payment_log", log_of(RIVAL))
    await logged.refused(errors.WrongPaymentLog, astray)


async def test_log_that_is_not_open_takes_nothing(world: World) -> None:
    await world.refused(TransactionRefused, world.micro_payment(CODE, "alice"))


@pytest.mark.parametrize("path", ["", "2.3.G", "2.3" + ".2" * 15, "2.3.2" + ".222222" * 13 + ".22"])
async def test_path_of_wrong_length_is_refused(logged: World, path: str) -> None:
    await logged.refused(errors.InvalidPathLength, claimed(logged.micro_payment(CODE, "alice"), path=path))


@pytest.mark.parametrize("path", ["2.3.2.G.13j", "2..2.G.3j", "2.3.2.G.l", "2.3.2.G.3j ", "2.3.2.G.é"])
async def test_path_with_a_bad_segment_is_refused(logged: World, path: str) -> None:
    await logged.refused(errors.InvalidSegment, claimed(logged.micro_payment(CODE, "alice"), path=path))


@pytest.mark.parametrize("path", ["1.3.2.G.3j", "A.3.2.G.3j"])
async def test_bad_wallet_is_refused(logged: World, path: str) -> None:
    await logged.refused(errors.InvalidWallet, claimed(logged.micro_payment(CODE, "alice"), path=path))


@pytest.mark.parametrize("path", ["2.4.2.G.3j", "2.31.2.G.3j"])
async def test_path_of_another_prefix_is_refused(logged: World, path: str) -> None:
    await logged.refused(errors.WrongPrefix, claimed(logged.micro_payment(CODE, "alice"), path=path))


async def test_pointer_must_be_that_of_key_and_class(logged: World) -> None:
    payment = logged.micro_payment(CODE, "alice")
    for pointer in (class_pointer(bytes(RIVAL.identity_key), "2.3.2").value, bytes(8)):
        await logged.refused(errors.InvalidClassPointer, claimed(payment, class_pointer=list(pointer)))
    await logged.refused(errors.InvalidClassPointer, claimed(payment, path="2.3.3.G.3j"))


async def test_class_terms_must_be_the_classes_own(logged: World) -> None:
    await logged.send(logged.terms("2.3.2", 5 * SOL))
    payment = logged.micro_payment(CODE, "alice")
    other = pda.class_terms_address(MAKER.account, class_pointer(bytes(MAKER.identity_key), "2.3.3"))
    for wrong in (other, address_of("mallory"), PROGRAM_ID, SYSTEM_ID):
        await logged.refused(errors.WrongClassTerms, with_account(payment, "class_terms", wrong))
    await logged.refused(errors.BelowFloor, payment)


async def test_less_than_the_floor_is_refused(logged: World) -> None:
    await logged.refused(errors.BelowFloor, logged.micro_payment(CODE, "alice", 999))
    await logged.send(logged.micro_payment(CODE, "alice", 1_000))


@pytest.mark.parametrize("class_floor", [2, 50_000])
async def test_class_floor_counts_instead_of_the_manufacturers(logged: World, class_floor: int) -> None:
    await logged.send(logged.terms("2.3.2", class_floor))
    await logged.refused(errors.BelowFloor, logged.micro_payment(CODE, "alice", class_floor - 1))
    await logged.send(logged.micro_payment(CODE, "alice", class_floor))
    await logged.refused(errors.BelowFloor, logged.micro_payment(MAKER.code("3.G.3j"), "alice", 999))


@pytest.mark.parametrize("by_class", [False, True])
async def test_signed_tag_is_demanded(logged: World, by_class: bool) -> None:
    await demand_tags(logged, by_class)
    other = ix.check_tag(code=MAKER.code("2.G.3k"), identity_key=MAKER.identity_key)
    payment = logged.micro_payment(CODE, "alice", with_tag=True)
    await logged.refused(errors.TagSignatureMissing, logged.micro_payment(CODE, "alice"))
    await logged.refused(errors.TagSignatureMissing, TAG, logged.micro_payment(CODE, "alice"))
    await logged.refused(errors.TagSignatureMissing, payment)
    await logged.refused(errors.TagSignatureMismatch, other, payment)
    await logged.refused(errors.WrongAccount, TAG, with_account(payment, "instructions", address_of("mallory")))
    await logged.send(TAG, payment)


async def test_class_may_waive_the_tag(logged: World) -> None:
    await demand_tags(logged, by_class=False)
    await logged.send(logged.terms("2.3.2", 1_000, tag_demand=TagDemand.WAIVED))
    await logged.send(logged.micro_payment(CODE, "alice"))


@pytest.mark.parametrize("with_proof", [False, True])
async def test_class_may_demand_that_codes_were_printed(logged: World, with_proof: bool) -> None:
    """What passes is in test_prove_printed."""
    await logged.send(demand(logged))
    await logged.refused(errors.PrintedProofMissing, logged.micro_payment(CODE, "alice", with_proof=with_proof))


async def demand_tags(world: World, by_class: bool) -> None:
    if by_class:
        await world.send(world.terms("2.3.2", 1_000, tag_demand=TagDemand.DEMANDED))
    else:
        await world.send(world.change_of_maker(require_signed_tags=True))


async def test_full_log_takes_no_more(logged: World) -> None:
    await alter(logged, log_of(), "PaymentLog", leaf_count=MOST_LEAVES - 1)
    assert (await logged.send(logged.micro_payment(CODE, "alice"))).event.fields["number"] == MOST_LEAVES - 1
    assert (await logged.payment_log()).leaf_count == MOST_LEAVES
    await logged.refused(errors.LogFull, logged.micro_payment(CODE, "alice"))


@pytest.mark.parametrize("book", ["manufacturer_lamports", "platform_lamports"])
async def test_books_do_not_overflow(logged: World, book: str) -> None:
    await alter(logged, log_of(), "PaymentLog", **{book: 2**64 - 1})
    await logged.refused(errors.Overflow, logged.micro_payment(CODE, "alice"))


async def test_buyer_must_have_the_money(logged: World) -> None:
    keypair_for("penniless")
    refusal = await logged.refused(TransactionRefused, logged.micro_payment(CODE, "penniless"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)
