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


def challenge_promotion(
    *, payer: Pubkey, code: ScanUrl, identity_key: Pubkey, shown: ProvedLeaf | None, shards: int = 1
) -> Instruction:
    """Shows more of whose an object is while its promotion is not final. Anyone may; `payer` signs.

    `shown` is a leaf with its proof, None for the object's slot. Raises the errors that
    `programs/plings/src/instructions/challenge_promotion.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    log = payment_log_address(manufacturer, shard_of(code.address, shards))
    accounts = {
        "payer": payer,
        "config": config_address(),
        "manufacturer": manufacturer,
        "payment_log": log,
        "object": payment_address(code),
        "promotion": promotion_address(payment_address(code)),
        "checkpoint": checkpoint_address(log, shown.checkpoint_id) if shown else None,
        "batch_account": None if shown else batch_account_address(code.path),
    }
    return build("challenge_promotion", accounts, {"code": code_argument(code), "leaf": leaf_argument(shown)})
