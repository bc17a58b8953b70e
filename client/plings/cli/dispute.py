from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from plings.cli import clusters
from plings.cli.app import show_help
from plings.cli.dispute_page import facts_of, lines_of
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json, Url
from plings.cli.output import answering
from plings.cli.receipt import read_file
from plings.cli.registry_desk import check_place
from plings.cli.registry_options import Data, Database
from plings.errors import RegistryError, SettingsError
from plings.identity import DEFAULT_HOST, ScanUrl, parse_address
from plings.proofs import Receipt

if TYPE_CHECKING:
    from plings.disputes import Claim, Resolution, Sources
    from plings.registry import Registry

Wallet = Annotated[
    str, typer.Option("--wallet", metavar="KEY", help="The public key, in base58, of who claims to own the object.")
]

NodeUrls = Annotated[
    list[str] | None,
    typer.Option(
        "--node",
        metavar="URL",
        show_default=False,
        help="Another node's API, such as https://node.example; give it once for each, up to 32. http only on this "
        "machine.",
    ),
]

Quorum = Annotated[
    int | None,
    typer.Option(
        "--quorum",
        min=1,
        metavar="NUMBER",
        show_default=False,
        help="How many of the nodes' operators must say the same, where nothing proves it. By default more than half, "
        "and two at least. The same site or machine is one operator, under however many names.",
    ),
]

Receipts = Annotated[
    list[str] | None,
    typer.Option(
        "--receipt",
        metavar="FILE",
        show_default=False,
        help="A receipt that somebody brings along, - for stdin; as often as you like. It is held against the chain.",
    ),
]

Seconds = Annotated[
    float, typer.Option("--seconds", min=1, max=3600, metavar="NUMBER", help="How long it may take in all.")
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(help="Settle who owns an object, by everything that can be asked.")
    group.callback(invoke_without_command=True)(show_help)
    example = "Example:  plings dispute resolve 'https://s.plings.io?t=q&p=…' --wallet KEY --cluster devnet"
    group.command(name="resolve", epilog=example)(resolve)
    app.add_typer(group, name="dispute")


def resolve(
    url: Url,
    wallet: Wallet,
    node: NodeUrls = None,
    receipt: Receipts = None,
    quorum: Quorum = None,
    cluster: ClusterName = DEFAULT_CLUSTER,
    no_chain: Annotated[bool, typer.Option("--no-chain", help="Do not ask the cluster.")] = False,
    database: Database = None,
    data: Data = None,
    no_index: Annotated[bool, typer.Option("--no-index", help="Do not ask the own database.")] = False,
    seconds: Seconds = 90.0,
    host: Host = DEFAULT_HOST,
    as_json: Json = False,
) -> None:
    """Tell whether a wallet owns an object, how that is known, and what every source said.

    Sources are the own database, the chain with the payment log's whole history, and other nodes. What proves outranks
    what asserts. The own database is asked where it is named, or is there already. No node learns of the wallet.

    Exit codes: 0 whichever way it was resolved (the answer says which), 1 unresolved or failed, 2 wrong usage.
    """
    check_place(database, data)
    with answering(as_json, cluster=cluster) as answer:
        code, key = ScanUrl.parse(url, host), parse_address(wallet)
        from plings.disputes import Claim, NodeAddress, Sources

        nodes = [NodeAddress.parse(text) for text in node or ()]
        receipts = [Receipt.parse(read_file(file)) for file in receipt or ()]
        with _index(database, data, asked=not no_index) as (registry, why_not):
            sources = Sources(
                cluster=None if no_chain else clusters.open_cluster(cluster, commitment="finalized"),
                registry=registry,
                nodes=nodes,
                receipts=receipts,
                cluster_name=_chain_name(cluster),
                no_registry=why_not,
            )
            resolution = _resolved(Claim(code, key), sources, quorum, seconds)
        answer.give(facts_of(resolution), lines_of(resolution))
        if not resolution.verdict.is_resolved:
            answer.fail(f"unresolved: {resolution.verdict.reasons[0]}")


def _resolved(claim: Claim, sources: Sources, quorum: int | None, seconds: float) -> Resolution:
    import asyncio

    from plings.disputes import Limits
    from plings.disputes import resolve as resolve_claim

    async def asked() -> Resolution:
        try:
            limits = Limits(node=min(10.0, seconds), index=min(10.0, seconds), chain=seconds * 2 / 3, all=seconds)
            return await resolve_claim(claim, sources, quorum=quorum, limits=limits)
        finally:
            if sources.cluster:
                await sources.cluster.close()

    return asyncio.run(asked())


@contextmanager
def _index(database: str | None, data: Path | None, *, asked: bool) -> Iterator[tuple[Registry | None, str]]:
    """The own database, or why it is not asked. A question makes none, and one that is away is no obstacle."""
    from plings.registry import open_registry

    registry, why_not = None, "it was not asked (--no-index)"
    with ExitStack() as stack:
        if asked:
            try:
                if database or _is_there(data):
                    registry = stack.enter_context(open_registry(database, data_folder=data))
                why_not = "there is none here (--database, --data)"
            except RegistryError as error:
                why_not = str(error)
        yield registry, why_not


def _is_there(data: Path | None) -> bool:
    """Whether a folder has an own PostgreSQL."""
    from plings.server.home import default_folder

    try:
        return ((data or default_folder()) / "postgresql").is_dir()
    except (OSError, SettingsError):
        return False


def _chain_name(cluster: str) -> str:
    """Of an address its host alone: the rest may hold a key for its provider."""
    host = urlsplit(cluster).hostname if "://" in cluster else None
    return f"chain {host or cluster}"
