"""The transaction with which a wallet pays for a code."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from plings.api.problems import Refused
from plings.customer.chain_facts import ChainFacts
from plings.customer.counter import Counter
from plings.customer.following import check_unpaid
from plings.customer.names import isolated
from plings.customer.offering import offer
from plings.customer.printed import Printed
from plings.customer.selling import MOST_LAMPORTS, priced
from plings.customer.shapes import Unsigned
from plings.customer.view import PageView, Reason, SaleState, SaleView
from plings.errors import TransactionError
from plings.identity import ScanUrl
from plings.objects import check_log, payment_of
from plings.objects.quote import LAMPORTS_PER_SOL

_AWAY = frozenset(("chain_away", "index_away", "index_behind"))
"""Reasons that pass."""


async def pay_by_wallet(
    counter: Counter, code: ScanUrl, buyer: Pubkey, amount_lamports: int | None, reference: Pubkey | None
) -> Unsigned:
    """A payment of `amount_lamports`, or of what is asked, by `buyer`.

    Raises Refused where nothing is sold, for another amount than is asked or less than is taken, or a reference that
    was paid; the program's refusals and NotRegistered; ClusterError.
    """
    facts = await counter.facts(code)
    view = counter.shown(facts)
    if reference is not None and counter.offers.of(reference) is not None:
        # first: who paid already is told so, and not that theirs is a copy
        await check_unpaid(counter.cluster, code, reference, amount_lamports or view.sale.amount_lamports or 1)
    amount = amount_of(view.sale, amount_lamports)
    chain = facts.chain
    assert chain is not None and chain.standing is not None  # else the sale is closed
    sale = requoted(view.sale, code, chain, amount, facts.printed)
    refuse_closed(sale)
    paying = payment_of(chain.standing, code, buyer, amount, item=facts.printed.item)
    try:
        said = _said(view, amount)
        return await offer(counter, paying, buyer, reference=reference, message=said, step=sale.kind or "")
    except TransactionError as error:
        await check_log(counter.cluster, code, chain.standing.terms.manufacturer, paying, error)
        raise


def amount_of(sale: SaleView, wanted: int | None) -> int:
    """The amount that is paid. Raises Refused."""
    if sale.state not in (SaleState.FIRST, SaleState.OFFERED):
        refuse_closed(sale)
    asked = sale.amount_lamports
    if sale.is_fixed and asked is not None:
        if wanted not in (None, asked):
            text = f"amount: the price is {asked:,} lamports now [price_changed]"
            raise Refused(409, "price_changed", text, part="amount")
        return asked
    amount = asked if wanted is None else wanted
    least = sale.least_lamports or 1
    if amount is None:
        raise Refused(400, "missing_parameter", "amount: it is for the buyer to say [missing_parameter]", part="amount")
    if not least <= amount <= MOST_LAMPORTS:
        text = f"amount: it is from {least:,} to {MOST_LAMPORTS:,} lamports [amount]"
        raise Refused(400, "amount", text, part="amount")
    return amount


def requoted(sale: SaleView, code: ScanUrl, chain: ChainFacts, amount: int, printed: Printed) -> SaleView:
    """The sale as it is for an amount; what speaks against any is kept."""
    others = tuple(reason for reason in sale.why_not if reason.code in _AWAY or reason.code.endswith(_LASTING))
    again = priced(replace(sale, amount_lamports=amount), code, chain, amount, printed)
    return replace(again, why_not=(*again.why_not, *others))


def refuse_closed(sale: SaleView) -> None:
    """Raises Refused where a payment is not to be."""
    if sale.can_pay:
        return
    reason = sale.why_not[0] if sale.why_not else Reason("not_for_sale")
    status = 503 if reason.code in _AWAY else 409
    retry = 5.0 if status == 503 else None
    raise Refused(
        status, reason.code, f"{_WHY.get(reason.code, 'it cannot be paid now')} [{reason.code}]", retry_seconds=retry
    )


def title_of(view: PageView) -> str:
    """The product in a wallet's line; the path where no name is known."""
    name = view.product.name if view.product else None
    return isolated(name) if name else str(view.path)


def sol(lamports: int) -> str:
    whole, rest = divmod(lamports, LAMPORTS_PER_SOL)
    return f"{whole:,}.{rest:09d}".rstrip("0").rstrip(".") + " SOL"


def _said(view: PageView, amount: int) -> str:
    return f"{title_of(view)}, {view.path}: {sol(amount)}"


_LASTING = ("_status", "keys_differ")
_WHY = {
    "chain_away": "the cluster gives no answer: ask again",
    "index_away": "whether somebody owns it already cannot be looked up now: ask again",
    "index_behind": "whether somebody owns it already is not known yet: ask again",
    "not_on_chain": "its manufacturer takes no payments on this cluster",
    "not_genuine": "the code is not genuine",
    "owned_without_account": "somebody owns it, and must get an account for it before it can be sold",
    "not_for_sale": "its owner does not sell it",
    "provisional": "its owner is getting an account for it: it can be sold when that is final",
    "keys_differ": "registry and cluster name different keys of the manufacturer",
    "manufacturer_status": "the registry does not stand for its manufacturer now",
    "wallet_status": "the registry does not stand for its wallet now",
    "pointer_status": "the registry does not stand for its class pointer now",
    "paused": "the platform takes no payments now",
    "manufacturer_suspended": "its manufacturer takes no payments now",
    "manufacturer_compromised": "its manufacturer's key is compromised",
    "manufacturer_retired": "its manufacturer takes no payments any more",
    "tag_signature_missing": "its class takes signed codes only, and this one is not",
    "printed_proof_missing": "its class takes payments with a proof only that the code was printed, and its "
    "manufacturer's lists of printed codes that are kept here do not have it: they can add it, or the code is made up",
    "batch_not_anchored": "its manufacturer's list of printed codes has it, and is not on this cluster yet",
    "another_root": "another list of printed codes than the one that has it is on this cluster, for ever",
    "item_claimed": "somebody has paid for it: this is a copy of its code, or they are its owner",
    "proof_too_large": "the proof that it was printed leaves no room in a transaction for a payment of this amount",
}
