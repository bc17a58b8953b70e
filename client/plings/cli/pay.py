from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Lamports, Url
from plings.cli.output import answering, labelled
from plings.cli.receipt import event_facts, receipt_facts, receipt_lines
from plings.identity import DEFAULT_HOST, ScanUrl

if TYPE_CHECKING:
    from plings.objects import Payment

SHARES = (("manufacturer", "manufacturer_amount"), ("platform", "platform_amount"), ("seller", "seller_amount"))


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings pay 'https://s.plings.io?t=q&p=…' --amount 250000000 --payer key.json")(pay)


def pay(
    url: Url,
    amount: Lamports,
    payer: Annotated[
        Path, typer.Option(metavar="FILE", help="Key file of the buyer (64 numbers, as solana-keygen writes).")
    ],
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not print the signature before sending.")] = False,
    as_json: Json = False,
) -> None:
    """Pay at a code's payment address and own the object.

    The first payment makes the object and its NFT (its rent comes on top); a later one buys it from an owner who
    offers it. The signature is on stderr before the first byte is sent: `plings status` tells what became of it.
    """
    with answering(as_json, cluster=cluster) as answer:
        code, buyer = ScanUrl.parse(url, host), read_keypair(payer)
        from plings.objects import pay as pay_for

        paid = on_cluster(
            cluster,
            lambda chain: pay_for(
                chain, code, buyer, amount, on_signed=lambda signed: answer.sending(signed, quiet=quiet)
            ),
        )
        answer.give(_facts(paid), labelled(_lines(paid)))


def _shares(paid: Payment) -> dict[str, int]:
    """Who got how many lamports; empty where the node kept no record."""
    for event in paid.events:
        if event.name in ("ObjectCreated", "ObjectPurchased"):
            return {who: event.fields[name] for who, name in SHARES if name in event.fields}
    return {}


def _facts(paid: Payment) -> dict[str, Any]:
    return {
        "kind": paid.kind,
        "path": paid.code.path.text,
        "url": paid.code.text,
        "amount_lamports": paid.amount_lamports,
        "shares_lamports": _shares(paid),
        "payment_address": str(paid.payment_address),
        "owner": str(paid.owner),
        "mint": str(paid.mint),
        **receipt_facts(paid.confirmed),
        "events": event_facts(paid.events),
    }


def _lines(paid: Payment) -> list[tuple[str, object]]:
    return [
        (paid.kind.replace("_", " "), both(paid.amount_lamports)),
        *((f"to {who}", both(lamports)) for who, lamports in _shares(paid).items()),
        ("for object", paid.code.path),
        ("paid at", paid.payment_address),
        ("owner", paid.owner),
        ("mint", paid.mint),
        *receipt_lines(paid.confirmed),
    ]
