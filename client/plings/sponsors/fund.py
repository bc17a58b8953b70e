"""Putting money into a sponsor pool. Anyone may; it is the manufacturer's then."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs import find_maker
from plings.program import instructions
from plings.sponsors.lookup import pool_of


async def fund_pool(
    cluster: Cluster,
    funder: Keypair,
    maker: str | Pubkey,
    amount_lamports: int,
    *,
    on_signed: OnSigned | None = None,
) -> Confirmed:
    """Moves `amount_lamports` from `funder` to the manufacturer's pool.

    Raises ZeroAmount, NotRegistered (also without a pool) and the cluster's errors.
    """
    manufacturer = await find_maker(cluster, maker)
    await pool_of(cluster, manufacturer)  # its absence is told in words
    funding = instructions.fund_sponsor_pool(
        funder=funder.pubkey(), identity_key=manufacturer.identity_key, amount_lamports=amount_lamports
    )
    return await cluster.send([funding], [funder], on_signed=on_signed)
