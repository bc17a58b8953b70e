from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address


def update_config(
    *,
    authority: Pubkey,
    platform_treasury: Pubkey | None = None,
    platform_fee_bps: int | None = None,
    micro_below_lamports: int | None = None,
    batch_below_lamports: int | None = None,
    checkpoint_payments: int | None = None,
    checkpoint_seconds: int | None = None,
    challenge_seconds: int | None = None,
) -> Instruction:
    """Changes the platform's settings; what is None stays.

    Signed by the platform's authority. Raises NotPlatformAuthority, TreasuryNotFunded, ShareTooHigh, InvalidThresholds.
    """
    changes = {
        "platform_fee_bps": platform_fee_bps,
        "micro_below_lamports": micro_below_lamports,
        "batch_below_lamports": batch_below_lamports,
        "checkpoint_payments": checkpoint_payments,
        "checkpoint_seconds": checkpoint_seconds,
        "challenge_seconds": challenge_seconds,
    }
    accounts = {"authority": authority, "config": config_address(), "platform_treasury": platform_treasury}
    return build("update_config", accounts, {"changes": changes})
