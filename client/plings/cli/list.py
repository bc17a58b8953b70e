from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.amounts import both
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Lamports, OwnerFile, Quiet, Url
from plings.cli.output import answering, labelled
from plings.identity import DEFAULT_HOST, ScanUrl

DAY_SECONDS = 24 * 60 * 60


def add_to(app: typer.Typer) -> None:
    example = "Example:  plings list 'https://s.plings.io?t=q&p=…' --price 400000000 --owner key.json"
    app.command(name="list", epilog=example)(offer)


def offer(
    url: Url,
    price: Lamports,
    owner: OwnerFile,
    days: Annotated[int, typer.Option(help="How long the offer stands.", min=1, max=3650)] = 30,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Offer an object for sale: whoever pays the price gets it."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, seller = ScanUrl.parse(url, host), read_keypair(owner)
        from plings.objects import list_for_sale

        seconds = days * DAY_SECONDS
        done = on_cluster(
            cluster,
            lambda chain: list_for_sale(chain, code, seller, price, seconds=seconds, on_signed=answer.sending),
        )
        facts = {
            "path": code.path.text,
            "url": code.text,
            "asking_price_lamports": price,
            "days": days,
            **confirmed_facts(done),
        }
        answer.give(
            facts,
            labelled(
                [("object", code.path), ("for sale at", f"{both(price)}, for {days} days"), *confirmed_lines(done)]
            ),
        )
