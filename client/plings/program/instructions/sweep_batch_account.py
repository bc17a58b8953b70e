from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build


def sweep_batch_account(*, batch_account: Pubkey, rent_payer: Pubkey) -> Instruction:
    """Hands the slots' shares of the rent to who paid the rent. Anyone may, nobody need sign.

    Raises WrongAccount, NothingOwed.
    """
    return build("sweep_batch_account", {"batch_account": batch_account, "rent_payer": rent_payer}, {})
