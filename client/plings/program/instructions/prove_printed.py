from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.commitments import ItemProof
from plings.program.interface import INSTRUCTIONS_SYSVAR_ID, build
from plings.program.pda import manufacturer_address, printed_batch_address


def prove_printed(item: ItemProof) -> Instruction:
    """Shows that the item of the payment that follows was printed, and claims it. Anyone may; it needs no signature.

    Put it just before the payment, or before the check of its signed tag (`check_tag`). Raises the errors that
    `programs/plings/src/instructions/prove_printed.rs` lists.
    """
    commitment = item.commitment
    manufacturer = manufacturer_address(Pubkey.from_bytes(commitment.identity_key))
    accounts = {
        "printed_batch": printed_batch_address(manufacturer, item.class_pointer, commitment.batch_number),
        "instructions": INSTRUCTIONS_SYSVAR_ID,
    }
    return build("prove_printed", accounts, {"index": item.index, "proof": [list(node) for node in item.proof]})
