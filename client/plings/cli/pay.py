from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines, event_facts
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Lamports, PayerFile, Quiet, Url
from plings.cli.output import answering, labelled
from plings.cli.proof_file import ProofFile, read_proof
from plings.identity import DEFAULT_HOST, ScanUrl

if TYPE_CHECKING:
    from plings.objects import Payment
    from plings.program.events import Event

PAYMENTS = ("ObjectCreated", "ObjectPurchased", "BatchPaymentProcessed", "MicroPaymentProcessed")
SHARES = (("manufacturer", "manufacturer_amount"), ("platform", "platform_amount"), ("seller", "seller_amount"))


class Tier(StrEnum):
    """Where a first payment's owner is kept."""

    AUTO = "auto"
    OWN = "own"
    BATCH = "batch"
    MICRO = "micro"


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings pay 'https://s.plings.io?t=q&p=…' --amount 250000000 --payer key.json")(pay)


def pay(
    url: Url,
    amount: Lamports,
    payer: PayerFile,
    tier: Annotated[
        Tier,
        typer.Option(
            help="auto: as the value asks for; own: an account and an NFT; batch: a slot of a shared account; "
            "micro: a leaf of a payment log, no rent."
        ),
    ] = Tier.AUTO,
    proof: ProofFile = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Pay for a code's object, whatever it costs, and own it.

    The first payment owns it: in an account with an NFT, in a slot, or as a leaf of a payment log, as the value asks
    for; `plings quote` tells which, and what rent comes on top. A later payment buys it from an owner who offers it.
    The signature is on stderr before the first byte is sent: `plings status` tells what became of it.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, buyer = ScanUrl.parse(url, host), read_keypair(payer)
        item = read_proof(proof)
        from plings.objects import pay as pay_for
        from plings.program.accounts import Tier as Kept

        kept = {Tier.AUTO: Kept.BY_VALUE, Tier.OWN: Kept.OBJECT, Tier.BATCH: Kept.BATCH, Tier.MICRO: Kept.MICRO}[tier]
        paid = on_cluster(
            cluster, lambda chain: pay_for(chain, code, buyer, amount, tier=kept, item=item, on_signed=answer.sending)
        )
        answer.give(_facts(paid), labelled(_lines(paid)))


def _shares(events: Iterable[Event]) -> dict[str, int]:
    """Who got, or is owed, how many lamports; empty where the node kept no record."""
    for event in events:
        if event.name in PAYMENTS:
            return {who: event.fields[name] for who, name in SHARES if name in event.fields}
    return {}


def _facts(paid: Payment) -> dict[str, Any]:
    place = (
        {"mint": str(paid.mint)}
        if paid.mint
        else {"payment_log": str(paid.payment_log), "number": paid.leaf.number if paid.leaf else None}
    )
    return {
        "kind": paid.kind,
        "path": paid.code.path.text,
        "url": paid.code.text,
        "amount_lamports": paid.amount_lamports,
        "shares_lamports": _shares(paid.events),
        "payment_address": str(paid.payment_address),
        "owner": str(paid.owner),
        **place,
        **confirmed_facts(paid.confirmed),
        "events": event_facts(paid.events),
    }


def _lines(paid: Payment) -> list[tuple[str, object]]:
    return [
        (paid.kind.replace("_", " "), both(paid.amount_lamports)),
        *_share_lines(paid.events),
        ("for object", paid.code.path),
        *_place_lines(paid),
        *confirmed_lines(paid.confirmed),
    ]


def _place_lines(paid: Payment) -> list[tuple[str, object]]:
    if paid.mint:
        return [("paid at", paid.payment_address), ("owner", paid.owner), ("mint", paid.mint)]
    number = f"{paid.leaf.number:,}" if paid.leaf else "-"
    return [("paid by", paid.owner), ("payment log", paid.payment_log), ("leaf", number)]


def _share_lines(events: Iterable[Event]) -> list[tuple[str, object]]:
    return [(f"to {who}", both(lamports)) for who, lamports in _shares(events).items()]
