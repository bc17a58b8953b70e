from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address


def unpause(*, authority: Pubkey) -> Instruction:
    """Payments are taken again.

    Signed by the platform's authority. Raises NotPlatformAuthority, NotPaused.
    """
    return build("unpause", {"authority": authority, "config": config_address()}, {})
