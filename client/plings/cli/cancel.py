from __future__ import annotations

import typer

from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, OwnerFile, Quiet, Url
from plings.cli.output import answering, labelled
from plings.identity import DEFAULT_HOST, ScanUrl


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings cancel 'https://s.plings.io?t=q&p=…' --owner key.json")(cancel)


def cancel(
    url: Url,
    owner: OwnerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Take the offer of an object back: it is not for sale any more."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, seller = ScanUrl.parse(url, host), read_keypair(owner)
        from plings.objects import cancel_listing

        done = on_cluster(cluster, lambda chain: cancel_listing(chain, code, seller, on_signed=answer.sending))
        facts = {"path": code.path.text, "url": code.text, "asking_price_lamports": None, **confirmed_facts(done)}
        answer.give(facts, labelled([("object", code.path), ("for sale", "no"), *confirmed_lines(done)]))
