from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.amounts import both
from plings.cli.app import show_help
from plings.cli.batch_page import batch_facts, batch_lines
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, PayerFile, Quiet
from plings.cli.output import answering, labelled
from plings.identity import DEFAULT_HOST, Path, ScanUrl

MOST_OBJECTS = 10_000
"""At once: a hundred accounts, for 3.6 SOL of rent. Nobody spends more by one digit too many."""

Place = Annotated[str, typer.Argument(metavar="PATH|URL", help="The path, or the scanned code, of any of its objects.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Look after batch accounts, in which a hundred objects share one account's rent.")
    group.callback(invoke_without_command=True)(show_help)
    group.command(name="open", epilog="Example:  plings batch open 2.3.4F.2aB.5.2 --count 500 --payer key.json")(
        opening
    )
    group.command(epilog="Example:  plings batch show 2.3.4F.2aB.5.2 --cluster devnet")(show)
    group.command(epilog="Example:  plings batch sweep 2.3.4F.2aB.5.2 --payer key.json")(sweep)
    app.add_typer(group, name="batch")


def opening(
    place: Place,
    payer: PayerFile,
    count: Annotated[
        int, typer.Option(metavar="N", min=1, max=MOST_OBJECTS, help="For how many objects, from this one on.")
    ] = 1,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Open the batch accounts of objects that have none yet. Anyone may, and pays the rent.

    Each is for a hundred objects and takes about 0.036 SOL, of which the first buyer of each pays a hundredth back:
    see `plings batch sweep`.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        first, key = _path(place, host), read_keypair(payer)
        from plings.batches import open_batch_accounts

        accounts = on_cluster(
            cluster, lambda chain: open_batch_accounts(chain, key, first, count, on_signed=answer.sending)
        )
        facts = [
            {"path": one.path.text, "batch_account": str(one.address), "signature": str(one.confirmed.signature)}
            for one in accounts
        ]
        lines = [(f"opened for {one.path}", one.address) for one in accounts]
        answer.give(
            {"path": first.text, "count": count, "opened": facts}, labelled(lines or [("opened", "none: all are open")])
        )


def show(
    place: Place,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Show a batch account: its slots, whose they are, and what is owed to who paid its rent."""
    with answering(as_json, cluster=cluster) as answer:
        path = _path(place, host)
        from plings.batches import find_batch_account

        found = on_cluster(cluster, lambda chain: find_batch_account(chain, path))
        answer.give(batch_facts(found), labelled(batch_lines(found)))


def sweep(
    place: Place,
    payer: PayerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Hand the buyers' shares of a batch account's rent to who paid it. Anyone may, for the network's fee."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        path, key = _path(place, host), read_keypair(payer)
        from plings.batches import sweep_batch_account

        done = on_cluster(cluster, lambda chain: sweep_batch_account(chain, key, path, on_signed=answer.sending))
        amount = done.amount_lamports
        facts = {"batch_account": str(done.batch_account), "rent_payer": str(done.rent_payer)}
        answer.give(
            {**facts, "amount_lamports": amount, **confirmed_facts(done.confirmed)},
            labelled(
                [
                    ("batch account", done.batch_account),
                    ("to", done.rent_payer),
                    ("amount", "-" if amount is None else both(amount)),
                    *confirmed_lines(done.confirmed),
                ]
            ),
        )


def _path(place: str, host: str) -> Path:
    """No path holds a colon, and every URL does. Raises PathError or what is wrong with the URL."""
    return ScanUrl.parse(place, host).path if ":" in place else Path.parse(place)
