from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.instructions.proved_leaf import ProvedLeaf, leaf_argument
from plings.program.interface import build
from plings.program.pda import (
    batch_account_address,
    checkpoint_address,
    config_address,
    manufacturer_address,
    payment_address,
    payment_log_address,
    promotion_address,
)
from plings.proofs import shard_of


def promote_to_object(
    *,
    payer: Pubkey,
    claimant: Pubkey,
    code: ScanUrl,
    identity_key: Pubkey,
    shown: ProvedLeaf | None,
    shards: int = 1,
) -> Instruction:
    """Begins to give an object that was paid for in a log, or in a slot, an account and NFT of its own.

    `shown` is a payment leaf with its proof, None for the object's slot. Signed by the claimant (a slot's owner) and by
    `payer`, who pays the rent. Raises the errors that `programs/plings/src/instructions/promote_to_object.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    log = payment_log_address(manufacturer, shard_of(code.address, shards))
    accounts = {
        "payer": payer,
        "claimant": claimant,
        "config": config_address(),
        "manufacturer": manufacturer,
        "payment_log": log,
        "object": payment_address(code),
        "promotion": promotion_address(payment_address(code)),
        "checkpoint": checkpoint_address(log, shown.checkpoint_id) if shown else None,
        "batch_account": None if shown else batch_account_address(code.path),
    }
    return build("promote_to_object", accounts, {"code": code_argument(code), "leaf": leaf_argument(shown)})
