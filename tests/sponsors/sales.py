"""Sales whose rent a pool pays, for the tests of what comes after."""

from __future__ import annotations

from solders.keypair import Keypair

from cli.market import PRICE, Market
from plings.identity import ScanUrl
from plings.objects import find_terms
from plings.program import instructions as ix
from plings.sponsors import PoolTerms

TERMS = PoolTerms(per_item_lamports=20_000_000, minimum_value_lamports=PRICE, maximum_value_lamports=2 * PRICE)
FUNDS = 100_000_000


async def sell(market: Market, code: ScanUrl, buyer: Keypair) -> None:
    """`buyer` pays PRICE for an object of its own; the manufacturer's pool pays the rent."""
    terms = await find_terms(market.cluster, code)
    payment = ix.sponsored_payment(
        buyer=buyer.pubkey(),
        code=code,
        amount_lamports=PRICE,
        identity_key=terms.manufacturer.identity_key,
        manufacturer_treasury=terms.manufacturer.treasury,
        platform_treasury=terms.config.platform_treasury,
    )
    await market.cluster.send([payment], [buyer])
