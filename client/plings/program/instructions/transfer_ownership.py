from __future__ import annotations

from solders.instruction import Instruction
from solders.pubkey import Pubkey

from plings.program.interface import build
from plings.program.pda import mint_address, nft_authority_address, token_account_address


def transfer_ownership(
    *, owner: Pubkey, payment: Pubkey, new_owner: Pubkey, token_account: Pubkey | None = None
) -> Instruction:
    """Gives the object at `payment` to `new_owner`, with its NFT; an offer to sell it ends.

    Signed by who holds the NFT, who pays the rent of the new owner's token account if there is none.
    Raises Provisional, AlreadyOwner, WrongMint, WrongTokenAccount, NotOwner.
    """
    mint = mint_address(payment)
    accounts = {
        "owner": owner,
        "object": payment,
        "mint": mint,
        "token_account": token_account or token_account_address(owner, mint),
        "new_owner": new_owner,
        "new_token_account": token_account_address(new_owner, mint),
        "nft_authority": nft_authority_address(),
    }
    return build("transfer_ownership", accounts, {})
