"""Checkpoints of the logs, and leaves replayed against them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule
from solders.pubkey import Pubkey
from solders.signature import Signature

from fixtures.fix_program import address_of
from plings.program import instructions as ix
from plings.program import pda
from plings.program.accounts import OwnershipCheckpoint, PaymentLog
from plings.proofs import Tree
from program.model.call import Call, nothing
from program.model.machine import Machine
from program.model.people import often, people, rarely
from program.model.state import Model, size_of

DAMAGES = ("none", "none", "none", "amount", "owner", "number", "node", "longer", "kind", "no kind")


class CheckpointRules(Machine):
    def _picked(self, kind: type, number: int) -> tuple[Pubkey, Any]:
        found = list(self.model.all_of(kind))
        return found[number % len(found)]

    @precondition(lambda self: any(self.model.all_of(PaymentLog)))
    @rule(number=st.integers(0, 6), payer=people, wrong_number=rarely, prefers_leaves=often)
    def create_checkpoint(self, number: int, payer: str, wrong_number: bool, prefers_leaves: bool) -> None:
        log, books = self._picked(PaymentLog, number)
        if not books.leaf_count and prefers_leaves:
            log, books = max(self.model.all_of(PaymentLog), key=lambda found: found[1].leaf_count)
        config, who = self.model.config, address_of(payer)
        checkpoint_id = books.checkpoint_count + wrong_number
        leaves = books.leaf_count - books.checkpointed_leaf_count
        seconds = self.model.now_unix - books.checkpointed_at_unix
        is_due = leaves >= config.checkpoint_payments or seconds >= config.checkpoint_seconds
        content = OwnershipCheckpoint(
            payment_log=log,
            root=Tree(leaf.hash for leaf in self.model.leaves.get(log, ())).root(),
            checkpoint_id=checkpoint_id,
            leaf_count=books.leaf_count,
            last_payment_at_unix=books.last_leaf_at_unix,
            created_at_unix=self.model.now_unix,
        )

        def effect(model: Model) -> None:
            address = pda.checkpoint_address(log, checkpoint_id)
            model.create(who, address, size_of("OwnershipCheckpoint"), content)
            model.change(
                log,
                checkpoint_count=checkpoint_id + 1,
                checkpointed_leaf_count=books.leaf_count,
                checkpointed_at_unix=model.now_unix,
            )

        instruction = ix.create_checkpoint(payer=who, payment_log=log, checkpoint_id=checkpoint_id)
        against = {"CheckpointTooEarly": not leaves or not is_due, "WrongCheckpoint": wrong_number}
        self.attempt(Call("create_checkpoint", (instruction,), against, effect), by=payer)

    @precondition(lambda self: any(self.model.all_of(OwnershipCheckpoint)))
    @rule(number=st.integers(0, 9), at=st.integers(0, 99), damage=st.sampled_from(DAMAGES))
    def replay_ownership_proof(self, number: int, at: int, damage: str) -> None:
        _, checkpoint = self._picked(OwnershipCheckpoint, number)
        leaves = self.model.leaves[checkpoint.payment_log]
        leaf = leaves[at % checkpoint.leaf_count]
        proof = Tree(one.hash for one in leaves).inclusion_proof(leaf.number, checkpoint.leaf_count)
        if damage == "node" and proof:
            proof[-1] = bytes(32)
        elif damage in ("longer", "node"):
            proof.append(bytes(32))
        changes: dict[str, Any] = {
            "amount": {"amount_lamports": leaf.amount_lamports + 1},
            "owner": {"owner": bytes(address_of("mallory"))[::-1]},
            "number": {"number": leaf.number + 1},
            "kind": {"kind": leaf.kind % 4 + 1},
            "no kind": {"kind": 5},
        }
        instruction = ix.replay_ownership_proof(
            leaf=replace(leaf, **changes.get(damage, {})),
            proof=proof,
            checkpoint_id=checkpoint.checkpoint_id,
            original_transaction=Signature.default(),
        )
        against = {"InvalidLeaf": damage == "no kind", "ProofInvalid": damage not in ("none", "no kind")}
        self.attempt(Call("replay_ownership_proof", (instruction,), against, nothing))
