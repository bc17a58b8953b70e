from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import INSTRUCTIONS_SYSVAR_ID, build
from plings.program.pda import (
    class_terms_address,
    config_address,
    manufacturer_address,
    mint_address,
    nft_authority_address,
    payment_address,
    payment_log_address,
    sponsor_pool_address,
    token_account_address,
)
from plings.proofs import shard_of


def sponsored_payment(
    *,
    buyer: Pubkey,
    code: ScanUrl,
    amount_lamports: int,
    identity_key: Pubkey,
    manufacturer_treasury: Pubkey,
    platform_treasury: Pubkey,
    shards: int = 1,
    with_tag: bool = False,
    with_proof: bool = False,
) -> Instruction:
    """A first payment whose rent the manufacturer's pool pays; a micro-payment where it pays nothing.

    Signed by the buyer. `shards` is how many logs the manufacturer has. Where a signed tag is demanded, give
    `with_tag`, and put `check_tag` just before this one. Where a proof of printing is demanded, give `with_proof`,
    and put `prove_printed` before that, or this. Raises the errors that
    `programs/plings/src/instructions/sponsored_payment.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    payment = payment_address(code)
    mint = mint_address(payment)
    accounts = {
        "buyer": buyer,
        "config": config_address(),
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, code.class_pointer),
        "sponsor_pool": sponsor_pool_address(manufacturer),
        "payment_log": payment_log_address(manufacturer, shard_of(code.address, shards)),
        "object": payment,
        "mint": mint,
        "buyer_token_account": token_account_address(buyer, mint),
        "manufacturer_treasury": manufacturer_treasury,
        "platform_treasury": platform_treasury,
        "nft_authority": nft_authority_address(),
        "instructions": INSTRUCTIONS_SYSVAR_ID if with_tag or with_proof else None,
    }
    return build("sponsored_payment", accounts, {"code": code_argument(code), "amount_lamports": amount_lamports})
