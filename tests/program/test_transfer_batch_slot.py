"""transfer_batch_slot: the owner of a slot gives its object to somebody, and a leaf of the log says so."""

from itertools import pairwise
from typing import Any

import pytest
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, log_of, with_account
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from plings.proofs import Kind, Leaf, Tree
from program.batches import (
    batch_account,
    batch_of,
    batch_opening,
    claimed_gift,
    instance,
    owned,
    owner_of,
    slot_gift,
    slot_payment,
    with_address,
    with_batch,
)
from program.journey import MAKER, PLATFORM, longest_code, registration
from program.leaves import leaf_of
from program.micro import CODE, MOST_LEAVES, alter
from program.promotions import claim, open_log
from program.sponsors import lie_there

NEIGHBOUR = MAKER.code("2.G.3k")


@pytest.fixture
async def sold(logged: World) -> World:
    """A world in which alice owns CODE's slot, by the first leaf of MAKER's log."""
    await with_batch(logged)
    await logged.send(slot_payment())
    return logged


async def test_change_of_owner_is_a_leaf_and_costs_nothing(sold: World) -> None:
    sold.cluster.advance_clock(9)
    log, batch = await sold.payment_log(), await batch_account(sold)
    receipt = await sold.send(slot_gift(CODE, "alice", "bob"))
    assert receipt.moved == {}
    assert receipt.event == Event(
        "BatchSlotTransferred",
        {
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "batch_account": batch_of(),
            "previous_owner": address_of("alice"),
            "owner": address_of("bob"),
            "timestamp": START_UNIX + 9,
            "payment_log": log_of(),
            "number": 1,
        },
    )
    leaf = Leaf(
        kind=Kind.SLOT_TRANSFER,
        payment_log=bytes(log_of()),
        number=1,
        timestamp=START_UNIX + 9,
        actor=bytes(address_of("alice")),
        owner=bytes(address_of("bob")),
        amount_lamports=0,
        class_pointer=CODE.class_pointer,
        address=CODE.address,
        path=CODE.path,
    )
    assert leaf_of(receipt.event) == leaf
    changes = {"last_leaf_at_unix": START_UNIX + 9, "frontier": log.frontier.append(leaf.hash)}
    assert vars(await sold.payment_log()) == {**vars(log), **changes}
    slots = list(batch.slots)
    slots[58] = owned(CODE, "bob", 0)  # its payment stays the title's root
    assert vars(await batch_account(sold)) == {**vars(batch), "slots": tuple(slots)}


async def test_object_goes_from_hand_to_hand(sold: World) -> None:
    hands = ["alice", "bob", "carol", "alice", "bob"]
    gifts = [slot_gift(CODE, owner, new_owner) for owner, new_owner in pairwise(hands)]
    paid = leaf_of((await sold.send(slot_payment(NEIGHBOUR))).event)
    leaves = [leaf_of((await sold.send(gift)).event) for gift in gifts]
    assert [leaf.number for leaf in (paid, *leaves)] == [1, 2, 3, 4, 5]
    assert await owner_of(sold) == address_of("bob")
    assert await owner_of(sold, NEIGHBOUR) == address_of("alice")


async def test_programs_root_is_that_of_the_mirror(logged: World) -> None:
    await with_batch(logged)
    steps = [slot_payment(), slot_gift(CODE, "alice", "bob"), slot_gift(CODE, "bob", "carol")]
    tree = Tree([leaf_of((await logged.send(step)).event).hash for step in steps])
    assert (await logged.payment_log()).frontier.root == tree.root()


async def test_payment_and_gift_of_one_transaction_follow_one_another(logged: World) -> None:
    await with_batch(logged)
    await logged.send(slot_payment(), slot_gift(CODE, "alice", "bob"), slot_gift(CODE, "bob", "alice"))
    assert await owner_of(logged) == address_of("alice")


@pytest.mark.parametrize("number", [0, 99, 100, 101, 2**31 - 1])
async def test_gift_is_of_the_objects_own_slot(logged: World, number: int) -> None:
    code, neighbour = instance(number), instance(number ^ 1)
    await with_batch(logged, *{batch_of(each): each for each in (code, neighbour)}.values())
    await logged.send(slot_payment(code), slot_payment(neighbour))
    await logged.send(slot_gift(code, "alice", "bob"))
    assert [await owner_of(logged, each) for each in (code, neighbour)] == [address_of("bob"), address_of("alice")]


async def test_longest_path_is_given(logged: World) -> None:
    long = longest_code()
    await with_batch(logged, long)
    await logged.send(slot_payment(long))
    await logged.send(slot_gift(long))
    assert await owner_of(logged, long) == address_of("bob")


async def test_owner_gives_whatever_the_status_and_the_pause(sold: World) -> None:
    await sold.send(sold.change_of_maker(status=Status.COMPROMISED))
    await sold.send(ix.pause(authority=PLATFORM.pubkey()))
    await sold.send(slot_gift())
    assert await owner_of(sold) == address_of("bob")


# refusals


async def test_only_the_owner_gives(sold: World) -> None:
    for thief in ("mallory", "bob", "maker", "platform authority"):
        await sold.refused(errors.NotSlotOwner, slot_gift(CODE, thief, "carol"))


async def test_former_owner_gives_nothing(sold: World) -> None:
    await sold.send(slot_gift(CODE, "alice", "bob"))
    await sold.refused(errors.NotSlotOwner, slot_gift(CODE, "alice", "carol"))
    await sold.refused(errors.NotSlotOwner, slot_gift(CODE, "bob", "carol"), slot_gift(CODE, "bob", "mallory"))


async def test_slot_that_is_free_is_nobodys_to_give(sold: World) -> None:
    await sold.refused(errors.NotSlotOwner, slot_gift(NEIGHBOUR))


async def test_squatter_gives_the_made_up_object_alone(logged: World) -> None:
    squat = with_address(CODE, bytes(address_of("mallory")))
    await with_batch(logged)
    await logged.send(slot_payment(squat, "mallory"))
    await logged.refused(errors.NotSlotOwner, slot_gift(CODE, "mallory", "bob"))
    await logged.send(slot_gift(squat, "mallory", "bob"))
    batch = await batch_account(logged)
    assert batch.slot_of(CODE.path, CODE.address) is None


async def test_owner_of_the_genuine_object_gives_no_other(sold: World) -> None:
    await sold.refused(errors.NotSlotOwner, slot_gift(with_address(CODE, bytes(32))))


async def test_object_with_a_claim_to_its_own_account_has_no_slot_to_give(sold: World) -> None:
    """The slot is the ObjectInstance's from then on."""
    await sold.send(claim(None, "alice"))
    assert await owner_of(sold) == pda.payment_address(CODE)
    await sold.refused(errors.ObjectExists, slot_gift())


async def test_slot_is_not_given_while_the_object_is_promoted_by_a_leaf(world: World) -> None:
    """Who got it would have to show it in time."""
    log = await open_log(world)
    await with_batch(world)
    await log.takes_slot("alice")
    await log.claims("mallory")
    for owner in ("alice", "mallory"):
        await world.refused(errors.ObjectExists, slot_gift(CODE, owner, "carol"))
    assert await owner_of(world) == address_of("alice")


async def test_object_that_was_paid_for_at_its_account_has_no_slot_to_give(sold: World) -> None:
    """The account outranks the slot: whoever takes the slot for it gets nothing."""
    await sold.owned_by("bob", CODE)
    for owner in ("alice", "bob"):
        await sold.refused(errors.ObjectExists, slot_gift(CODE, owner, "carol"))


async def test_lamports_on_the_payment_address_are_no_object(sold: World) -> None:
    """Else a deposit of one lamport would stop all gifts."""
    lie_there(sold, pda.payment_address(CODE), 1)
    await sold.send(slot_gift())
    assert await owner_of(sold) == address_of("bob")


async def test_payment_address_is_the_objects_own(sold: World) -> None:
    """Else an account that outranks the slot is not seen."""
    await sold.owned_by("bob", CODE)
    for astray in (pda.payment_address(NEIGHBOUR), address_of("nobody"), SYSTEM_ID):
        await sold.refused(errors.WrongPaymentAddress, with_account(slot_gift(), "object", astray))


async def test_nobody_gives_to_themselves(sold: World) -> None:
    await sold.refused(errors.AlreadyOwner, slot_gift(CODE, "alice", "alice"))
    await sold.refused(errors.AlreadyOwner, slot_gift(CODE, "mallory", "mallory"))


async def test_slot_does_not_become_free_again(sold: World) -> None:
    """Else its owner could let the next buyer pay its rent once more."""
    await sold.refused(errors.WrongAccount, slot_gift(CODE, "alice", new_owner=SYSTEM_ID))


async def test_slot_is_not_given_to_its_objects_address(sold: World) -> None:
    """Nobody signs for it: the slot would be lost for ever."""
    await sold.refused(errors.WrongAccount, slot_gift(CODE, "alice", new_owner=pda.payment_address(CODE)))


async def test_log_of_another_manufacturer_or_shard_is_refused(world: World) -> None:
    await world.send(registration(RIVAL))
    await alter(world, MAKER.account, "Manufacturer", shard_bits=8)
    shard = CODE.address[0]
    for opening in (world.opening(RIVAL), world.opening(shard=shard), world.opening(shard=shard ^ 1)):
        await world.send(opening)
    await with_batch(world)
    await world.send(slot_payment(shards=256))
    gift = slot_gift(shards=256)
    for astray in (log_of(RIVAL), log_of(shard=shard ^ 1)):
        await world.refused(errors.WrongPaymentLog, with_account(gift, "payment_log", astray))
    await world.send(gift)


async def test_batch_account_must_be_the_objects_own(sold: World) -> None:
    """Alice owns the same slot of each: that makes none of them another's."""
    await sold.send(registration(RIVAL))
    await sold.send(sold.opening(RIVAL))
    rivals, others = RIVAL.code("2.G.3j"), [instance(58), instance(158, "2.H"), instance(158, "2.G.G")]
    await with_batch(sold, *others)
    await sold.send(batch_opening(rivals, maker=RIVAL))
    await sold.send(slot_payment(rivals, identity_key=RIVAL.identity_key))
    for other in others:
        await sold.send(slot_payment(other))
    for other in (*others, rivals):
        astray = with_account(slot_gift(), "batch_account", batch_of(other))
        await sold.refused(errors.WrongBatchAccount, astray)


@pytest.mark.parametrize("path", ["2.H.3j", "2.G.2", "2.G.G.3j", "3.G.3j"])
async def test_batch_account_is_not_for_objects_of_others(sold: World, path: str) -> None:
    """Alice owns the slot of that number there."""
    astray = with_account(slot_gift(MAKER.code(path)), "batch_account", batch_of(CODE))
    await sold.refused(errors.WrongBatchAccount, astray)


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"path": "2.3.G"}, errors.InvalidPathLength),
        ({"path": "2.3.2.G.l"}, errors.InvalidSegment),
        ({"path": "A.3.2.G.3j"}, errors.InvalidWallet),
        ({"path": "2.31.2.G.3j"}, errors.WrongPrefix),
        ({"path": "2.3.3.G.3j"}, errors.InvalidClassPointer),
        ({"class_pointer": list(bytes(8))}, errors.InvalidClassPointer),
        ({"path": "2.3.2.H.3j"}, errors.WrongPaymentAddress),
        ({"path": "2.3.2.G.3k"}, errors.WrongPaymentAddress),
        ({"address": address_of("mallory")}, errors.WrongPaymentAddress),
    ],
)
async def test_code_must_be_the_manufacturers(sold: World, claims: dict[str, Any], error: Any) -> None:
    await sold.refused(error, claimed_gift(slot_gift(), **claims))


async def test_full_log_takes_no_more(sold: World) -> None:
    """Then no slot changes hands: 2^40 leaves are not for this world."""
    await alter(sold, log_of(), "PaymentLog", leaf_count=MOST_LEAVES)
    await sold.refused(errors.LogFull, slot_gift())
