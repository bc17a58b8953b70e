from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address


def pause(*, authority: Pubkey) -> Instruction:
    """No payment is taken until `unpause`; owners can still give objects away and deposits can be refunded.

    Signed by the platform's authority. Raises NotPlatformAuthority, Paused.
    """
    return build("pause", {"authority": authority, "config": config_address()}, {})
