from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import manufacturer_address, sponsor_pool_address


def close_sponsor_pool(*, authority: Pubkey, identity_key: Pubkey, manufacturer_treasury: Pubkey) -> Instruction:
    """Ends a pool; all that lies on it goes to the manufacturer's treasury. Signed by the manufacturer's authority.

    Raises NotManufacturerAuthority, ManufacturerSuspended, ManufacturerCompromised, ManufacturerRetired,
    WrongSponsorPool, WrongAccount.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "authority": authority,
        "manufacturer": manufacturer,
        "sponsor_pool": sponsor_pool_address(manufacturer),
        "manufacturer_treasury": manufacturer_treasury,
    }
    return build("close_sponsor_pool", accounts, {})
