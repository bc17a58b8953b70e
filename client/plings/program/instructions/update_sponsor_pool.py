from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import manufacturer_address, sponsor_pool_address


def update_sponsor_pool(
    *,
    authority: Pubkey,
    identity_key: Pubkey,
    per_item_lamports: int,
    minimum_value_lamports: int,
    maximum_value_lamports: int,
) -> Instruction:
    """Changes what a pool pays, and for which payments. Signed by the manufacturer's authority.

    Raises NotManufacturerAuthority, WrongSponsorPool, InvalidSponsorTerms.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "authority": authority,
        "manufacturer": manufacturer,
        "sponsor_pool": sponsor_pool_address(manufacturer),
    }
    terms = {
        "per_item_lamports": per_item_lamports,
        "minimum_value_lamports": minimum_value_lamports,
        "maximum_value_lamports": maximum_value_lamports,
    }
    return build("update_sponsor_pool", accounts, {"terms": terms})
