"""What is told of a transaction that took effect."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from plings.cli.amounts import units

if TYPE_CHECKING:
    from plings.chain import Confirmed
    from plings.objects import NewLeaf
    from plings.program.events import Event


def confirmed_facts(confirmed: Confirmed) -> dict[str, Any]:
    """For JSON. Compute units and fee are None where the node kept no record."""
    return {
        "signature": str(confirmed.signature),
        "slot": confirmed.slot,
        "compute_units": confirmed.compute_units,
        "fee_lamports": confirmed.fee_lamports,
    }


def confirmed_lines(confirmed: Confirmed) -> list[tuple[str, object]]:
    """For people."""
    fee = "-" if confirmed.fee_lamports is None else f"{confirmed.fee_lamports:,} lamports"
    return [("signature", confirmed.signature), ("compute", units(confirmed.compute_units)), ("network fee", fee)]


def leaf_facts(written: NewLeaf) -> dict[str, Any]:
    """For JSON: where a leaf is. `number` is None where the node kept no record."""
    return {"payment_log": str(written.payment_log), "number": written.number}


def leaf_lines(written: NewLeaf) -> list[tuple[str, object]]:
    """For people."""
    number = "-" if written.number is None else f"{written.number:,}"
    return [("payment log", written.payment_log), ("leaf", number)]


def event_facts(events: Sequence[Event]) -> list[dict[str, Any]]:
    """For JSON: keys as base58, amounts in lamports."""
    from plings.program.events import jsonable

    return [
        {"name": event.name, "fields": {name: jsonable(value) for name, value in event.fields.items()}}
        for event in events
    ]
