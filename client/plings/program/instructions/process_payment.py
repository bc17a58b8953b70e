from __future__ import annotations

from typing import NamedTuple

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import (
    ASSOCIATED_TOKEN_PROGRAM_ID,
    INSTRUCTIONS_SYSVAR_ID,
    TOKEN_PROGRAM_ID,
    build,
)
from plings.program.pda import (
    batch_account_address,
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


class Treasuries(NamedTuple):
    """Whom a payment at the object's own account pays."""

    manufacturer: Pubkey
    platform: Pubkey


def process_payment(
    *,
    buyer: Pubkey,
    code: ScanUrl,
    amount_lamports: int,
    identity_key: Pubkey,
    shards: int = 1,
    with_log: bool = True,
    with_batch: bool = False,
    with_pool: bool = False,
    treasuries: Treasuries | None = None,
    seller: Pubkey | None = None,
    with_tag: bool = False,
    with_proof: bool = False,
) -> Instruction:
    """Pays for an object, whatever it costs: its value decides where its owner is kept. Signed by the buyer.

    The payment log, which must be open then, is given unless `with_log` is false; the batch account `with_batch`,
    where there is one; what an account of the object's own needs where `treasuries` names whom it pays, with the
    sponsor pool `with_pool`. A purchase has a seller, whose NFT is in their associated token account. Where a
    signed tag is demanded, give `with_tag`, and put `check_tag` just before this one. Where a proof of printing is
    demanded, give `with_proof`, and put `prove_printed` before that, or this. Raises the errors that
    `programs/plings/src/instructions/process_payment.rs` lists.
    """
    manufacturer = manufacturer_address(identity_key)
    payment = payment_address(code)
    mint = mint_address(payment)
    accounts = {
        "buyer": buyer,
        "config": config_address(),
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, code.class_pointer),
        "object": payment,
        "payment_log": payment_log_address(manufacturer, shard_of(code.address, shards)) if with_log else None,
        "batch_account": batch_account_address(code.path) if with_batch else None,
        "sponsor_pool": sponsor_pool_address(manufacturer) if with_pool else None,
        "mint": mint if treasuries else None,
        "buyer_token_account": token_account_address(buyer, mint) if treasuries else None,
        "manufacturer_treasury": treasuries.manufacturer if treasuries else None,
        "platform_treasury": treasuries.platform if treasuries else None,
        "seller": seller,
        "seller_token_account": token_account_address(seller, mint) if seller else None,
        "nft_authority": nft_authority_address() if treasuries else None,
        "instructions": INSTRUCTIONS_SYSVAR_ID if with_tag or with_proof else None,
        "token_program": TOKEN_PROGRAM_ID if treasuries else None,
        "associated_token_program": ASSOCIATED_TOKEN_PROGRAM_ID if treasuries else None,
    }
    return build("process_payment", accounts, {"code": code_argument(code), "amount_lamports": amount_lamports})
