"""What the tests of account substitution try with printed batches."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from fixtures.fix_program import RIVAL, World, address_of
from plings.program.accounts import PrintedDemand
from program.printed import Printed
from program.scenarios import HARMLESS, NO_TERMS, OPEN, RENT_ALONE, WHOEVER_SIGNS, scenario, stall

PRINTED, FRESHLY, RIVALS_BATCH = Printed("9.P"), Printed("9.R"), Printed("9.P", maker=RIVAL)
OTHER_PRINTED = {"other batch": Printed("9.Q"), "another class": Printed("4.P")}


@stall
async def _(world: World) -> dict[str, Pubkey]:
    """MAKER's demand, its batches with the same items' places, and RIVAL's."""
    await world.send(world.terms("2.3.9", 1_000, printed_demand=PrintedDemand.DEMANDED))
    batches = {"printed batch": PRINTED, "rival's printed batch": RIVALS_BATCH}
    batches |= {f"printed batch of {kind}": batch for kind, batch in OTHER_PRINTED.items()}
    for batch in batches.values():
        await world.send(*batch.commit())
    return {kind: batch.address for kind, batch in batches.items()}


@scenario("commit_batch")
async def _(world: World) -> list[Instruction]:
    return list(FRESHLY.commit(payer=address_of("bob")))


@scenario("prove_printed")
async def _(world: World) -> list[Instruction]:
    return [PRINTED.proof(3), world.micro_payment(PRINTED.code(3), "bob", with_proof=True)]


@scenario("handle_micro_payment/printed")
async def _(world: World) -> list[Instruction]:
    return [PRINTED.proof(4), world.micro_payment(PRINTED.code(4), "bob", with_proof=True)]


HARMLESS |= {
    ("commit_batch", "payer"): (RENT_ALONE, OPEN),
    ("handle_micro_payment/printed", "buyer"): (WHOEVER_SIGNS, OPEN),
    ("handle_micro_payment/printed", "class_terms"): (NO_TERMS, {"closed", "of another owner"}),
}
