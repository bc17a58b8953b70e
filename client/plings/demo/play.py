"""The demo's course."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed
from plings.demo.actors import Actors
from plings.demo.platform import existing_config, open_platform, register
from plings.demo.printing import print_and_check
from plings.demo.proof import checked, money_findings, prove
from plings.demo.scenes import Balance, ForSale, Paid, Scene, Settlement
from plings.demo.trade import ASKING_PRICE_LAMPORTS, FIRST_PRICE_LAMPORTS, buy, held, object_accounts, offer
from plings.identity import ScanUrl
from plings.program.events import decode_events

PURSE_LAMPORTS = 1_000_000_000
TREASURY_LAMPORTS = 1_000_000
"""A little more than an empty account's rent, which a treasury must hold."""


async def play(cluster: Cluster, actors: Actors, folder: Path) -> AsyncIterator[Scene]:
    """The scenes, each after it happened. Codes go to `folder`.

    Raises the errors of `pay` and `list_for_sale`, PictureError and OSError, and Disproved at the end.
    """
    await _fund(cluster, actors)
    opened = await open_platform(cluster, actors)
    yield opened
    yield await register(cluster, actors)
    printing = print_and_check(actors.identity, folder)
    yield printing
    code = printing.code
    parties = _parties(actors, opened.config.platform_treasury)
    before = await held(cluster, list(parties.values()))
    first = await buy(cluster, code, "first_payment", "first buyer", actors.first_buyer, FIRST_PRICE_LAMPORTS)
    yield first
    listed = await offer(cluster, code, actors.first_buyer)
    yield listed
    second = await buy(cluster, code, "purchase", "second buyer", actors.second_buyer, ASKING_PRICE_LAMPORTS)
    yield second
    after = await held(cluster, list(parties.values()))
    balances = tuple(map(Balance, parties, parties.values(), before, after))
    yield await _settle(cluster, code, actors, balances, [first, second], listed)


async def _fund(cluster: Cluster, actors: Actors) -> None:
    purses = [actors.manufacturer, actors.first_buyer, actors.second_buyer]
    treasuries = [actors.manufacturer_treasury]
    if await existing_config(cluster) is None:
        purses, treasuries = [*purses, actors.platform], [*treasuries, actors.platform_treasury]
    wanted = {key.pubkey(): PURSE_LAMPORTS for key in purses}
    wanted |= {key.pubkey(): TREASURY_LAMPORTS for key in treasuries}
    for address, lamports in wanted.items():
        await asyncio.sleep(0)  # an embedded cluster never waits, and an interrupt must come through
        (there,) = await held(cluster, [address])
        if there < lamports:
            await cluster.airdrop(address, lamports)


def _parties(actors: Actors, platform_treasury: Pubkey) -> dict[str, Pubkey]:
    return {
        "first buyer": actors.first_buyer.pubkey(),
        "second buyer": actors.second_buyer.pubkey(),
        "manufacturer": actors.manufacturer_treasury.pubkey(),
        "platform": platform_treasury,
    }


async def _settle(
    cluster: Cluster,
    code: ScanUrl,
    actors: Actors,
    balances: tuple[Balance, ...],
    sales: list[Paid],
    listed: ForSale,
) -> Settlement:
    buyers = actors.first_buyer.pubkey(), actors.second_buyer.pubkey()
    rent = sum(await held(cluster, object_accounts(code, *buyers)))
    trades = [sales[0].payment.confirmed, listed.confirmed, sales[1].payment.confirmed]
    fees = _fees(trades)
    proofs = await prove(cluster, code, actors, sales)
    proofs += checked(list(money_findings(balances, sales, rent, fees, actors.shared)))
    events = tuple(event for trade in trades for event in decode_events(trade.logs))
    return Settlement(balances, rent, fees, events, proofs, buyers[1])


def _fees(confirmed: list[Confirmed]) -> int | None:
    fees = [one.fee_lamports for one in confirmed]
    return None if None in fees else sum(fee or 0 for fee in fees)
