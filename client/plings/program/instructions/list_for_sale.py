from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import config_address, manufacturer_address, mint_address, token_account_address


def list_for_sale(
    *,
    owner: Pubkey,
    payment: Pubkey,
    identity_key: Pubkey,
    asking_price_lamports: int,
    ends_at_unix: int,
    token_account: Pubkey | None = None,
) -> Instruction:
    """The owner of the object at `payment` asks a price until `ends_at_unix`; who pays it, or more, gets the object.

    Signed by who holds the NFT (in the associated token account unless another is given). Royalty and fee are fixed at
    what they are now. Raises ZeroAmount, OfferEnded, WrongPrefix, Provisional, WrongTokenAccount,
    NotOwner.
    """
    accounts = {
        "owner": owner,
        "config": config_address(),
        "manufacturer": manufacturer_address(identity_key),
        "object": payment,
        "token_account": token_account or token_account_address(owner, mint_address(payment)),
    }
    arguments = {"asking_price_lamports": asking_price_lamports, "ends_at_unix": ends_at_unix}
    return build("list_for_sale", accounts, arguments)
