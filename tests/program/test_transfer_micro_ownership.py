"""transfer_micro_ownership: a leaf that says who gave an object without an account to whom."""

from typing import Any

import pytest
from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, SYSTEM_ID, World, address_of, log_of, with_account, with_arguments
from plings.chain.embedded import START_UNIX
from plings.program import errors, pda
from plings.program import instructions as ix
from plings.program.accounts import Status
from plings.program.events import Event
from plings.proofs import Kind, Leaf, Tree
from program.journey import MAKER, PLATFORM, registration
from program.leaves import leaf_of
from program.micro import CODE, MOST_LEAVES, alter, leaves_after, printed
from program.promotions import PAYMENT, WINDOW, final, later, open_log
from program.sponsors import lie_there


def claimed(gift: Instruction, **claims: Any) -> Instruction:
    """The same gift of another object than the tag's, to bob."""
    return with_arguments(gift, code=printed(**claims), new_owner=address_of("bob"))


async def test_change_of_owner_is_a_leaf_and_costs_nothing(logged: World) -> None:
    (payment,) = await leaves_after(logged, 1)
    logged.cluster.advance_clock(9)
    before = await logged.payment_log()
    receipt = await logged.send(logged.micro_gift(CODE, "alice", "bob"))
    assert receipt.moved == {}
    assert receipt.event == Event(
        "MicroOwnershipTransferred",
        {
            "path": "2.3.2.G.3j",
            "class_pointer": CODE.class_pointer.text,
            "solana_address": Pubkey.from_bytes(CODE.address),
            "previous_owner": address_of("alice"),
            "owner": address_of("bob"),
            "timestamp": START_UNIX + 9,
            "payment_log": log_of(),
            "number": 1,
        },
    )
    leaf = Leaf(
        kind=Kind.TRANSFER,
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
    after = await logged.payment_log()
    changes = {"last_leaf_at_unix": START_UNIX + 9, "frontier": before.frontier.append(leaf.hash)}
    assert vars(after) == {**vars(before), **changes}
    assert after.frontier.root == Tree([payment.hash, leaf.hash]).root()


async def test_stranger_writes_a_leaf_that_says_who_signed(logged: World) -> None:
    """The chain knows no owner here; who reads the log takes no heed of it."""
    await leaves_after(logged, 1)
    event = (await logged.send(logged.micro_gift(CODE, "mallory", "bob"))).event
    assert event.fields["previous_owner"] == address_of("mallory")


async def test_owner_gives_whatever_the_status_and_the_pause(logged: World) -> None:
    await logged.send(logged.change_of_maker(status=Status.COMPROMISED))
    await logged.send(ix.pause(authority=PLATFORM.pubkey()))
    await logged.send(logged.micro_gift(CODE, "alice", "bob"))


async def test_nobody_gives_to_themselves(logged: World) -> None:
    await logged.refused(errors.AlreadyOwner, logged.micro_gift(CODE, "alice", "alice"))


async def test_object_with_an_account_is_not_given_by_a_leaf(logged: World) -> None:
    """Its account outranks the log: the leaf would give nothing."""
    await leaves_after(logged, 1)
    await logged.owned_by("alice", CODE)
    await logged.refused(errors.ObjectExists, logged.micro_gift(CODE, "alice", "bob"))
    await logged.refused(errors.ObjectExists, logged.micro_gift(CODE, "mallory", "bob"))


async def test_object_that_is_promoted_is_not_given_by_a_leaf(world: World) -> None:
    """Who got it would have to show the leaf in time."""
    log = await open_log(world)
    await log.claims("alice")
    gift = world.micro_gift(CODE, "alice", "bob")
    await world.refused(errors.ObjectExists, gift)
    later(world, WINDOW)
    await world.refused(errors.ObjectExists, gift)
    await world.send(final("alice"))
    await world.refused(errors.ObjectExists, gift)


async def test_lamports_on_the_payment_address_are_no_object(logged: World) -> None:
    """Else a deposit of one lamport would stop all gifts."""
    lie_there(logged, PAYMENT, 1)
    await logged.send(logged.micro_gift(CODE, "alice", "bob"))


async def test_payment_address_is_the_objects_own(logged: World) -> None:
    """Else an account that outranks the leaf is not seen."""
    await logged.owned_by("alice", CODE)
    gift = logged.micro_gift(CODE, "alice", "bob")
    for astray in (pda.payment_address(MAKER.code("2.G.3k")), address_of("nobody"), SYSTEM_ID):
        await logged.refused(errors.WrongPaymentAddress, with_account(gift, "object", astray))


async def test_log_of_another_manufacturer_or_shard_is_refused(world: World) -> None:
    await world.send(registration(RIVAL))
    await alter(world, MAKER.account, "Manufacturer", shard_bits=8)
    shard = CODE.address[0]
    for opening in (world.opening(RIVAL), world.opening(shard=shard), world.opening(shard=shard ^ 1)):
        await world.send(opening)
    gift = world.micro_gift(CODE, "alice", "bob", shards=256)
    for astray in (log_of(RIVAL), log_of(shard=shard ^ 1)):
        await world.refused(errors.WrongPaymentLog, with_account(gift, "payment_log", astray))
    await world.send(gift)


@pytest.mark.parametrize(
    ("claims", "error"),
    [
        ({"path": "2.3.G"}, errors.InvalidPathLength),
        ({"path": "2.3.2.G.l"}, errors.InvalidSegment),
        ({"path": "A.3.2.G.3j"}, errors.InvalidWallet),
        ({"path": "2.31.2.G.3j"}, errors.WrongPrefix),
        ({"path": "2.3.3.G.3j"}, errors.InvalidClassPointer),
        ({"class_pointer": list(bytes(8))}, errors.InvalidClassPointer),
        ({"path": "2.3.2.G.3k"}, errors.WrongPaymentAddress),
        ({"address": address_of("mallory")}, errors.WrongPaymentAddress),
    ],
)
async def test_code_must_be_the_manufacturers(logged: World, claims: dict[str, Any], error: Any) -> None:
    await logged.refused(error, claimed(logged.micro_gift(CODE, "alice", "bob"), **claims))


async def test_full_log_takes_no_more(logged: World) -> None:
    await alter(logged, log_of(), "PaymentLog", leaf_count=MOST_LEAVES)
    await logged.refused(errors.LogFull, logged.micro_gift(CODE, "alice", "bob"))
