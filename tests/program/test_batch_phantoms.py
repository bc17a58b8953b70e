"""A phantom: an object that nobody made, on a genuine one's path, with an address that begins like the genuine one's.

Anybody can print one where no signed tags are demanded. A slot was once bound to the first 8 bytes of an address, and
the object could be stolen by way of its phantom: now it keeps 88 bits of the address's hash.
"""

import pytest
from solders.instruction import Instruction

from fixtures.fix_program import World, address_of
from plings.identity import ScanUrl
from plings.program import errors
from plings.program import instructions as ix
from plings.proofs import Leaf, Tree
from program.batches import alike, owner_of, slot_gift, slot_payment, with_batch
from program.journey import MAKER
from program.leaves import leaf_of
from program.micro import CODE

PHANTOM = alike(CODE)
MALLORY = address_of("mallory")


@pytest.fixture
async def batched(logged: World) -> World:
    return await with_batch(logged)


async def test_payment_for_the_phantom_is_none_for_the_object(batched: World) -> None:
    """It takes the slot, but mallory does not own the object by it."""
    await batched.send(slot_payment(PHANTOM, "mallory"))
    assert await owner_of(batched, PHANTOM) == MALLORY
    assert await owner_of(batched, CODE) is None


async def test_object_is_not_given_by_the_name_of_its_phantom(batched: World) -> None:
    """Else the slot changes hands, and no leaf or event of the object says so."""
    await batched.send(slot_payment())
    await batched.refused(errors.NotSlotOwner, slot_gift(PHANTOM, "alice", "bob"))


async def test_slot_is_not_shown_for_the_phantom(batched: World) -> None:
    """Anybody claims an account for the phantom, by a micro-payment, and shows alice's slot for it: then it is gone."""
    await phantom_is_claimed(batched)
    await batched.refused(errors.TitleMissing, challenge(PHANTOM))
    assert await owner_of(batched) == address_of("alice")


async def test_owner_can_still_show_the_slot_against_a_later_payment(batched: World) -> None:
    """The theft would be: alice's slot is made the phantom's, then mallory claims the object by a payment of hers."""
    leaves = await phantom_is_claimed(batched)
    batched.land([challenge(PHANTOM)])
    leaves.append(leaf_of((await batched.send(batched.micro_payment(CODE, "mallory"))).event))
    await batched.send(batched.noted(1))
    await batched.send(claim(CODE, leaves, checkpoint_id=1))
    await batched.send(challenge(CODE))
    assert (await batched.object(CODE)).owner == address_of("alice")


async def phantom_is_claimed(world: World) -> list[Leaf]:
    """Alice pays for the object's slot, mallory into the log for the phantom, for which she claims an account."""
    await world.send(world.change_of_config(checkpoint_payments=1))
    payments = [slot_payment(), world.micro_payment(PHANTOM, "mallory")]
    leaves = [leaf_of((await world.send(payment)).event) for payment in payments]
    await world.send(world.noted(0))
    await world.send(claim(PHANTOM, leaves, checkpoint_id=0))
    return leaves


def claim(code: ScanUrl, leaves: list[Leaf], checkpoint_id: int) -> Instruction:
    """Mallory's claim to the object of `code`, by the last leaf."""
    proof = Tree(leaf.hash for leaf in leaves).inclusion_proof(len(leaves) - 1)
    shown = ix.ProvedLeaf(leaves[-1], checkpoint_id, tuple(proof))
    return ix.promote_to_object(
        payer=MALLORY, claimant=MALLORY, code=code, identity_key=MAKER.identity_key, shown=shown
    )


def challenge(code: ScanUrl) -> Instruction:
    """Carol shows the slot against the claim to the object of `code`."""
    return ix.challenge_promotion(payer=address_of("carol"), code=code, identity_key=MAKER.identity_key, shown=None)
