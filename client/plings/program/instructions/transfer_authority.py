from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address


def transfer_authority(*, authority: Pubkey, new_authority: Pubkey | None) -> Instruction:
    """Offers the platform's authority to `new_authority`, who must accept it; None withdraws the offer.

    Signed by the platform's authority. Raises NotPlatformAuthority.
    """
    accounts = {"authority": authority, "config": config_address()}
    return build("transfer_authority", accounts, {"new_authority": new_authority or Pubkey.default()})
