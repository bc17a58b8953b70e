from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import build
from plings.program.pda import batch_account_address, manufacturer_address, payment_address, payment_log_address
from plings.proofs import shard_of


def transfer_batch_slot(
    *, owner: Pubkey, code: ScanUrl, new_owner: Pubkey, identity_key: Pubkey, shards: int = 1
) -> Instruction:
    """The owner of a slot gives its object to somebody. Signed by the owner.

    Raises AlreadyOwner, ObjectExists, NotSlotOwner, WrongAccount (nobody's address, or the object's own),
    WrongBatchAccount, WrongPaymentLog, LogFull and the code's errors.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "owner": owner,
        "manufacturer": manufacturer,
        "object": payment_address(code),
        "payment_log": payment_log_address(manufacturer, shard_of(code.address, shards)),
        "batch_account": batch_account_address(code.path),
    }
    return build("transfer_batch_slot", accounts, {"code": code_argument(code), "new_owner": new_owner})
