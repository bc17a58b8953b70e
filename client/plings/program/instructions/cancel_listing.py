from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import mint_address, token_account_address


def cancel_listing(*, owner: Pubkey, payment: Pubkey, token_account: Pubkey | None = None) -> Instruction:
    """The object at `payment` is not for sale any more.

    Signed by who holds the NFT. Raises NotForSale, WrongTokenAccount, NotOwner.
    """
    accounts = {
        "owner": owner,
        "object": payment,
        "token_account": token_account or token_account_address(owner, mint_address(payment)),
    }
    return build("cancel_listing", accounts, {})
