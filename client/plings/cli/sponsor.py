from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.amounts import MOST_LAMPORTS, both
from plings.cli.app import show_help
from plings.cli.clusters import on_cluster
from plings.cli.confirmed import confirmed_facts, confirmed_lines
from plings.cli.keyfile import read_keypair
from plings.cli.options import (
    DEFAULT_CLUSTER,
    AuthorityFile,
    ClusterName,
    Host,
    Json,
    Lamports,
    PayerFile,
    Prefix,
    Quiet,
    Url,
    check_lamports,
)
from plings.cli.output import answering, labelled
from plings.cli.sponsor_page import maybe, pool_facts, pool_lines, terms_facts, terms_lines
from plings.identity import DEFAULT_HOST, ScanUrl, parse_address

if TYPE_CHECKING:
    from plings.chain import Cluster, Confirmed
    from plings.sponsors import PoolTerms

PER_ITEM = typer.Option(
    "--per-item",
    metavar="LAMPORTS",
    callback=check_lamports,
    help="The most that the pool pays of one object's rent, in lamports.",
)
MINIMUM = typer.Option(
    "--minimum",
    metavar="LAMPORTS",
    callback=check_lamports,
    help="The lowest payment that it pays rent for, in lamports.",
)
MAXIMUM = typer.Option(
    "--maximum",
    metavar="LAMPORTS",
    callback=check_lamports,
    help="The highest payment that it pays rent for, in lamports.",
)


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Look after sponsor pools, from which manufacturers pay their customers' rent.")
    group.callback(invoke_without_command=True)(show_help)
    example = "plings sponsor open 2.3 --per-item 9000000 --minimum 50000000 --authority key.json"
    group.command(name="open", epilog=f"Example:  {example}")(opening)
    group.command(epilog="Example:  plings sponsor fund 2.3 --amount 1000000000 --payer key.json")(fund)
    group.command(epilog="Example:  plings sponsor update 2.3 --per-item 5000000 --authority key.json")(update)
    group.command(epilog="Example:  plings sponsor close 2.3 --authority key.json")(close)
    group.command(epilog="Example:  plings sponsor show 2.3 --cluster devnet")(show)
    example = "plings sponsor return 'https://s.plings.io?t=q&p=…' --previous-owner ADDRESS --payer key.json"
    group.command(name="return", epilog=f"Example:  {example}")(give_back)
    app.add_typer(group, name="sponsor")


def opening(
    prefix: Prefix,
    authority: AuthorityFile,
    per_item: Annotated[int, PER_ITEM],
    minimum: Annotated[int, MINIMUM],
    maximum: Annotated[int | None, MAXIMUM] = None,
    payer: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Key file of who pays the pool's own rent; the authority unless said."),
    ] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Open a manufacturer's sponsor pool. It has nothing to spend before `plings sponsor fund`.

    Whoever pays the minimum makes the pool spend: choose one that is worth it. Once one class has terms of its own,
    the pool pays for no class without. Without --maximum there is none.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key, payer_key = read_keypair(authority), read_keypair(payer) if payer else None
        from plings.sponsors import OpenedPool, PoolTerms, open_pool

        terms = PoolTerms(per_item, minimum, MOST_LAMPORTS if maximum is None else maximum)

        async def opened(chain: Cluster) -> OpenedPool:
            return await open_pool(chain, key, prefix, terms, payer=payer_key, on_signed=answer.sending)

        done = on_cluster(cluster, opened)
        answer.give(
            {
                "prefix": prefix,
                "sponsor_pool": str(done.address),
                **terms_facts(terms),
                **confirmed_facts(done.confirmed),
            },
            labelled([("sponsor pool", done.address), *terms_lines(terms), *confirmed_lines(done.confirmed)]),
        )


def fund(
    prefix: Prefix,
    amount: Lamports,
    payer: PayerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Put money into a manufacturer's sponsor pool. Anyone may; it is the manufacturer's then."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(payer)
        from plings.sponsors import fund_pool

        done = on_cluster(cluster, lambda chain: fund_pool(chain, key, prefix, amount, on_signed=answer.sending))
        answer.give(
            {"prefix": prefix, "amount_lamports": amount, **confirmed_facts(done)},
            labelled([("to the pool", both(amount)), *confirmed_lines(done)]),
        )


def update(
    prefix: Prefix,
    authority: AuthorityFile,
    per_item: Annotated[int | None, PER_ITEM] = None,
    minimum: Annotated[int | None, MINIMUM] = None,
    maximum: Annotated[int | None, MAXIMUM] = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Change what a sponsor pool pays, and for which payments. What is not given stays."""
    given = {"per_item_lamports": per_item, "minimum_value_lamports": minimum, "maximum_value_lamports": maximum}
    changes = {name: lamports for name, lamports in given.items() if lamports is not None}
    if not changes:
        raise typer.BadParameter("nothing would change: give --per-item, --minimum or --maximum")
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(authority)
        from plings.sponsors import find_pool, update_pool

        async def updated(chain: Cluster) -> tuple[PoolTerms, Confirmed]:
            terms = replace((await find_pool(chain, prefix)).terms, **changes)
            return terms, await update_pool(chain, key, prefix, terms, on_signed=answer.sending)

        terms, done = on_cluster(cluster, updated)
        answer.give(
            {"prefix": prefix, **terms_facts(terms), **confirmed_facts(done)},
            labelled([*terms_lines(terms), *confirmed_lines(done)]),
        )


def close(
    prefix: Prefix,
    authority: AuthorityFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """End a manufacturer's sponsor pool: all that lies on it goes to the manufacturer's treasury."""
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        key = read_keypair(authority)
        from plings.sponsors import close_pool

        done = on_cluster(cluster, lambda chain: close_pool(chain, key, prefix, on_signed=answer.sending))
        facts = {
            "prefix": prefix,
            "sponsor_pool": str(done.address),
            "manufacturer_treasury": str(done.manufacturer_treasury),
            "amount_lamports": done.amount_lamports,
        }
        lines = [
            ("closed", done.address),
            ("to the treasury", maybe(done.amount_lamports)),
            ("which is", done.manufacturer_treasury),
        ]
        answer.give({**facts, **confirmed_facts(done.confirmed)}, labelled([*lines, *confirmed_lines(done.confirmed)]))


def show(
    prefix: Prefix,
    cluster: ClusterName = DEFAULT_CLUSTER,
    as_json: Json = False,
) -> None:
    """Show a manufacturer's sponsor pool: what it can spend, on what, and what it spent."""
    with answering(as_json, cluster=cluster) as answer:
        from plings.sponsors import find_pool

        found = on_cluster(cluster, lambda chain: find_pool(chain, prefix))
        answer.give({"prefix": prefix, **pool_facts(found)}, labelled(pool_lines(found)))


def give_back(
    url: Url,
    previous_owner: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Who bought it with a sponsor's help and has it no more, in base58.")
    ],
    payer: PayerFile,
    cluster: ClusterName = DEFAULT_CLUSTER,
    host: Host = DEFAULT_HOST,
    quiet: Quiet = False,
    as_json: Json = False,
) -> None:
    """Send a sponsor's rent back from a token account that the NFT has left. Anyone may, for the network's fee.

    It goes to the manufacturer's pool or, if that was closed, to its treasury.
    """
    with answering(as_json, cluster=cluster, quiet=quiet) as answer:
        code, key, previous = ScanUrl.parse(url, host), read_keypair(payer), parse_address(previous_owner)
        from solders.pubkey import Pubkey

        from plings.sponsors import return_rent

        owner = Pubkey.from_bytes(previous)
        done = on_cluster(cluster, lambda chain: return_rent(chain, key, code, owner, on_signed=answer.sending))
        facts = {
            "path": code.path.text,
            "url": code.text,
            "token_account": str(done.token_account),
            "destination": str(done.destination) if done.destination else None,
            "amount_lamports": done.amount_lamports,
        }
        lines = [
            ("closed", done.token_account),
            ("came back", maybe(done.amount_lamports)),
            ("to", done.destination or "-"),
        ]
        answer.give({**facts, **confirmed_facts(done.confirmed)}, labelled([*lines, *confirmed_lines(done.confirmed)]))
