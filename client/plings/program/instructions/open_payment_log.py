from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import manufacturer_address, payment_log_address


def open_payment_log(*, payer: Pubkey, identity_key: Pubkey, shard: int = 0) -> Instruction:
    """Makes one of a manufacturer's payment logs, so that micro-payments can be taken.

    Anyone may; `payer` signs and pays its rent. Raises NoSuchShard.
    """
    manufacturer = manufacturer_address(identity_key)
    log = payment_log_address(manufacturer, shard)
    accounts = {"payer": payer, "manufacturer": manufacturer, "payment_log": log}
    return build("open_payment_log", accounts, {"shard": shard})
