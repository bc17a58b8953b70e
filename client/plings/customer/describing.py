"""A code in the words of wallets' protocols: plain English in one line, with strangers' names isolated."""

from __future__ import annotations

from plings.api.problems import Refused
from plings.customer.names import isolated
from plings.customer.paying import refuse_closed, sol, title_of
from plings.customer.shapes import Action, ActionError, ActionParameter, LinkedAction, LinkedActions
from plings.customer.view import PageView, SaleState, SaleView
from plings.identity import ScanUrl


def label_of(view: PageView) -> str:
    """Product and manufacturer. Raises Refused for a code that is not genuine: nobody asks for money for it here."""
    if not view.grade.is_genuine:
        refuse_closed(view.sale)
    maker = view.manufacturer.name if view.manufacturer else None
    return f"{title_of(view)}, {isolated(maker)}" if maker else title_of(view)


def icon_of(view: PageView, origin: str) -> str:
    """The class's picture, or ours where it has none: both are what wallets take."""
    picture = view.product.picture if view.product else None
    return picture.url if picture else f"{origin}/icon.svg"


def action_of(view: PageView, code: ScanUrl, origin: str) -> Action:
    href = f"{origin}/actions/pay?{code.text.partition('?')[2]}"
    closed = _closed(view.sale)
    return Action(
        type="action",
        icon=icon_of(view, origin),
        title=title_of(view),
        description=_description(view),
        label=_label(view.sale),
        disabled=closed is not None,
        links=None if closed else LinkedActions(actions=[_linked(view.sale, href)]),
        error=ActionError(message=closed) if closed else None,
    )


def _closed(sale: SaleView) -> str | None:
    try:
        refuse_closed(sale)
    except Refused as refused:
        return refused.detail
    return None


def _linked(sale: SaleView, href: str) -> LinkedAction:
    if sale.is_fixed:
        return LinkedAction(type="transaction", href=f"{href}&amount={sale.amount_lamports}", label=_label(sale))
    least = sale.least_lamports or 1
    choice = ActionParameter(
        name="amount", label=f"Lamports, {least:,} or more", type="number", required=True, min=least
    )
    return LinkedAction(type="transaction", href=f"{href}&amount={{amount}}", label="Pay", parameters=[choice])


def _label(sale: SaleView) -> str:
    return f"Pay {sol(sale.amount_lamports)}" if sale.is_fixed and sale.amount_lamports else "Pay"


def _description(view: PageView) -> str:
    """Grade and owner, in a sentence each."""
    grade = str(view.grade).replace("_", " ").capitalize()
    owner = f"Owned by {view.owner.address}." if view.owner else ""
    if view.sale.can_pay and view.sale.state is SaleState.FIRST:
        owner = "Nobody owns it yet."
    return f"{grade}: {view.path}. {owner}".strip()
