from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.accounts.manufacturer import Status
from plings.program.interface import build
from plings.program.pda import config_address, manufacturer_address


def update_manufacturer(
    *,
    authority: Pubkey,
    identity_key: Pubkey,
    treasury: Pubkey | None = None,
    new_authority: Pubkey | None = None,
    price_floor_lamports: int | None = None,
    royalty_bps: int | None = None,
    require_signed_tags: bool | None = None,
    status: Status | None = None,
) -> Instruction:
    """Changes a manufacturer's terms and status; what is None stays.

    Signed by the manufacturer's authority, who can only lower the status, or by the platform's, who can set the status
    and nothing else. A new authority signs too. Raises NotManufacturerAuthority, StatusNotLowered, InvalidStatus,
    ShareTooHigh, TreasuryNotFunded.
    """
    accounts = {
        "authority": authority,
        "config": config_address(),
        "manufacturer": manufacturer_address(identity_key),
        "treasury": treasury,
        "new_authority": new_authority,
    }
    changes = {
        "price_floor_lamports": price_floor_lamports,
        "royalty_bps": royalty_bps,
        "require_signed_tags": require_signed_tags,
        "status": None if status is None else int(status),
    }
    return build("update_manufacturer", accounts, {"changes": changes})
