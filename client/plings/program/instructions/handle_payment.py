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
    token_account_address,
)


def handle_payment(
    *,
    buyer: Pubkey,
    code: ScanUrl,
    amount_lamports: int,
    identity_key: Pubkey,
    manufacturer_treasury: Pubkey,
    platform_treasury: Pubkey,
    seller: Pubkey | None = None,
    seller_token_account: Pubkey | None = None,
    with_tag: bool = False,
    with_proof: bool = False,
) -> Instruction:
    """Pays at a scanned object's address, and owns it. Signed by the buyer.

    A first payment has no seller. A purchase has one; its NFT is looked for in the seller's associated token
    account unless another is given. Where a signed tag is demanded, give `with_tag`, and put `check_tag` just
    before this one. Where a proof of printing is demanded, give `with_proof`, and put `prove_printed` before that,
    or this. Raises the errors that `programs/plings/src/instructions/handle_payment.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    payment = payment_address(code)
    mint = mint_address(payment)
    if seller is not None and seller_token_account is None:
        seller_token_account = token_account_address(seller, mint)
    accounts = {
        "buyer": buyer,
        "config": config_address(),
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, code.class_pointer),
        "object": payment,
        "mint": mint,
        "buyer_token_account": token_account_address(buyer, mint),
        "manufacturer_treasury": manufacturer_treasury,
        "platform_treasury": platform_treasury,
        "seller": seller,
        "seller_token_account": seller_token_account,
        "nft_authority": nft_authority_address(),
        "instructions": INSTRUCTIONS_SYSVAR_ID if with_tag or with_proof else None,
    }
    return build("handle_payment", accounts, {"code": code_argument(code), "amount_lamports": amount_lamports})
