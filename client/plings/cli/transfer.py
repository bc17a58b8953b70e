from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.clusters import on_cluster
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, OwnerFile, Url
from plings.cli.output import answering, labelled
from plings.cli.receipt import receipt_facts, receipt_lines
from plings.identity import DEFAULT_HOST, ScanUrl, parse_address


def add_to(app: typer.Typer) -> None:
    example = "Example:  plings transfer 'https://s.plings.io?t=q&p=…' --to ADDRESS --owner key.json"
    app.command(epilog=example)(transfer)


def transfer(
    url: Url,
    to: Annotated[str, typer.Option(metavar="ADDRESS", help="Who gets it: a wallet's address in base58.")],
    owner: OwnerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Give an object, with its NFT, to somebody. An offer to sell it ends."""
    with answering(as_json, cluster=cluster) as answer:
        code, giver, receiver = ScanUrl.parse(url, host), read_keypair(owner), parse_address(to)
        from solders.pubkey import Pubkey

        from plings.objects import transfer_ownership

        new_owner = Pubkey.from_bytes(receiver)
        done = on_cluster(cluster, lambda chain: transfer_ownership(chain, code, giver, new_owner))
        facts = {"path": code.path.text, "url": code.text, "owner": to, **receipt_facts(done)}
        answer.give(facts, labelled([("object", code.path), ("owner", to), *receipt_lines(done)]))
