"""handle_batch_payment: a payment that is a leaf of its object's log, and takes its slot of a shared account."""

from typing import Any

import pytest
from solders.pubkey import Pubkey

from chain.people import pay
from fixtures.fix_program import RIVAL, SOL, SYSTEM_ID, World, address_of, keypair_for, log_of, with_account
from plings.chain import Account
from plings.chain.embedded import START_UNIX
from plings.errors import TransactionRefused
from plings.identity import class_pointer
from plings.program import PROGRAM_ID, errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Slot, Status, TagDemand, Tier, hash_of_address
from plings.program.events import Event
from plings.proofs import Kind, Leaf, Tree
from program.batches import (
    BATCH_RENT,
    LAST_INSTANCE,
    PRICE,
    SLOT_RENT,
    alike,
    batch_account,
    batch_of,
    batch_opening,
    instance,
    owned,
    owner_of,
    slot_payment,
    with_address,
    with_batch,
)
from program.journey import MAKER, PLATFORM, longest_code, registration
from program.leaves import leaf_of
from program.micro import CODE, MOST_LEAVES, alter, claimed

TAG = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
NEIGHBOUR = MAKER.code("2.G.3k")
ALICE = address_of("alice")
MOST = 2**64 - 1


@pytest.fixture
async def batched(logged: World) -> World:
    """A world in which MAKER's log is open, and bob has opened CODE's batch account."""
    return await with_batch(logged)


async def test_payment_is_a_leaf_and_takes_the_slot(batched: World) -> None:
    batched.cluster.advance_clock(7)
    log, batch = await batched.payment_log(), await batch_account(batched)
    receipt = await batched.send(slot_payment(CODE, "alice", 12_000_009))
    assert receipt.moved == {ALICE: -12_000_009 - SLOT_RENT, log_of(): 12_000_009, batch_of(): SLOT_RENT}
    assert receipt.event == Event(
        "BatchPaymentProcessed",
        {
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "buyer": ALICE,
            "payment_amount": 12_000_009,
            "manufacturer": MAKER.identity_key,
            "timestamp": START_UNIX + 7,
            "transaction_type": "batch_payment",
            "payment_log": log_of(),
            "number": 0,
            "platform_amount": 1_200_000,
            "manufacturer_amount": 10_800_009,
            "slot_rent_lamports": SLOT_RENT,
        },
    )
    leaf = Leaf(
        kind=Kind.SLOT_PAYMENT,
        payment_log=bytes(log_of()),
        number=0,
        timestamp=START_UNIX + 7,
        actor=bytes(ALICE),
        owner=bytes(ALICE),
        amount_lamports=12_000_009,
        class_pointer=CODE.class_pointer,
        address=CODE.address,
        path=CODE.path,
    )
    assert leaf_of(receipt.event) == leaf
    changes = {
        "manufacturer_lamports": 10_800_009,
        "platform_lamports": 1_200_000,
        "last_leaf_at_unix": START_UNIX + 7,
        "frontier": log.frontier.append(leaf.hash),
    }
    assert vars(await batched.payment_log()) == {**vars(log), **changes}
    slots = [None] * 100
    slots[58] = Slot(ALICE, 0, hash_of_address(CODE.address))  # 3j is 158
    assert vars(await batch_account(batched)) == {
        **vars(batch),
        "rent_owed_lamports": SLOT_RENT,
        "slots": tuple(slots),
    }
    assert await batched.cluster.account(pda.payment_address(CODE)) is None


async def test_slot_names_its_leaf_among_other_payments(batched: World) -> None:
    """The log's number, not the batch's: the second slot's payment is the log's third leaf."""
    payments = [slot_payment(CODE, "alice"), batched.micro_payment(NEIGHBOUR, "carol"), slot_payment(NEIGHBOUR, "bob")]
    leaves = [leaf_of((await batched.send(payment)).event) for payment in payments]
    assert [leaf.kind for leaf in leaves] == [Kind.SLOT_PAYMENT, Kind.PAYMENT, Kind.SLOT_PAYMENT]
    batch = await batch_account(batched)
    assert batch.slot_of(CODE.path, CODE.address) == owned(CODE, "alice", 0)
    assert batch.slot_of(NEIGHBOUR.path, NEIGHBOUR.address) == owned(NEIGHBOUR, "bob", 2)
    assert batch.rent_owed_lamports == 2 * SLOT_RENT
    log = await batched.payment_log()
    assert (log.leaf_count, log.frontier.root) == (3, Tree(leaf.hash for leaf in leaves).root())
    assert (log.manufacturer_lamports, log.platform_lamports) == (2 * 10_800_000 + 9_001, 2 * 1_200_000 + 1_000)


async def test_payments_of_one_transaction_follow_one_another(batched: World) -> None:
    receipt = await batched.send(slot_payment(CODE, "alice"), slot_payment(NEIGHBOUR, "bob"))
    leaves = [leaf_of(event) for event in receipt.events]
    assert [(leaf.number, leaf.path) for leaf in leaves] == [(0, CODE.path), (1, NEIGHBOUR.path)]
    assert (await batched.payment_log()).frontier.root == Tree(leaf.hash for leaf in leaves).root()
    assert [await owner_of(batched, code) for code in (CODE, NEIGHBOUR)] == [ALICE, address_of("bob")]


@pytest.mark.parametrize(("number", "slot"), [(0, 0), (99, 99), (100, 0), (101, 1), (199, 99), (LAST_INSTANCE, 47)])
async def test_object_has_its_own_slot(logged: World, number: int, slot: int) -> None:
    code = instance(number)
    await with_batch(logged, code)
    await logged.send(slot_payment(code))
    slots = (await batch_account(logged, code)).slots
    assert [at for at, taken in enumerate(slots) if taken] == [slot]
    assert slots[slot] == owned(code, "alice")


async def test_every_slot_of_an_account_can_be_taken(logged: World) -> None:
    """Then its buyers have paid the whole rent."""
    codes = [instance(number) for number in range(100, 200)]
    await with_batch(logged, codes[0])
    for number, code in enumerate(codes):
        await logged.send(slot_payment(code, "alice" if number % 2 else "bob", 1_000))
    batch = await batch_account(logged, codes[0])
    expected = [owned(code, "alice" if number % 2 else "bob", number) for number, code in enumerate(codes)]
    assert list(batch.slots) == expected
    assert batch.rent_owed_lamports == BATCH_RENT
    assert await logged.lamports(batch_of(codes[0])) == 2 * BATCH_RENT
    await logged.refused(errors.SlotTaken, slot_payment(codes[99], "carol"))


async def test_longest_path_takes_its_slot(logged: World) -> None:
    long = longest_code()
    await with_batch(logged, long)
    leaf = leaf_of((await logged.send(slot_payment(long))).event)
    assert leaf.path == long.path
    assert (await logged.payment_log()).frontier.root == Tree([leaf.hash]).root()
    assert await owner_of(logged, long) == ALICE


async def test_neighbours_in_other_accounts_keep_their_slots(logged: World) -> None:
    """Instances 58 and 158 have slot 58, in accounts of their own; so have two batches, and two manufacturers."""
    await logged.send(registration(RIVAL))
    await logged.send(logged.opening(RIVAL))
    rivals = RIVAL.code("2.G.3j")
    mine = [CODE, instance(58), instance(158, "2.H"), instance(158, "3.G")]
    await with_batch(logged, *mine)
    await logged.send(batch_opening(rivals, maker=RIVAL))
    for code in mine:
        await logged.send(slot_payment(code, "alice", 1_000))
    await logged.send(slot_payment(rivals, "bob", 1_000, identity_key=RIVAL.identity_key))
    assert [await owner_of(logged, code) for code in mine] == [ALICE] * 4
    assert await owner_of(logged, rivals) == address_of("bob")


@pytest.mark.parametrize("fee_bps", [0, 1, 2_000])
async def test_split_is_that_of_a_micro_payment(batched: World, fee_bps: int) -> None:
    """The slot's rent is nobody's income."""
    await batched.send(batched.change_of_config(platform_fee_bps=fee_bps))
    batch = (await batched.send(slot_payment(CODE, "alice", 99_999))).event
    micro = (await batched.send(batched.micro_payment(CODE, "alice", 99_999))).event
    for share in ("platform_amount", "manufacturer_amount"):
        assert batch.fields[share] == micro.fields[share]


async def test_plain_transfer_to_the_batch_account_is_on_nobodys_books(batched: World) -> None:
    before = await batch_account(batched)
    await batched.send(pay(keypair_for("bob"), batch_of(), SOL))
    assert await batch_account(batched) == before


async def test_payment_goes_to_the_shard_of_the_address(world: World) -> None:
    await alter(world, MAKER.account, "Manufacturer", shard_bits=8)
    shard = CODE.address[0]
    for opened in (shard, shard ^ 1):
        await world.send(world.opening(shard=opened))
    await with_batch(world)
    payment = slot_payment(shards=256)
    await world.refused(errors.WrongPaymentLog, with_account(payment, "payment_log", log_of(shard=shard ^ 1)))
    assert (await world.send(payment)).event.fields["payment_log"] == log_of(shard=shard)


# whose a slot is


async def test_second_payment_for_a_slot_is_refused(batched: World) -> None:
    await batched.send(slot_payment())
    for buyer in ("alice", "bob"):
        await batched.refused(errors.SlotTaken, slot_payment(CODE, buyer))
        await batched.refused(errors.SlotTaken, slot_payment(CODE, buyer, 50 * PRICE))
    await batched.refused(errors.SlotTaken, slot_payment(NEIGHBOUR), slot_payment(NEIGHBOUR, "bob"))


async def test_squatter_takes_the_slot_but_does_not_own_the_object(batched: World) -> None:
    """Anybody can print another address on the same path: it costs the price, and gets nobody's object."""
    squat = with_address(CODE, bytes(address_of("mallory")))
    await batched.send(slot_payment(squat, "mallory"))
    await batched.refused(errors.SlotTaken, slot_payment(CODE, "alice"))
    batch = await batch_account(batched)
    assert batch.slot_of(CODE.path, CODE.address) is None
    assert batch.slot_of(squat.path, squat.address) == owned(squat, "mallory")
    assert not batch.is_free(CODE.path)


async def test_object_whose_slot_was_squatted_is_paid_for_in_the_log_alone(batched: World) -> None:
    await batched.send(slot_payment(with_address(CODE, bytes(32)), "mallory"))
    assert (await batched.send(batched.micro_payment(CODE, "alice"))).event.fields["number"] == 1


async def test_signed_tags_keep_squatters_away(batched: World) -> None:
    """Who can be made to sign only genuine tags, lets nobody squat."""
    await demand_tags(batched, by_class=False)
    squat = with_address(CODE, bytes(address_of("mallory")))
    payment = slot_payment(squat, "mallory", with_tag=True)
    await batched.refused(errors.TagSignatureMismatch, TAG, payment)
    await batched.refused(errors.TagSignatureMismatch, TAG, slot_payment(alike(), "mallory", with_tag=True))
    await batched.send(TAG, slot_payment(with_tag=True))


async def test_forger_of_an_account_gets_nothing(batched: World) -> None:
    """The same bytes elsewhere, as a program of mallory's could write them."""
    genuine = await batched.account(batch_of())
    batched.put(address_of("forged"), Account(genuine.lamports, address_of("mallory's program"), genuine.data, False))
    forged = with_account(slot_payment(), "batch_account", address_of("forged"))
    await batched.refused(errors.AccountRefused, forged)


@pytest.mark.parametrize("wrong", ["other number", "other batch", "longer path", "other manufacturer", "a log"])
async def test_batch_account_must_be_the_objects_own(batched: World, wrong: str) -> None:
    await batched.send(registration(RIVAL))
    others = {"other number": instance(99), "other batch": instance(158, "2.H"), "longer path": instance(158, "2.G.G")}
    rivals = RIVAL.code("2.G.3j")
    await batched.send(batch_opening(rivals, maker=RIVAL))
    if wrong == "a log":
        astray, error = log_of(RIVAL), errors.AccountRefused
        await batched.send(batched.opening(RIVAL))
    else:
        other = others.get(wrong, rivals)
        astray, error = batch_of(other), errors.WrongBatchAccount
        if other != rivals:
            await with_batch(batched, other)
    await batched.refused(error, with_account(slot_payment(), "batch_account", astray))


async def test_batch_account_that_is_not_open_takes_nothing(logged: World) -> None:
    await logged.refused(TransactionRefused, slot_payment())


# terms of the class


@pytest.mark.parametrize("tier", [Tier.BY_VALUE, Tier.BATCH, Tier.OBJECT])
@pytest.mark.parametrize("lamports", [1_000, PRICE, 50 * SOL])
async def test_slot_is_taken_whatever_the_value(batched: World, tier: Tier, lamports: int) -> None:
    """Config's thresholds are those of process_payment."""
    await batched.send(batched.terms("2.3.2", 1_000, tier=tier))
    await batched.send(slot_payment(CODE, "alice", lamports))


async def test_class_of_micro_payments_has_no_slots(batched: World) -> None:
    await batched.send(batched.terms("2.3.2", 1_000, tier=Tier.MICRO))
    for lamports in (1_000, PRICE, 50 * SOL):
        await batched.refused(errors.AboveTier, slot_payment(CODE, "alice", lamports))
    await batched.send(batched.micro_payment(CODE, "alice"))
    await with_batch(batched, instance(158, "3.G"))
    await batched.send(slot_payment(instance(158, "3.G")))


async def test_class_of_slots_keeps_the_tier_above_away_from_them(batched: World) -> None:
    """An account of its own would outrank alice's slot, whatever it cost."""
    await batched.send(batched.terms("2.3.2", 1_000, tier=Tier.BATCH))
    await batched.send(slot_payment())
    await batched.refused(errors.AboveTier, batched.payment(CODE, "mallory", 50 * SOL))
    assert await owner_of(batched) == ALICE


async def test_less_than_the_floor_is_refused(batched: World) -> None:
    await batched.refused(errors.BelowFloor, slot_payment(CODE, "alice", 999))
    await batched.send(slot_payment(CODE, "alice", 1_000))


async def test_slot_rent_is_no_part_of_the_price(batched: World) -> None:
    await batched.send(batched.change_of_maker(price_floor_lamports=SLOT_RENT + 1))
    await batched.refused(errors.BelowFloor, slot_payment(CODE, "alice", SLOT_RENT))


@pytest.mark.parametrize("class_floor", [2, 50_000])
async def test_class_floor_counts_instead_of_the_manufacturers(batched: World, class_floor: int) -> None:
    await batched.send(batched.terms("2.3.2", class_floor))
    await batched.refused(errors.BelowFloor, slot_payment(CODE, "alice", class_floor - 1))
    await batched.send(slot_payment(CODE, "alice", class_floor))


async def test_class_terms_must_be_the_classes_own(batched: World) -> None:
    await batched.send(batched.terms("2.3.2", 5 * SOL, tier=Tier.MICRO))
    other = pda.class_terms_address(MAKER.account, class_pointer(bytes(MAKER.identity_key), "2.3.3"))
    for wrong in (other, address_of("mallory"), PROGRAM_ID, SYSTEM_ID):
        await batched.refused(errors.WrongClassTerms, with_account(slot_payment(), "class_terms", wrong))


@pytest.mark.parametrize("by_class", [False, True])
async def test_signed_tag_is_demanded(batched: World, by_class: bool) -> None:
    await demand_tags(batched, by_class)
    other = ix.check_tag(code=NEIGHBOUR, identity_key=MAKER.identity_key)
    payment = slot_payment(with_tag=True)
    await batched.refused(errors.TagSignatureMissing, slot_payment())
    await batched.refused(errors.TagSignatureMissing, TAG, slot_payment())
    await batched.refused(errors.TagSignatureMissing, payment)
    await batched.refused(errors.TagSignatureMismatch, other, payment)
    await batched.refused(errors.WrongAccount, TAG, with_account(payment, "instructions", address_of("mallory")))
    await batched.send(TAG, payment)


async def test_class_may_waive_the_tag(batched: World) -> None:
    await demand_tags(batched, by_class=False)
    await batched.send(batched.terms("2.3.2", 1_000, tag_demand=TagDemand.WAIVED))
    await batched.send(slot_payment())


async def demand_tags(world: World, by_class: bool) -> None:
    if by_class:
        await world.send(world.terms("2.3.2", 1_000, tag_demand=TagDemand.DEMANDED))
    else:
        await world.send(world.change_of_maker(require_signed_tags=True))


# other refusals


async def test_paused_program_takes_none(batched: World) -> None:
    await batched.send(ix.pause(authority=PLATFORM.pubkey()))
    await batched.refused(errors.Paused, slot_payment())


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (Status.SUSPENDED, errors.ManufacturerSuspended),
        (Status.COMPROMISED, errors.ManufacturerCompromised),
        (Status.RETIRED, errors.ManufacturerRetired),
    ],
)
async def test_manufacturer_that_is_not_active_is_paid_nothing(batched: World, status: Status, error: Any) -> None:
    await batched.send(batched.change_of_maker(status=status))
    await batched.refused(error, slot_payment())


async def test_nothing_is_no_payment(batched: World) -> None:
    await batched.send(batched.change_of_maker(price_floor_lamports=0))
    await batched.refused(errors.ZeroAmount, slot_payment(CODE, "alice", 0))
    await batched.send(slot_payment(CODE, "alice", 1))


async def test_log_of_another_manufacturer_is_refused(batched: World) -> None:
    await batched.send(registration(RIVAL))
    await batched.send(batched.opening(RIVAL))
    await batched.refused(errors.WrongPaymentLog, with_account(slot_payment(), "payment_log", log_of(RIVAL)))


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"path": ""}, errors.InvalidPathLength),
        ({"path": "2.3.G"}, errors.InvalidPathLength),
        ({"path": "2.3" + ".2" * 15}, errors.InvalidPathLength),
        ({"path": "2.3.2.G.13j"}, errors.InvalidSegment),
        ({"path": "2.3.2.G.l"}, errors.InvalidSegment),
        ({"path": "1.3.2.G.3j"}, errors.InvalidWallet),
        ({"path": "A.3.2.G.3j"}, errors.InvalidWallet),
        ({"path": "2.4.2.G.3j"}, errors.WrongPrefix),
        ({"path": "2.31.2.G.3j"}, errors.WrongPrefix),
        ({"path": "2.3.3.G.3j"}, errors.InvalidClassPointer),
        ({"class_pointer": list(bytes(8))}, errors.InvalidClassPointer),
        ({"path": "2.3.2.H.3j"}, errors.WrongBatchAccount),
        ({"path": "2.3.2.G.2"}, errors.WrongBatchAccount),
    ],
)
async def test_code_must_be_the_manufacturers(batched: World, claims: dict[str, Any], error: Any) -> None:
    await batched.refused(error, claimed(slot_payment(), **claims))


async def test_full_log_takes_no_more(batched: World) -> None:
    await alter(batched, log_of(), "PaymentLog", leaf_count=MOST_LEAVES - 1)
    await batched.send(slot_payment())
    assert (await batch_account(batched)).slots[58] == owned(CODE, "alice", MOST_LEAVES - 1)
    await batched.refused(errors.LogFull, slot_payment(NEIGHBOUR))


@pytest.mark.parametrize("lamports", [MOST, MOST - SLOT_RENT + 1])
async def test_price_and_rent_together_do_not_overflow(batched: World, lamports: int) -> None:
    await batched.refused(errors.Overflow, slot_payment(CODE, "alice", lamports))


async def test_most_that_can_be_asked_is_more_than_anyone_has(batched: World) -> None:
    refusal = await batched.refused(TransactionRefused, slot_payment(CODE, "alice", MOST - SLOT_RENT))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)


@pytest.mark.parametrize("book", ["manufacturer_lamports", "platform_lamports"])
async def test_books_of_the_log_do_not_overflow(batched: World, book: str) -> None:
    await alter(batched, log_of(), "PaymentLog", **{book: MOST})
    await batched.refused(errors.Overflow, slot_payment())


async def test_books_of_the_batch_do_not_overflow(batched: World) -> None:
    await alter(batched, batch_of(), "BatchAccount", rent_owed_lamports=MOST)
    await batched.refused(errors.Overflow, slot_payment())


@pytest.mark.parametrize("short_of", [1, SLOT_RENT])
async def test_buyer_must_have_price_and_rent(batched: World, short_of: int) -> None:
    keypair_for("penniless")
    batched.put(address_of("penniless"), Account(PRICE + SLOT_RENT - short_of, SYSTEM_ID, b"", False))
    refusal = await batched.refused(TransactionRefused, slot_payment(CODE, "penniless"))
    assert (refusal.program_id, refusal.custom_code) == (SYSTEM_ID, 1)
