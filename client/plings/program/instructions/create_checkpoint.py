from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import checkpoint_address, config_address


def create_checkpoint(*, payer: Pubkey, payment_log: Pubkey, checkpoint_id: int) -> Instruction:
    """Writes down a payment log's root and count, for proofs against them.

    Anyone may; `payer` signs and pays its rent. `checkpoint_id` is the log's `checkpoint_count`. Raises
    CheckpointTooEarly, WrongCheckpoint.
    """
    accounts = {
        "payer": payer,
        "config": config_address(),
        "payment_log": payment_log,
        "checkpoint": checkpoint_address(payment_log, checkpoint_id),
    }
    return build("create_checkpoint", accounts, {})
