"""The end of a promotion: its owner gets the NFT."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.identity import ScanUrl
from plings.objects import find_manufacturer, is_ours
from plings.program import errors, instructions
from plings.program.events import decode_events
from plings.program.pda import manufacturer_address, mint_address, payment_address, sponsor_pool_address
from plings.promotions.lookup import open_promotion


@dataclass(frozen=True)
class Final:
    """An object that has its account and NFT for good. The pool paid `sponsored_lamports` of the rent, as far as the
    node's record tells."""

    payment_address: Pubkey
    owner: Pubkey
    mint: Pubkey
    sponsored_lamports: int
    confirmed: Confirmed


async def finalize(
    cluster: Cluster,
    code: ScanUrl,
    owner: Keypair,
    payer: Keypair | None = None,
    with_pool: bool | None = None,
    *,
    on_signed: OnSigned | None = None,
) -> Final:
    """Gives `owner`, whose the object is by all that was shown, its NFT.

    `payer`, or the owner, pays the NFT's rent and gets the promotion's back; `with_pool` the manufacturer's sponsor
    pool pays. By default it does if it is there and pays for such an object.

    Raises NotRegistered when no promotion is open, ChallengeOpen, NotTitleHolder, NotSponsored and the cluster's
    errors.
    """
    await open_promotion(cluster, code)
    identity_key = (await find_manufacturer(cluster, code.path.prefix)).identity_key
    payment, paying = payment_address(code), payer or owner

    async def final(by_pool: bool) -> Confirmed:
        finalizing = instructions.finalize_promotion(
            payer=paying.pubkey(), owner=owner.pubkey(), code=code, identity_key=identity_key, with_pool=by_pool
        )
        return await cluster.send([finalizing], [owner], payer=paying, on_signed=on_signed)

    try:
        confirmed = await final(await _has_pool(cluster, identity_key) if with_pool is None else with_pool)
    except errors.NotSponsored:
        if with_pool:
            raise
        confirmed = await final(by_pool=False)
    return Final(payment, owner.pubkey(), mint_address(payment), _sponsored(confirmed), confirmed)


async def _has_pool(cluster: Cluster, identity_key: Pubkey) -> bool:
    return is_ours(await cluster.account(sponsor_pool_address(manufacturer_address(identity_key))))


def _sponsored(confirmed: Confirmed) -> int:
    events = decode_events(confirmed.logs)
    return sum(event.fields["sponsorship_amount"] for event in events if event.name == "PaymentSponsored")
