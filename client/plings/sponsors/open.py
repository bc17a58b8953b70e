"""Opening a manufacturer's sponsor pool."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs import find_maker
from plings.program import instructions
from plings.program.pda import manufacturer_address, sponsor_pool_address
from plings.sponsors.lookup import PoolTerms


@dataclass(frozen=True)
class OpenedPool:
    """A pool that is open now, and has nothing to spend yet."""

    address: Pubkey
    confirmed: Confirmed


async def open_pool(
    cluster: Cluster,
    authority: Keypair,
    maker: str | Pubkey,
    terms: PoolTerms,
    *,
    payer: Keypair | None = None,
    on_signed: OnSigned | None = None,
) -> OpenedPool:
    """The manufacturer, by its `authority`, offers to pay its customers' rent; `payer` (the authority unless it is
    said) pays the pool's own.

    Raises NotManufacturerAuthority, InvalidSponsorTerms, NotRegistered, TransactionRefused when it is open already, and
    the cluster's errors.
    """
    payer, identity_key = payer or authority, (await find_maker(cluster, maker)).identity_key
    opening = instructions.initialize_sponsor_pool(
        payer=payer.pubkey(), authority=authority.pubkey(), identity_key=identity_key, **asdict(terms)
    )
    confirmed = await cluster.send([opening], [authority], payer=payer, on_signed=on_signed)
    return OpenedPool(sponsor_pool_address(manufacturer_address(identity_key)), confirmed)
