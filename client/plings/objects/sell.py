"""What an owner does with an object: offer it, take the offer back, give it away."""

from __future__ import annotations

from solders.instruction import Instruction
from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import ScanUrl
from plings.objects.lookup import find_manufacturer
from plings.program import instructions
from plings.program.pda import payment_address

OFFER_SECONDS = 30 * 24 * 60 * 60
"""How long an offer stands unless it is said: 30 days."""


async def list_for_sale(
    cluster: Cluster,
    code: ScanUrl,
    owner: Keypair,
    asking_price_lamports: int,
    *,
    seconds: int = OFFER_SECONDS,
    on_signed: OnSigned | None = None,
) -> Confirmed:
    """`owner`, who holds the NFT, asks a price for the object, for `seconds` from now.

    Raises NotOwner, ZeroAmount, OfferEnded and the cluster's errors.
    """
    offer = await offer_of(cluster, code, owner.pubkey(), asking_price_lamports, seconds=seconds)
    return await cluster.send([offer], [owner], on_signed=on_signed)


async def offer_of(
    cluster: Cluster, code: ScanUrl, owner: Pubkey, asking_price_lamports: int, *, seconds: int = OFFER_SECONDS
) -> Instruction:
    """The instruction with which `owner` offers the object, for `seconds` from now.

    Raises NotRegistered, ClusterError.
    """
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    return instructions.list_for_sale(
        owner=owner,
        payment=payment_address(code),
        identity_key=manufacturer.identity_key,
        asking_price_lamports=asking_price_lamports,
        ends_at_unix=await cluster.clock_unix() + seconds,
    )


async def cancel_listing(
    cluster: Cluster, code: ScanUrl, owner: Keypair, *, on_signed: OnSigned | None = None
) -> Confirmed:
    """The object is not for sale any more. Raises NotForSale, NotOwner and the cluster's errors."""
    withdrawal = instructions.cancel_listing(owner=owner.pubkey(), payment=payment_address(code))
    return await cluster.send([withdrawal], [owner], on_signed=on_signed)


async def transfer_ownership(
    cluster: Cluster, code: ScanUrl, owner: Keypair, new_owner: Pubkey, *, on_signed: OnSigned | None = None
) -> Confirmed:
    """Gives the object, with its NFT, to `new_owner`.

    Raises AlreadyOwner, WrongTokenAccount (the NFT is not in the owner's account) and the cluster's errors.
    """
    gift = instructions.transfer_ownership(owner=owner.pubkey(), payment=payment_address(code), new_owner=new_owner)
    return await cluster.send([gift], [owner], on_signed=on_signed)
