from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.commitments import BatchCommitment
from plings.program.instructions.check_signature import check_signature


def check_commitment(commitment: BatchCommitment) -> Instruction:
    """The Ed25519 precompile's check of a commitment's signature (5,000 lamports for it).

    It must be the instruction just before `commit_batch`.
    """
    return check_signature(Pubkey.from_bytes(commitment.identity_key), commitment.signature, commitment.message)
