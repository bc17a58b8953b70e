"""Leaves of payment logs as the program's events tell them."""

from __future__ import annotations

from plings.identity import ClassPointer, Path
from plings.program.events import Event
from plings.proofs import Kind, Leaf


def leaf_of(event: Event) -> Leaf:
    """What a micro-payment or a change of owner put into its log."""
    told = event.fields
    is_payment = event.name == "MicroPaymentProcessed"
    return Leaf(
        kind=Kind.PAYMENT if is_payment else Kind.TRANSFER,
        payment_log=bytes(told["payment_log"]),
        number=told["number"],
        timestamp=told["timestamp"],
        actor=bytes(told["buyer" if is_payment else "previous_owner"]),
        owner=bytes(told["buyer" if is_payment else "owner"]),
        amount_lamports=told["payment_amount"] if is_payment else 0,
        class_pointer=ClassPointer.parse(told["class_pointer"]),
        address=bytes(told["solana_address"]),
        path=Path.parse(told["path"]),
    )
