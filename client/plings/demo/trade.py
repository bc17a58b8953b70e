"""Paying, offering, buying."""

from __future__ import annotations

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.demo.scenes import ForSale, Paid
from plings.identity import ScanUrl
from plings.objects import Payment, list_for_sale, pay
from plings.program.events import Event
from plings.program.pda import mint_address, payment_address, token_account_address

FIRST_PRICE_LAMPORTS = 250_000_000
ASKING_PRICE_LAMPORTS = 400_000_000
SHARES = ("manufacturer", "platform", "seller")


async def buy(cluster: Cluster, code: ScanUrl, name: str, who: str, buyer: Keypair, lamports: int) -> Paid:
    """`buyer` pays `lamports` for the object of `code`."""
    accounts = object_accounts(code, buyer.pubkey())
    before = await held(cluster, accounts)
    payment = await pay(cluster, code, buyer, lamports)
    rent = sum(await held(cluster, accounts)) - sum(before)
    return Paid(name, who, payment, _shares(payment), rent)


async def offer(cluster: Cluster, code: ScanUrl, owner: Keypair) -> ForSale:
    """`owner` asks a price for the object of `code`."""
    confirmed = await list_for_sale(cluster, code, owner, ASKING_PRICE_LAMPORTS)
    return ForSale(owner.pubkey(), ASKING_PRICE_LAMPORTS, confirmed)


def object_accounts(code: ScanUrl, *holders: Pubkey) -> list[Pubkey]:
    """The object's account, its mint, and the token accounts of `holders`."""
    payment = payment_address(code)
    mint = mint_address(payment)
    return [payment, mint, *(token_account_address(holder, mint) for holder in holders)]


async def held(cluster: Cluster, addresses: list[Pubkey]) -> list[int]:
    """The lamports at each address."""
    return [account.lamports if account else 0 for account in await cluster.accounts(addresses)]


def _shares(payment: Payment) -> dict[str, int]:
    event = sale_event(payment)
    return {who: event.fields[f"{who}_amount"] for who in SHARES if f"{who}_amount" in event.fields} if event else {}


def sale_event(payment: Payment) -> Event | None:
    """What the program told of the payment; None where the node kept no record."""
    return next((event for event in payment.events if event.name in ("ObjectCreated", "ObjectPurchased")), None)
