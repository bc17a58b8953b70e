"""What a payment for a code would be now, and why there can be none."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from plings.api.answers.products import Product
from plings.customer.chain_facts import ChainFacts
from plings.customer.printed import CLAIMED, MISSING, Printed, fits
from plings.customer.view import Reason, SaleState, SaleView
from plings.identity import ScanUrl
from plings.objects import Quote, Standing, quote_of
from plings.objects.quote import LAMPORTS_PER_SOL
from plings.program.accounts import Tier

MOST_LAMPORTS: Final = 2**63 - 1

_TIERS: Final = {Tier.MICRO: "micro", Tier.BATCH: "batch", Tier.OBJECT: "object"}


@dataclass(frozen=True)
class Asked:
    """What is asked for an object: exactly `amount_lamports` where `is_fixed`, else at least `least_lamports`."""

    state: SaleState
    amount_lamports: int | None
    least_lamports: int
    is_fixed: bool


def sale_of(
    code: ScanUrl, chain: ChainFacts | None, product: Product | None, printed: Printed, *, owned_by_leaf: bool
) -> SaleView:
    """`owned_by_leaf`: the index knows an owner, and the cluster has no account or slot that says so."""
    if chain is None:
        return SaleView(SaleState.UNKNOWN, (Reason("chain_away"),))
    if chain.standing is None:
        return SaleView(SaleState.NONE, (Reason("not_on_chain"),))
    if chain.standing.found is None and (chain.slot or owned_by_leaf):
        return SaleView(SaleState.OWNED, (Reason("owned_without_account"),))
    if printed.why_not == CLAIMED:
        return SaleView(SaleState.OWNED, (Reason(CLAIMED),))
    asked = asked_for(chain, product)
    if asked is None:
        state = SaleState.CLAIMED if chain.promotion else SaleState.OWNED
        return SaleView(state, (Reason(_CLOSED[state]),))
    view = SaleView(asked.state, (), None, None, asked.amount_lamports, asked.least_lamports, asked.is_fixed)
    return priced(view, code, chain, asked.amount_lamports or asked.least_lamports, printed)


def priced(view: SaleView, code: ScanUrl, chain: ChainFacts, amount_lamports: int, printed: Printed) -> SaleView:
    """With what paying that amount would be and cost."""
    standing = _standing(chain)
    quote = quote_of(standing, code, amount_lamports, now_unix=chain.now_unix, item=printed.item)
    found = standing.found
    rule = _refusal(standing, quote, printed)
    return replace(
        view,
        why_not=() if rule is None else (Reason(rule),),
        kind=quote.kind,
        tier=_TIERS[quote.tier],
        shares=quote.shares,
        rent_lamports=quote.buyer_rent_lamports,
        sponsor_lamports=quote.sponsor_rent_lamports,
        network_fee_lamports=quote.network_fee_lamports,
        total_lamports=quote.buyer_lamports if view.amount_lamports is not None else None,
        offer_ends_at_unix=found.instance.offer_ends_at_unix if found else None,
    )


def asked_for(chain: ChainFacts, product: Product | None) -> Asked | None:
    """What is asked for the object, None when it is not for sale."""
    standing = _standing(chain)
    if standing.found is None:
        least = max(1, standing.terms.price_floor_lamports, _registered(product) or 0)
        is_named = standing.terms.price_floor_lamports > 0 or _registered(product)
        return Asked(SaleState.FIRST, least if is_named else None, least, False)
    price = standing.found.instance.asking_price_lamports
    if price is None or not standing.found.is_for_sale(chain.now_unix):
        return None
    return Asked(SaleState.OFFERED, price, price, True)


def rule_of(name: str) -> str:
    """`BelowFloor` → `below_floor`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _refusal(standing: Standing, quote: Quote, printed: Printed) -> str | None:
    """Why a payment would be refused: by the program, or for want of a proof, or of room for it."""
    if quote.refusal is not None:
        rule = rule_of(quote.refusal.__name__)
        return printed.why_not if rule == MISSING else rule
    if printed.item is None or fits(standing, quote.code, quote.amount_lamports, printed.item):
        return None
    return "proof_too_large"


def _standing(chain: ChainFacts) -> Standing:
    assert chain.standing is not None
    return chain.standing


def _registered(product: Product | None) -> int | None:
    """The registered price in lamports, where it is in SOL: for any other currency nobody here knows the rate."""
    if product is None or product.price_amount is None or product.price_currency != "SOL":
        return None
    lamports = int(Decimal(product.price_amount) * LAMPORTS_PER_SOL)
    return lamports if 0 < lamports <= MOST_LAMPORTS else None


_CLOSED: Final = {SaleState.CLAIMED: "provisional", SaleState.OWNED: "not_for_sale"}
