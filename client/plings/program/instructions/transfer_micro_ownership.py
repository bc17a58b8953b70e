from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import build
from plings.program.pda import manufacturer_address, payment_address, payment_log_address
from plings.proofs.shard import shard_of


def transfer_micro_ownership(
    *, owner: Pubkey, code: ScanUrl, new_owner: Pubkey, identity_key: Pubkey, shards: int = 1
) -> Instruction:
    """The owner of an object that has no account gives it to `new_owner`: a leaf of its log, signed by the owner.

    It counts if, in the log's order, its signer owned the object then. Raises AlreadyOwner, ObjectExists and
    the code's errors.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "owner": owner,
        "manufacturer": manufacturer,
        "object": payment_address(code),
        "payment_log": payment_log_address(manufacturer, shard_of(code.address, shards)),
    }
    arguments = {"code": code_argument(code), "new_owner": new_owner}
    return build("transfer_micro_ownership", accounts, arguments)
