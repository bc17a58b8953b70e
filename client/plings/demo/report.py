"""The demo's facts for a program to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from plings.chain import Confirmed
from plings.demo.scenes import ForSale, Paid, PlatformOpen, Printing, Registered, Scene, Settlement
from plings.program import PROGRAM_ID
from plings.program.events import jsonable


def report(scenes: Sequence[Scene]) -> dict[str, Any]:
    """All of it: keys as base58, amounts in lamports. `files` are added by whoever knows all of them."""
    facts: dict[str, Any] = {"program_id": str(PROGRAM_ID), "steps": [], "payments": {}}
    for scene in scenes:
        facts["steps"] += _step(scene)
        _add(facts, scene)
    return facts


def _step(scene: Scene) -> list[dict[str, Any]]:
    match scene:
        case PlatformOpen(confirmed=Confirmed() as confirmed):
            name = "initialize_config"
        case Registered(confirmed=confirmed):
            name = "register_manufacturer"
        case ForSale(confirmed=confirmed):
            name = "list_for_sale"
        case Paid(name=name, payment=payment):
            confirmed = payment.confirmed
        case _:
            return []
    units, fee = confirmed.compute_units, confirmed.fee_lamports
    signature = str(confirmed.signature)
    return [{"name": name, "signature": signature, "compute_units": units, "fee_lamports": fee}]


def _add(facts: dict[str, Any], scene: Scene) -> None:
    match scene:
        case PlatformOpen(config=config):
            facts["platform"] = {"authority": str(config.authority), "fee_bps": config.platform_fee_bps}
        case Registered(manufacturer=maker):
            facts["manufacturer"] = {"prefix": maker.prefix, "identity_key": str(maker.identity_key)}
        case Printing():
            facts["url"] = scene.code.text
            facts["codes"] = [printed.code.text for printed in scene.batch]
            facts["checks"] = [
                {"code": what, "grade": verdict.grade.value, "reasons": list(verdict.reasons)}
                for what, verdict in scene.verdicts
            ]
        case Paid(name=name, payment=payment, shares=shares, rent_lamports=rent):
            amounts = {f"{who}_lamports": lamports for who, lamports in shares.items()}
            facts["payments"][name] = {"amount_lamports": payment.amount_lamports, **amounts, "rent_lamports": rent}
            facts["object"] = {"address": str(payment.payment_address), "mint": str(payment.mint)}
        case ForSale(asking_price_lamports=price):
            facts["asking_price_lamports"] = price
        case Settlement():
            facts |= _settlement(scene)
            facts["object"]["owner"] = str(scene.owner)


def _settlement(scene: Settlement) -> dict[str, Any]:
    return {
        "balances": {
            balance.who: {
                "address": str(balance.address),
                "before_lamports": balance.before_lamports,
                "after_lamports": balance.after_lamports,
            }
            for balance in scene.balances
        },
        "rent_lamports": scene.rent_lamports,
        "fees_lamports": scene.fees_lamports,
        "events": [
            {"name": event.name, "fields": {name: jsonable(value) for name, value in event.fields.items()}}
            for event in scene.events
        ],
        "proofs": list(scene.proofs),
    }
