from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import INSTRUCTIONS_SYSVAR_ID, build
from plings.program.pda import class_terms_address, config_address, manufacturer_address, payment_log_address
from plings.proofs.shard import shard_of


def handle_micro_payment(
    *,
    buyer: Pubkey,
    code: ScanUrl,
    amount_lamports: int,
    identity_key: Pubkey,
    shards: int = 1,
    with_tag: bool = False,
    with_proof: bool = False,
) -> Instruction:
    """Pays for an object without making an account: a leaf of the payment log that the object's address falls to.

    Signed by the buyer. `shards` is how many logs the manufacturer has. Where a signed tag is demanded, give
    `with_tag`, and put `check_tag` just before this one. Where a proof of printing is demanded, give `with_proof`,
    and put `prove_printed` before that, or this. Raises the errors that
    `programs/plings/src/instructions/handle_micro_payment.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "buyer": buyer,
        "config": config_address(),
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, code.class_pointer),
        "payment_log": payment_log_address(manufacturer, shard_of(code.address, shards)),
        "instructions": INSTRUCTIONS_SYSVAR_ID if with_tag or with_proof else None,
    }
    return build("handle_micro_payment", accounts, {"code": code_argument(code), "amount_lamports": amount_lamports})
