from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.identity import ScanUrl
from plings.program.instructions.code_argument import code_argument
from plings.program.interface import build
from plings.program.pda import manufacturer_address, payment_address


def refund_deposit(
    *, authority: Pubkey, identity_key: Pubkey, code: ScanUrl, recipient: Pubkey, amount_lamports: int
) -> Instruction:
    """Sends back what somebody sent to a payment address by a plain transfer.

    Signed by the manufacturer's authority. Raises NotManufacturerAuthority, ZeroAmount, DepositTooSmall, and the code's
    errors.
    """
    accounts = {
        "authority": authority,
        "manufacturer": manufacturer_address(identity_key),
        "object": payment_address(code),
        "recipient": recipient,
    }
    return build("refund_deposit", accounts, {"code": code_argument(code), "amount_lamports": amount_lamports})
