"""Proofs and payments that a program makes by calls: neither is taken for a transaction's own."""

from __future__ import annotations

from typing import Any

import pytest
from solders.instruction import AccountMeta, Instruction

from fixtures.fix_program import World, address_of
from plings.identity import ScanUrl
from plings.program import errors
from plings.program import instructions as ix
from plings.program.accounts import TagDemand
from program.journey import MAKER
from program.printed import TEN, Printed, anchor, demand
from rules.probe import probe_binary

RELAY = address_of("relay")
CODE = TEN.code(0)
OTHER_CLASS = Printed("3.P")


def relayed(instruction: Instruction) -> Instruction:
    """The same, called by another program."""
    program = AccountMeta(instruction.program_id, is_signer=False, is_writable=False)
    return Instruction(RELAY, bytes(instruction.data), [program, *instruction.accounts])


@pytest.fixture
async def calling(logged: World) -> World:
    """A program that relays, TEN anchored and demanded, and another class's batch, of which nothing is demanded."""
    logged.cluster.deploy(RELAY, probe_binary(), upgrade_authority=address_of("mallory"))
    await anchor(logged, TEN, OTHER_CLASS)
    await logged.send(demand(logged))
    return logged


def micro(world: World, code: ScanUrl = CODE, **others: Any) -> Instruction:
    return world.micro_payment(code, "alice", **{"with_proof": True, **others})


async def test_payments_by_calls_go_where_nothing_is_demanded(calling: World) -> None:
    receipt = await calling.send(relayed(calling.micro_payment(OTHER_CLASS.code(0), "alice")))
    assert receipt.event.name == "MicroPaymentProcessed"


async def test_payment_by_a_call_follows_no_proof(calling: World) -> None:
    await calling.refused(errors.NoPaymentFollows, TEN.proof(), relayed(micro(calling)))
    await calling.refused(errors.PrintedProofMissing, relayed(micro(calling)))


async def test_proof_by_a_call_precedes_no_payment(calling: World) -> None:
    await calling.refused(errors.NoPaymentFollows, relayed(TEN.proof()), micro(calling))
    await calling.refused(errors.NoPaymentFollows, relayed(TEN.proof()), relayed(micro(calling)))


async def test_proof_by_a_call_claims_nothing_of_classes_without_a_demand(calling: World) -> None:
    """Nor could somebody burn an item's claim so."""
    payment = calling.micro_payment(OTHER_CLASS.code(0), "alice")
    await calling.refused(errors.NoPaymentFollows, relayed(OTHER_CLASS.proof()), payment)


async def test_payment_by_a_call_borrows_no_proof_of_another(calling: World) -> None:
    """The proof before serves the transaction's own payment; the relay's stands behind that."""
    own, borrower = micro(calling), relayed(micro(calling, TEN.code(1)))
    await calling.refused(errors.PrintedProofMissing, TEN.proof(), own, borrower)


async def test_signed_tags_check_between_leads_to_no_call(calling: World) -> None:
    await calling.send(demand(calling, tag_demand=TagDemand.DEMANDED))
    tag = ix.check_tag(code=CODE, identity_key=MAKER.identity_key)
    payment = micro(calling, with_tag=True)
    await calling.refused(errors.NoPaymentFollows, TEN.proof(), tag, relayed(payment))
    await calling.refused(errors.NoPaymentFollows, relayed(TEN.proof()), tag, payment)
    await calling.send(TEN.proof(), tag, payment)


async def test_batch_may_be_anchored_by_a_call(calling: World) -> None:
    """The authority signed the transaction, the identity key the root: who passes it on is all the same."""
    check, commit = Printed("2.Q").commit(payer=address_of("bob"))
    await calling.refused(errors.CommitmentUnsigned, relayed(commit))
    await calling.send(check, relayed(commit))
