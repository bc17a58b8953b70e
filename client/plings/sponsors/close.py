"""Ending a sponsor pool."""

from __future__ import annotations

from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, OnSigned
from plings.logs import find_maker
from plings.program import instructions
from plings.program.events import decode_events
from plings.sponsors.lookup import pool_of


@dataclass(frozen=True)
class ClosedPool:
    """A pool that is no more. What lay on it, its rent too, went to the treasury; None where there is no record."""

    address: Pubkey
    manufacturer_treasury: Pubkey
    amount_lamports: int | None
    confirmed: Confirmed


async def close_pool(
    cluster: Cluster, authority: Keypair, maker: str | Pubkey, *, on_signed: OnSigned | None = None
) -> ClosedPool:
    """The manufacturer, by its `authority`, ends its pool: all that lies on it goes to the manufacturer's treasury.

    Raises NotManufacturerAuthority, ManufacturerSuspended, ManufacturerCompromised, NotRegistered (also without a pool)
    and the cluster's errors.
    """
    manufacturer = await find_maker(cluster, maker)
    found = await pool_of(cluster, manufacturer)
    end = instructions.close_sponsor_pool(
        authority=authority.pubkey(),
        identity_key=manufacturer.identity_key,
        manufacturer_treasury=manufacturer.treasury,
    )
    confirmed = await cluster.send([end], [authority], on_signed=on_signed)
    closed = next((event.fields for event in decode_events(confirmed.logs) if event.name == "SponsorPoolClosed"), {})
    return ClosedPool(found.address, manufacturer.treasury, closed.get("amount_lamports"), confirmed)
