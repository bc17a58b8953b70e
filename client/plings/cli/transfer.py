from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines, leaf_facts, leaf_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, OwnerFile, Quiet, Url
from plings.cli.output import answering, labelled
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
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Give an object to somebody: its NFT, where it has one (an offer to sell it ends), else its slot.

    For an object that was only paid by micro-payments it is a leaf of its payment log, which counts if --owner owned
    it then.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, giver, receiver = ScanUrl.parse(url, host), read_keypair(owner), parse_address(to)
        from solders.pubkey import Pubkey

        from plings.objects import NewLeaf, give

        new_owner = Pubkey.from_bytes(receiver)
        given = on_cluster(cluster, lambda chain: give(chain, code, giver, new_owner, on_signed=answer.sending))
        if isinstance(given, NewLeaf):
            facts, lines, done = leaf_facts(given), leaf_lines(given), given.confirmed
        else:
            facts, lines, done = {}, [], given
        answer.give(
            {"path": code.path.text, "url": code.text, "owner": to, **facts, **confirmed_facts(done)},
            labelled([("object", code.path), ("owner", to), *lines, *confirmed_lines(done)]),
        )
