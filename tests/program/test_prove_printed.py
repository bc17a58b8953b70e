"""prove_printed: just before a payment it shows that the code was printed, and claims the item for that payment."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import Instruction

from chain.people import pay
from fixtures.fix_program import RIVAL, SOL, World, address_of, keypair_for, with_account, with_arguments
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionError
from plings.identity import ScanUrl
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import MOST_ITEMS, TagDemand, Tier
from plings.program.events import Event
from program.batches import slot_payment, with_address, with_batch
from program.journey import MAKER, registration
from program.micro import printed as printed_words
from program.printed import OTHERS, TEN, TEN_THOUSAND, Printed, anchor, demand
from program.sponsors import by_value, sponsored, with_pool
from program.test_signed_tags import _instructions_sysvar

CODE = TEN.code(0)
BETWEEN = pay(keypair_for("bob"), address_of("carol"), 1)


@pytest.fixture
async def demanding(logged: World) -> World:
    """TEN and OTHERS are anchored, and their class demands that codes were printed."""
    await anchor(logged, TEN, OTHERS)
    await logged.send(demand(logged))
    return logged


def micro(world: World, code: ScanUrl = CODE, buyer: str = "alice", **others: Any) -> Instruction:
    return world.micro_payment(code, buyer, **{"with_proof": True, **others})


# what it lets through


async def test_item_is_claimed_by_its_payment(demanding: World) -> None:
    receipt = await demanding.send(TEN.proof(), micro(demanding))
    assert [event.name for event in receipt.events] == ["PrintedItemClaimed", "MicroPaymentProcessed"]
    assert receipt.events[0] == Event(
        "PrintedItemClaimed",
        {
            "printed_batch": TEN.address,
            "path": CODE.path.text,
            "class_pointer": CODE.class_pointer.text,
            "solana_address": pda.Pubkey.from_bytes(CODE.address),
            "index": 0,
            "timestamp": START_UNIX,
        },
    )
    assert await TEN.claimed(demanding) == [0]
    assert await OTHERS.claimed(demanding) == []


@pytest.mark.parametrize("instance", range(10))
async def test_every_item_has_its_own_claim(demanding: World, instance: int) -> None:
    await demanding.send(TEN.proof(instance), micro(demanding, TEN.code(instance)))
    assert await TEN.claimed(demanding) == [instance]


async def test_all_items_of_a_batch(demanding: World) -> None:
    for instance in (3, 0, 9, 1, 8, 7, 2, 6, 5, 4):
        await demanding.send(TEN.proof(instance), micro(demanding, TEN.code(instance)))
    assert await TEN.claimed(demanding) == list(range(10))


@pytest.mark.parametrize("count", [1, 8, 9, MOST_ITEMS])
async def test_first_and_last_item_of_a_batch(demanding: World, count: int) -> None:
    batch = Printed("2.S", f"0-{count - 1}" if count > 1 else "0", (0, count - 1))
    await anchor(demanding, batch)
    for instance in sorted({0, count - 1}):
        await demanding.send(batch.proof(instance), micro(demanding, batch.code(instance)))
        await demanding.refused(errors.ItemClaimed, batch.proof(instance), micro(demanding, batch.code(instance)))
    assert await batch.claimed(demanding) == sorted({0, count - 1})


async def test_every_way_of_a_first_payment(demanding: World) -> None:
    await with_batch(demanding, TEN.code(1))
    await with_pool(demanding)
    ways = [
        slot_payment(TEN.code(1), "alice", with_proof=True),
        demanding.payment(TEN.code(2), "alice", with_proof=True),
        sponsored(TEN.code(3), "alice", with_proof=True),
        sponsored(TEN.code(4), "alice", 1_000, with_proof=True),
        by_value(TEN.code(5), "alice", 10_001, with_proof=True, treasuries=None),
        by_value(TEN.code(6), "alice", 12_000_000, with_proof=True, with_batch=True, treasuries=None),
        by_value(TEN.code(7), "alice", with_proof=True),
    ]
    for instance, way in enumerate(ways, 1):
        await demanding.refused(errors.PrintedProofMissing, way)
        await demanding.send(TEN.proof(instance), way)
        assert await TEN.claimed(demanding) == list(range(1, instance + 1))


async def test_with_a_signed_tag_it_comes_before_the_tags_check(demanding: World) -> None:
    await demanding.send(demand(demanding, tag_demand=TagDemand.DEMANDED))
    tag, payment = ix.check_tag(code=CODE, identity_key=MAKER.identity_key), micro(demanding, with_tag=True)
    await demanding.refused(errors.PrintedProofMissing, tag, payment)
    await demanding.refused(errors.TagSignatureMissing, TEN.proof(), payment)
    await demanding.refused(errors.NoPaymentFollows, tag, TEN.proof(), BETWEEN, payment)
    await demanding.refused(errors.TagSignatureMissing, tag, TEN.proof(), payment)
    await demanding.send(TEN.proof(), tag, payment)
    assert await TEN.claimed(demanding) == [0]


async def test_a_tag_that_is_not_demanded_may_not_stand_between(demanding: World) -> None:
    """The payment looks for its proof in one place alone."""
    tag = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
    await demanding.refused(errors.PrintedProofMissing, TEN.proof(), tag, micro(demanding))
    await demanding.send(tag, TEN.proof(), micro(demanding))


async def test_other_instructions_may_stand_around(demanding: World) -> None:
    await demanding.send(BETWEEN, TEN.proof(), micro(demanding), BETWEEN)


async def test_two_items_in_one_transaction(demanding: World) -> None:
    second = micro(demanding, TEN.code(1))
    await demanding.send(TEN.proof(0), micro(demanding), TEN.proof(1), second)
    assert await TEN.claimed(demanding) == [0, 1]


async def test_purchases_need_no_proof(demanding: World) -> None:
    await demanding.send(TEN.proof(), demanding.payment(CODE, "alice", with_proof=True))
    await demanding.send(demanding.offer(CODE, "alice"))
    await demanding.send(demanding.payment(CODE, "bob", seller="alice"))
    await demanding.send(demanding.offer(CODE, "bob"))
    await demanding.send(by_value(CODE, "carol", seller="bob"))


async def test_nothing_is_demanded_of_other_classes(demanding: World) -> None:
    await demanding.send(demanding.micro_payment(MAKER.code("3.P.2"), "alice"))


async def test_who_proves_without_being_asked_claims_all_the_same(logged: World) -> None:
    await anchor(logged, TEN)
    await logged.send(TEN.proof(), logged.micro_payment(CODE, "alice"))
    await logged.send(demand(logged))
    await logged.refused(errors.ItemClaimed, TEN.proof(), micro(logged, buyer="bob"))


async def test_demand_can_be_given_up(demanding: World) -> None:
    await demanding.send(demanding.terms("2.3.2", 1_000))
    await demanding.send(demanding.micro_payment(CODE, "alice"))


async def test_items_of_gaps_and_of_a_large_batch(demanding: World) -> None:
    gaps = Printed("2.S", "0-7,100,200-201", (7, 100, 201))
    await anchor(demanding, gaps, TEN_THOUSAND)
    for batch, instance, place in ((gaps, 7, 7), (gaps, 100, 8), (gaps, 201, 10), (TEN_THOUSAND, 5_000, 5_000)):
        await demanding.send(batch.proof(instance), micro(demanding, batch.code(instance)))
        assert place in await batch.claimed(demanding)


# what it refuses


async def test_payment_without_a_proof_is_refused(demanding: World) -> None:
    await demanding.refused(errors.PrintedProofMissing, micro(demanding))
    await demanding.refused(errors.PrintedProofMissing, demanding.micro_payment(CODE, "alice"))
    await demanding.refused(errors.PrintedProofMissing, TEN.proof(), demanding.micro_payment(CODE, "alice"))
    await demanding.refused(errors.PrintedProofMissing, micro(demanding), TEN.proof())


async def test_item_is_claimed_once(demanding: World) -> None:
    """A copy of a code that was paid for is worth nothing, and its buyer keeps the money."""
    await demanding.send(TEN.proof(), micro(demanding))
    await demanding.refused(errors.ItemClaimed, TEN.proof(), micro(demanding, buyer="mallory"))
    dearer = demanding.payment(CODE, "mallory", with_proof=True)
    await demanding.refused(errors.ItemClaimed, TEN.proof(), dearer)
    await demanding.refused(
        errors.ItemClaimed, TEN.proof(1), micro(demanding, TEN.code(1)), TEN.proof(), micro(demanding)
    )
    assert await TEN.claimed(demanding) == [0]


async def test_one_proof_serves_one_payment(demanding: World) -> None:
    pays = micro(demanding), micro(demanding, buyer="bob")
    await demanding.refused(errors.PrintedProofMissing, TEN.proof(), *pays)
    await demanding.refused(errors.PrintedProofMissing, TEN.proof(), pays[0], micro(demanding, TEN.code(1)))
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), TEN.proof(), pays[0])


async def test_nothing_may_stand_between(demanding: World) -> None:
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), BETWEEN, micro(demanding))
    await demanding.refused(errors.NoPaymentFollows, TEN.proof())
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), BETWEEN)
    tag = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), tag)
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), tag, tag, micro(demanding))
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), tag, BETWEEN)


async def test_other_instructions_of_ours_are_no_payments(demanding: World) -> None:
    """They begin with a code as payments do."""
    for other in (demanding.micro_gift(CODE, "alice", "bob"), demanding.refund(CODE, "bob", 1)):
        await demanding.refused(errors.NoPaymentFollows, TEN.proof(), other)


async def test_another_programs_payment_is_none(demanding: World) -> None:
    theirs = micro(demanding)
    memo = Instruction(pda.Pubkey.from_string("MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr"), b"plings", [])
    fake = Instruction(memo.program_id, bytes(theirs.data), theirs.accounts)
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), fake)
    await demanding.refused(errors.PrintedProofMissing, memo, theirs)


async def test_proof_of_another_item_is_refused(demanding: World) -> None:
    await demanding.refused(errors.NotPrinted, TEN.proof(1), micro(demanding))
    await demanding.refused(errors.NotPrinted, TEN.proof(0, index=1), micro(demanding))
    await demanding.refused(errors.NotPrinted, TEN.proof(1, index=0), micro(demanding))


@pytest.mark.parametrize("index", [1, 8, 9, 10, 15, 16, 2**31, 2**32 - 1])
async def test_place_is_part_of_the_proof(demanding: World, index: int) -> None:
    await demanding.refused(errors.NotPrinted, TEN.proof(0, index=index), micro(demanding))


async def test_damaged_proofs_are_refused(demanding: World) -> None:
    nodes = [list(node) for node in TEN.item().proof]
    flipped = [[nodes[0][0] ^ 1, *nodes[0][1:]], *nodes[1:]]
    damaged = [[], nodes[:-1], nodes[1:], [*nodes, nodes[0]], nodes[::-1], flipped]
    for proof in damaged:
        await demanding.refused(errors.NotPrinted, TEN.proof(proof=proof), micro(demanding))


async def test_node_of_the_tree_is_no_leaf(demanding: World) -> None:
    """A shorter proof from an inner node: no code hashes to one."""
    nodes = [list(node) for node in TEN.item().proof]
    await demanding.refused(errors.NotPrinted, TEN.proof(proof=nodes[1:]), micro(demanding))


async def test_code_that_was_not_printed_is_refused(demanding: World) -> None:
    beyond = TEN.code(10)
    await demanding.refused(errors.NotPrinted, TEN.proof(9, index=10), micro(demanding, beyond))
    await demanding.refused(errors.NotPrinted, TEN.proof(9), micro(demanding, beyond))


async def test_another_address_on_the_same_path_is_refused(demanding: World) -> None:
    """Before and after the genuine one was paid for."""
    made_up = with_address(CODE, bytes(address_of("mallory")))
    await demanding.refused(errors.NotPrinted, TEN.proof(), micro(demanding, made_up, "mallory"))
    await demanding.send(TEN.proof(), micro(demanding))
    await demanding.refused(errors.NotPrinted, TEN.proof(), micro(demanding, made_up, "mallory"))


async def test_proof_of_another_batch_is_refused(demanding: World) -> None:
    """An item has one batch, by its path: no other root can claim it again."""
    await demanding.refused(errors.WrongPrintedBatch, OTHERS.proof(), micro(demanding))
    swapped = with_account(TEN.proof(), "printed_batch", OTHERS.address)
    await demanding.refused(errors.WrongPrintedBatch, swapped, micro(demanding))


async def test_batch_whose_root_holds_anothers_items_is_refused(demanding: World) -> None:
    """The maker's own hand put CODE into the tree of another batch."""
    twin = Twin("2.T", "0-1", (0, 1))
    await anchor(demanding, twin)
    await demanding.refused(errors.WrongPrintedBatch, twin.proof(0), micro(demanding))


class Twin(Printed):
    """Its first leaf is TEN's."""

    def leaf(self, number: int) -> bytes:
        return TEN.leaf(0) if number == 0 else super().leaf(number)


async def test_batch_of_another_class_is_refused(demanding: World) -> None:
    other = Printed("3.P")
    await anchor(demanding, other)
    await demanding.refused(errors.WrongPrintedBatch, other.proof(), micro(demanding))
    await demanding.refused(errors.WrongPrintedBatch, TEN.proof(), micro(demanding, other.code(0)))


async def test_batch_of_another_manufacturer_is_refused(demanding: World) -> None:
    rivals = Printed(maker=RIVAL)
    await demanding.send(registration(RIVAL))
    await anchor(demanding, rivals)
    await demanding.refused(errors.WrongPrintedBatch, rivals.proof(), micro(demanding))
    swapped = with_account(TEN.proof(), "printed_batch", rivals.address)
    await demanding.refused(errors.WrongPrintedBatch, swapped, micro(demanding))


async def test_payment_that_names_another_manufacturer_is_refused(demanding: World) -> None:
    await demanding.send(registration(RIVAL))
    payment = with_account(micro(demanding), "manufacturer", RIVAL.account)
    await demanding.refused(errors.WrongPrintedBatch, TEN.proof(), payment)


async def test_batch_that_is_not_anchored_is_none(demanding: World) -> None:
    missing = Printed("2.U")
    await demanding.refused(errors.AccountRefused, missing.proof(), micro(demanding, missing.code(0)))


async def test_forged_batch_is_refused(demanding: World) -> None:
    """An account with the right bytes that is not the program's, and one of the program's that is of another kind."""
    forged, data = address_of("forged"), (await demanding.account(TEN.address)).data
    demanding.put(forged, Account(SOL, address_of("thief's program"), data, False))
    others = pda.config_address(), MAKER.account, pda.class_terms_address(MAKER.account, CODE.class_pointer)
    for other in (forged, *others):
        disguised = with_account(TEN.proof(), "printed_batch", other)
        await demanding.refused(errors.AccountRefused, disguised, micro(demanding))


async def test_fake_sysvar_is_refused(demanding: World) -> None:
    """An account with what the sysvar would hold, had the payment been another's."""
    fake, payment = address_of("fake sysvar"), micro(demanding)
    sysvar = _instructions_sysvar([TEN.proof(), payment], current=0)
    demanding.put(fake, Account(SOL, PROGRAM_ID, sysvar, False))
    await demanding.refused(errors.WrongAccount, with_account(TEN.proof(), "instructions", fake), payment)
    swindle = with_account(micro(demanding), "instructions", fake)
    await demanding.refused(errors.WrongAccount, TEN.proof(), swindle)
    await demanding.refused(errors.WrongAccount, swindle)


async def test_payment_that_fails_claims_nothing(demanding: World) -> None:
    await demanding.refused(errors.BelowFloor, TEN.proof(), micro(demanding, lamports=999))
    await demanding.refused(errors.AboveTier, *await _too_high(demanding))
    assert await TEN.claimed(demanding) == []


async def _too_high(world: World) -> tuple[Instruction, Instruction]:
    await world.send(demand(world, tier=Tier.MICRO))
    return TEN.proof(), world.payment(CODE, "alice", with_proof=True)


async def test_words_that_are_cut_short_are_no_payment(demanding: World) -> None:
    payment = micro(demanding)
    for length in (8, 11, 12, 20, 40, 60):
        cut = Instruction(PROGRAM_ID, bytes(payment.data[:length]), payment.accounts)
        await demanding.refused(errors.NoPaymentFollows, TEN.proof(), cut)
    overlong = bytes(payment.data[:8]) + b"\xff" * 4 + bytes(payment.data[12:])
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), Instruction(PROGRAM_ID, overlong, payment.accounts))
    without_accounts = Instruction(PROGRAM_ID, bytes(payment.data), payment.accounts[:2])
    await demanding.refused(errors.NoPaymentFollows, TEN.proof(), without_accounts)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("", errors.InvalidPathLength),
        ("2.3.2.P", errors.WrongPrintedBatch),
        ("2.3.2.P.1.", errors.InvalidSegment),
        ("66.3.2.P.1", errors.InvalidWallet),
    ],
)
async def test_payment_for_what_is_no_path_is_refused(
    demanding: World, path: str, error: type[TransactionError]
) -> None:
    payment = with_arguments(micro(demanding), code={**printed_words(CODE), "path": path}, amount_lamports=10_001)
    await demanding.refused(error, TEN.proof(), payment)
