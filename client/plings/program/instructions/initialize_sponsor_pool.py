from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import manufacturer_address, sponsor_pool_address


def initialize_sponsor_pool(
    *,
    payer: Pubkey,
    authority: Pubkey,
    identity_key: Pubkey,
    per_item_lamports: int,
    minimum_value_lamports: int,
    maximum_value_lamports: int,
) -> Instruction:
    """A manufacturer offers to pay its customers' rent: at most `per_item_lamports`, for payments within the bounds.

    Signed by `payer`, who pays the pool's own rent, and the manufacturer's authority. Raises NotManufacturerAuthority,
    InvalidSponsorTerms.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "payer": payer,
        "authority": authority,
        "manufacturer": manufacturer,
        "sponsor_pool": sponsor_pool_address(manufacturer),
    }
    terms = {
        "per_item_lamports": per_item_lamports,
        "minimum_value_lamports": minimum_value_lamports,
        "maximum_value_lamports": maximum_value_lamports,
    }
    return build("initialize_sponsor_pool", accounts, {"terms": terms})
