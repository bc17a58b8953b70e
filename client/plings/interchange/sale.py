"""That an object was sold: by the leaf of a payment log, which a receipt proves or an index tells of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.errors import EventError
from plings.identity import DEFAULT_HOST, ScanUrl, format_address
from plings.interchange.commissioning import name_of
from plings.interchange.event import ObjectEvent
from plings.proofs import Leaf

PAYMENTS: Final = f"https://{DEFAULT_HOST}/leaf/"


@dataclass(frozen=True, slots=True)
class Sale:
    """One payment for `code`: `log` is the payment log's address, `number` that of its leaf, counted from 0."""

    code: ScanUrl
    log: str
    number: int
    at_unix: int
    amount_lamports: int
    buyer: str

    @property
    def payment(self) -> str:
        """What the payment is called: nothing else is the leaf of that number in that log."""
        return f"{PAYMENTS}{self.log}/{self.number}"


def sale_of(leaf: Leaf) -> Sale:
    """The sale that a leaf records. Raises EventError with rule `no_sale` for a gift."""
    if not leaf.kind.is_payment:
        raise EventError(leaf.path.text, "no_sale", "it was given, not paid for")
    code = ScanUrl("q", leaf.path, leaf.class_pointer, leaf.address)
    log, buyer = format_address(leaf.payment_log), format_address(leaf.actor)
    return Sale(code, log, leaf.number, leaf.timestamp, leaf.amount_lamports, buyer)


def sale_event(sale: Sale, *, gtin: str | None = None) -> ObjectEvent:
    """The event of a sale. Raises GtinError."""
    return ObjectEvent(
        "OBSERVE",
        "retail_selling",
        "retail_sold",
        (name_of(sale.code, gtin),),
        sale.at_unix,
        payment=sale.payment,
        more={"amountLamports": sale.amount_lamports, "buyer": sale.buyer},
    )
