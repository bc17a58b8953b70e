"""What the tests of account substitution try with batch accounts."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World
from plings.program import instructions as ix
from program.batches import batch_of, batch_opening, instance, slot_gift, slot_payment, slot_sweep
from program.journey import MAKER
from program.scenarios import (
    FRESH,
    HARMLESS,
    NO_TERMS,
    NOT_DEMANDED,
    OPEN,
    RENT_ALONE,
    RIVALS,
    TAGGED,
    WHOEVER_SIGNS,
    scenario,
    stall,
)

SAME_SLOT = {"other number": instance(60), "other batch": instance(160, "2.H")}
"""FRESH is 160: the objects of these accounts have its slot."""


@stall
async def _(world: World) -> dict[str, Pubkey]:
    """Bob opened MAKER's, of which every slot is free, and carol RIVAL's, of which alice has a slot."""
    for code in (FRESH, TAGGED, *SAME_SLOT.values()):
        await world.send(batch_opening(code))
    await world.send(batch_opening(RIVALS, payer="carol", maker=RIVAL))
    rivals = RIVAL.code("2.G.3m")
    await world.send(slot_payment(rivals, "alice", identity_key=RIVAL.identity_key))
    others = {f"batch account of {kind}": batch_of(code) for kind, code in SAME_SLOT.items()}
    mine = {"batch account": batch_of(FRESH), "batch account of another class": batch_of(TAGGED)}
    return {**mine, **others, "rival's batch account": batch_of(RIVALS)}


@scenario("create_shared_batch_account")
async def _(world: World) -> list[Instruction]:
    return [batch_opening(instance(260), payer="bob")]


@scenario("handle_batch_payment")
async def _(world: World) -> list[Instruction]:
    return [slot_payment(FRESH, "bob")]


@scenario("handle_batch_payment/signed_tag")
async def _(world: World) -> list[Instruction]:
    tag = ix.check_tag(code=TAGGED, identity_key=MAKER.identity_key)
    return [tag, slot_payment(TAGGED, "bob", with_tag=True)]


@scenario("transfer_batch_slot")
async def _(world: World) -> list[Instruction]:
    """Alice has the same slot of all these accounts."""
    await world.send(*(slot_payment(code, "alice") for code in (FRESH, *SAME_SLOT.values())))
    return [slot_gift(FRESH, "alice", "carol")]


@scenario("sweep_batch_account")
async def _(world: World) -> list[Instruction]:
    """RIVAL's owes carol, and this one bob."""
    await world.send(slot_payment(FRESH, "alice"))
    return [slot_sweep(FRESH)]


HARMLESS |= {
    ("create_shared_batch_account", "payer"): (RENT_ALONE, OPEN),
    ("handle_batch_payment", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("handle_batch_payment/signed_tag", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("handle_batch_payment", "instructions"): (NOT_DEMANDED, OPEN),
    ("handle_batch_payment", "class_terms"): (NO_TERMS, {"closed", "of another owner"}),
    ("handle_batch_payment/signed_tag", "class_terms"): (NO_TERMS, {"closed", "of another owner"}),
}
