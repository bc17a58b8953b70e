from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address, manufacturer_address, payment_log_address


def sweep_payment_log(
    *,
    identity_key: Pubkey,
    manufacturer_treasury: Pubkey | None,
    platform_treasury: Pubkey | None,
    shard: int = 0,
) -> Instruction:
    """Pays the manufacturer and the platform what a payment log owes them. Anyone may, nobody need sign.

    A treasury that is None is not paid, and is owed on: one that cannot be paid holds up nobody else.
    Raises WrongPaymentLog, WrongAccount, NothingOwed.
    """
    manufacturer = manufacturer_address(identity_key)
    accounts = {
        "config": config_address(),
        "manufacturer": manufacturer,
        "payment_log": payment_log_address(manufacturer, shard),
        "manufacturer_treasury": manufacturer_treasury,
        "platform_treasury": platform_treasury,
    }
    return build("sweep_payment_log", accounts, {})
