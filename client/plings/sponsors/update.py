"""Changing what a sponsor pool pays, and for which payments."""

from __future__ import annotations

from dataclasses import asdict

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs import find_maker
from plings.program import instructions
from plings.sponsors.lookup import PoolTerms, pool_of


async def update_pool(
    cluster: Cluster,
    authority: Keypair,
    maker: str | Pubkey,
    terms: PoolTerms,
    *,
    on_signed: OnSigned | None = None,
) -> Confirmed:
    """The manufacturer, by its `authority`, puts `terms` in place of all those that hold.

    Raises NotManufacturerAuthority, InvalidSponsorTerms, NotRegistered (also without a pool) and the cluster's errors.
    """
    manufacturer = await find_maker(cluster, maker)
    await pool_of(cluster, manufacturer)  # its absence is told in words
    change = instructions.update_sponsor_pool(
        authority=authority.pubkey(), identity_key=manufacturer.identity_key, **asdict(terms)
    )
    return await cluster.send([change], [authority], on_signed=on_signed)
