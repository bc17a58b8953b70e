from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address


def accept_authority(*, new_authority: Pubkey) -> Instruction:
    """Takes the platform's authority over. Signed by whom it was offered to. Raises NotPendingAuthority."""
    return build("accept_authority", {"new_authority": new_authority, "config": config_address()}, {})
