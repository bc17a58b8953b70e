from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address, program_data_address


def initialize_config(*, authority: Pubkey, platform_treasury: Pubkey, platform_fee_bps: int) -> Instruction:
    """Makes the platform's Config, once.

    `authority` signs and pays, and must be the program's upgrade authority. `platform_fee_bps` is the platform's share
    of every payment, at most 2,500. Raises NotUpgradeAuthority, TreasuryNotFunded, ShareTooHigh.
    """
    accounts = {
        "authority": authority,
        "config": config_address(),
        "program_data": program_data_address(),
        "platform_treasury": platform_treasury,
    }
    return build("initialize_config", accounts, {"platform_fee_bps": platform_fee_bps})
