from __future__ import annotations

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Lamports, OwnerFile, Url
from plings.cli.output import answering, labelled
from plings.cli.receipt import receipt_facts, receipt_lines
from plings.identity import DEFAULT_HOST, ScanUrl


def add_to(app: typer.Typer) -> None:
    example = "Example:  plings list 'https://s.plings.io?t=q&p=…' --price 400000000 --owner key.json"
    app.command(name="list", epilog=example)(offer)


def offer(
    url: Url,
    price: Lamports,
    owner: OwnerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Offer an object for sale: whoever pays the price gets it."""
    with answering(as_json, cluster=cluster) as answer:
        code, seller = ScanUrl.parse(url, host), read_keypair(owner)
        from plings.objects import list_for_sale

        done = on_cluster(cluster, lambda chain: list_for_sale(chain, code, seller, price))
        facts = {"path": code.path.text, "url": code.text, "asking_price_lamports": price, **receipt_facts(done)}
        answer.give(facts, labelled([("object", code.path), ("for sale at", both(price)), *receipt_lines(done)]))
