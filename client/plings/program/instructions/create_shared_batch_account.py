from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import Path
from plings.program.interface import build
from plings.program.pda import batch_account_address, manufacturer_address


def create_shared_batch_account(*, payer: Pubkey, path: Path, identity_key: Pubkey) -> Instruction:
    """Makes the account in which the hundred objects around `path` keep their owners.

    Anyone may; `payer` signs and pays its rent, of which each slot's buyer pays a hundredth back. Raises WrongPrefix,
    WrongBatchAccount, InvalidPathLength, InvalidSegment, InvalidWallet.
    """
    accounts = {
        "payer": payer,
        "manufacturer": manufacturer_address(identity_key),
        "batch_account": batch_account_address(path),
    }
    return build("create_shared_batch_account", accounts, {"path": path.text})
