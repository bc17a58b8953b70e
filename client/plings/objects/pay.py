"""Paying for a scanned object: the first payment makes and owns it, a later one buys it from its owner."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from solders.keypair import Keypair
from solders.pubkey import Pubkey

from plings.chain import Cluster, Confirmed, Signed
from plings.identity import ScanUrl
from plings.objects.lookup import find_object, find_terms
from plings.program import instructions
from plings.program.events import Event, decode_events
from plings.program.pda import mint_address, payment_address


@dataclass(frozen=True)
class Payment:
    """A payment that took effect. `kind` is `first_payment` or `purchase`."""

    kind: str
    code: ScanUrl
    payment_address: Pubkey
    owner: Pubkey
    mint: Pubkey
    amount_lamports: int
    confirmed: Confirmed
    events: tuple[Event, ...]


async def pay(
    cluster: Cluster,
    code: ScanUrl,
    buyer: Keypair,
    amount_lamports: int,
    *,
    on_signed: Callable[[Signed], None] | None = None,
) -> Payment:
    """Pays `amount_lamports` at the code's payment address; `buyer` owns the object when this returns.

    Rent (a first payment) and the network's fee come on top. Raises NotRegistered (nobody's code, or a counterfeit
    class), ClusterError, and of TransactionError: TransactionRefused and TransactionFailed with the program's own
    class (BelowFloor, NotForSale, BelowAskingPrice, Paused, …), TransactionExpired, TransactionUnresolved.
    """
    terms = await find_terms(cluster, code)
    found = await find_object(cluster, code)
    identity_key = terms.manufacturer.identity_key
    payment = instructions.handle_payment(
        buyer=buyer.pubkey(),
        code=code,
        amount_lamports=amount_lamports,
        identity_key=identity_key,
        manufacturer_treasury=terms.manufacturer.treasury,
        platform_treasury=terms.config.platform_treasury,
        seller=found.instance.owner if found and found.holder else None,
        with_tag=terms.signed_tag,
    )
    needs_tag = terms.signed_tag and code.signature is not None
    before = [instructions.check_tag(code=code, identity_key=identity_key)] if needs_tag else []
    confirmed = await cluster.send([*before, payment], [buyer], on_signed=on_signed)
    return Payment(
        kind="purchase" if found else "first_payment",
        code=code,
        payment_address=payment_address(code),
        owner=buyer.pubkey(),
        mint=mint_address(payment_address(code)),
        amount_lamports=amount_lamports,
        confirmed=confirmed,
        events=tuple(decode_events(confirmed.logs)),
    )
