"""Payments that take slots, for the tests of what comes after."""

from __future__ import annotations

from solders.keypair import Keypair

from cli.market import FLOOR, Market
from plings.identity import ScanUrl
from plings.objects import find_manufacturer
from plings.program import instructions as ix


async def take_slot(market: Market, code: ScanUrl, buyer: Keypair) -> None:
    """`buyer` pays the floor for the slot of `code`, whose account and log are open."""
    manufacturer = await find_manufacturer(market.cluster, code.path.prefix)
    payment = ix.handle_batch_payment(
        buyer=buyer.pubkey(), code=code, amount_lamports=FLOOR, identity_key=manufacturer.identity_key
    )
    await market.cluster.send([payment], [buyer])
