from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.interface import build
from plings.program.pda import (
    class_terms_address,
    config_address,
    manufacturer_address,
    mint_address,
    nft_authority_address,
    payment_address,
    promotion_address,
    sponsor_pool_address,
    token_account_address,
)


def finalize_promotion(
    *, payer: Pubkey, owner: Pubkey, code: ScanUrl, identity_key: Pubkey, with_pool: bool = False
) -> Instruction:
    """The owner of the code's promoted object gets its NFT; nothing can be shown against it any more.

    Signed by the owner, and by `payer`, who pays the NFT's rent and gets the promotion's; `with_pool` that of the
    manufacturer pays. Raises WrongPrefix, WrongPromotion, ChallengeOpen, NotTitleHolder, and with the pool Paused,
    ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired, NotSponsored.
    """
    manufacturer = manufacturer_address(identity_key)
    payment = payment_address(code)
    mint = mint_address(payment)
    accounts = {
        "payer": payer,
        "owner": owner,
        "config": config_address(),
        "manufacturer": manufacturer,
        "class_terms": class_terms_address(manufacturer, code.class_pointer),
        "object": payment,
        "promotion": promotion_address(payment),
        "sponsor_pool": sponsor_pool_address(manufacturer) if with_pool else None,
        "mint": mint,
        "owner_token_account": token_account_address(owner, mint),
        "nft_authority": nft_authority_address(),
    }
    return build("finalize_promotion", accounts, {})
