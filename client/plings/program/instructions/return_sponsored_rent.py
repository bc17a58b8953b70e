from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import (
    manufacturer_address,
    mint_address,
    nft_authority_address,
    sponsor_pool_address,
    token_account_address,
)


def return_sponsored_rent(
    *, identity_key: Pubkey, manufacturer_treasury: Pubkey, payment: Pubkey, previous_owner: Pubkey
) -> Instruction:
    """Closes the token account of `previous_owner`, which a sponsor paid for and is empty now; its rent goes back.

    Anyone may, nobody need sign. `payment` is the object's payment address. Raises NotReturnable, WrongPrefix,
    WrongMint, WrongTokenAccount, WrongSponsorPool, WrongAccount.
    """
    manufacturer = manufacturer_address(identity_key)
    mint = mint_address(payment)
    accounts = {
        "manufacturer": manufacturer,
        "sponsor_pool": sponsor_pool_address(manufacturer),
        "manufacturer_treasury": manufacturer_treasury,
        "object": payment,
        "mint": mint,
        "token_account": token_account_address(previous_owner, mint),
        "nft_authority": nft_authority_address(),
    }
    return build("return_sponsored_rent", accounts, {})
