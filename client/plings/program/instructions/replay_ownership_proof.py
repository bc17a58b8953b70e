from __future__ import annotations

from collections.abc import Sequence

from solders.instruction import Instruction
from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.program.interface import build
from plings.program.pda import checkpoint_address
from plings.proofs import Leaf


def replay_ownership_proof(
    *, leaf: Leaf, proof: Sequence[bytes], checkpoint_id: int, original_transaction: Signature
) -> Instruction:
    """Shows that a leaf is under a checkpoint of its log, and tells it again. Anyone may, nobody need sign.

    `proof` is the leaf's inclusion proof in the tree of that checkpoint. `original_transaction` is a claim that the
    program cannot check. Raises InvalidLeaf, ProofInvalid.
    """
    arguments = {
        "leaf": {
            "kind": int(leaf.kind),
            "number": leaf.number,
            "timestamp": leaf.timestamp,
            "actor": Pubkey.from_bytes(leaf.actor),
            "owner": Pubkey.from_bytes(leaf.owner),
            "amount_lamports": leaf.amount_lamports,
            "code": {
                "path": leaf.path.text,
                "class_pointer": list(leaf.class_pointer.value),
                "address": Pubkey.from_bytes(leaf.address),
            },
        },
        "proof": [list(node) for node in proof],
        "original_transaction": list(bytes(original_transaction)),
    }
    checkpoint = checkpoint_address(Pubkey.from_bytes(leaf.payment_log), checkpoint_id)
    return build("replay_ownership_proof", {"checkpoint": checkpoint}, arguments)
