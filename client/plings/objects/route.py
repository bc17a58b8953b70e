"""Which way a payment takes: the program's own rule, from what the cluster says now."""

from __future__ import annotations

from dataclasses import dataclass

from plings.identity import ScanUrl
from plings.objects.lookup import Standing
from plings.program.accounts import Tier
from plings.program.rent import first_payment_rent_lamports


@dataclass(frozen=True)
class Route:
    """`kind` is purchase, first_payment, batch_payment or micro_payment. Amounts are lamports."""

    kind: str
    tier: Tier
    rent_lamports: int = 0
    """put down beyond the price, whoever pays it; a purchase's depends on the buyer's token account"""
    sponsor_lamports: int = 0
    """what the sponsor pool pays of it"""


def route_of(standing: Standing, code: ScanUrl, amount_lamports: int) -> Route:
    """The way of a payment of `amount_lamports` by `process_payment`."""
    if standing.found:
        return Route("purchase", Tier.OBJECT)
    tier = standing.terms.tier_of(amount_lamports)
    if tier is Tier.OBJECT:
        rent = first_payment_rent_lamports(code)
        sponsor = standing.pool if standing.terms.is_sponsored else None
        offered = sponsor.offer(amount_lamports, rent) if sponsor else None
        return Route("first_payment", tier, rent, offered or 0)
    if tier is Tier.BATCH and standing.batch and standing.batch.is_free(code.path):
        return Route("batch_payment", tier, standing.batch.slot_rent_lamports)
    return Route("micro_payment", Tier.MICRO)
