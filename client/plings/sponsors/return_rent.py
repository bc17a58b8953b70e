"""Sending a sponsor's rent back from a token account that the NFT has left. Anyone may, and gets none of it."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.errors import NotRegistered
from plings.identity import ScanUrl
from plings.objects import find_manufacturer, find_object
from plings.program import instructions
from plings.program.events import decode_events
from plings.program.pda import token_account_address


@dataclass(frozen=True)
class ReturnedRent:
    """The closed account, and what came back to where: the pool, or the treasury if that was closed.

    `destination` and `amount_lamports` are None where the node kept no record.
    """

    token_account: Pubkey
    destination: Pubkey | None
    amount_lamports: int | None
    confirmed: Confirmed


async def return_rent(
    cluster: Cluster,
    payer: Keypair,
    code: ScanUrl,
    previous_owner: Pubkey,
    *,
    on_signed: OnSigned | None = None,
) -> ReturnedRent:
    """Closes `previous_owner`'s empty token account for the object, if a sponsor paid for it; `payer` pays the fee.

    Raises NotReturnable (the NFT is there, or nobody sponsored it), WrongTokenAccount (there is no such account),
    NotRegistered (also where the object has no account) and the cluster's errors.
    """
    manufacturer = await find_manufacturer(cluster, code.path.prefix)
    found = await find_object(cluster, code)
    if found is None:
        raise NotRegistered(f"the object {code.path.text} has no account on this cluster, so nobody sponsored it")
    closing = instructions.return_sponsored_rent(
        identity_key=manufacturer.identity_key,
        manufacturer_treasury=manufacturer.treasury,
        payment=found.payment_address,
        previous_owner=previous_owner,
    )
    confirmed = await cluster.send([closing], [], payer=payer, on_signed=on_signed)
    told = next((event.fields for event in decode_events(confirmed.logs) if event.name == "SponsoredRentReturned"), {})
    return ReturnedRent(
        token_account=token_account_address(previous_owner, found.instance.mint),
        destination=told.get("destination"),
        amount_lamports=told.get("amount_lamports"),
        confirmed=confirmed,
    )
