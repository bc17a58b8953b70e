from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.commitments import BatchCommitment
from plings.program.interface import INSTRUCTIONS_SYSVAR_ID, build
from plings.program.pda import manufacturer_address, printed_batch_address


def commit_batch(*, payer: Pubkey, authority: Pubkey, commitment: BatchCommitment) -> Instruction:
    """Anchors a printed batch's root, once and for ever. Put `check_commitment` just before this one.

    Signed by the manufacturer's authority and by the payer, who pays the rent of 112 bytes and a bit for each item.
    Raises the errors that `programs/plings/src/instructions/commit_batch.rs` lists.
    """
    manufacturer = manufacturer_address(Pubkey.from_bytes(commitment.identity_key))
    accounts = {
        "payer": payer,
        "authority": authority,
        "manufacturer": manufacturer,
        "printed_batch": printed_batch_address(manufacturer, commitment.class_pointer, commitment.batch_number),
        "instructions": INSTRUCTIONS_SYSVAR_ID,
    }
    argument = {
        "batch": commitment.batch,
        "class_pointer": list(commitment.class_pointer.value),
        "instances": [{"first": first, "last": last} for first, last in commitment.instances.ranges],
        "root": list(commitment.root),
        "created_at_unix": commitment.created_at_unix,
    }
    return build("commit_batch", accounts, {"commitment": argument})
