from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import manufacturer_address, sponsor_pool_address


def fund_sponsor_pool(*, funder: Pubkey, identity_key: Pubkey, amount_lamports: int) -> Instruction:
    """Puts lamports into a manufacturer's pool. Anyone may; signed by the funder. Raises ZeroAmount."""
    accounts = {"funder": funder, "sponsor_pool": sponsor_pool_address(manufacturer_address(identity_key))}
    return build("fund_sponsor_pool", accounts, {"amount_lamports": amount_lamports})
