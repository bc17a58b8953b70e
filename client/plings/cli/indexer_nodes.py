"""The node that the commands of `plings indexer` ask, by the name of a cluster or its address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.output import PUBLIC_CLUSTERS

if TYPE_CHECKING:
    from plings.chain.node import Node

READING_SECONDS = 10.0
"""How long a question is repeated before it is told that a node is silent; a run goes on asking then."""

FollowedCluster = Annotated[
    str,
    typer.Option(
        "--cluster",
        "--url",
        metavar="NAME|URL",
        envvar="PLINGS_CLUSTER",
        help="localnet, devnet, testnet, mainnet, or the http(s) address of a node with an index of transactions.",
    ),
]


@dataclass(frozen=True)
class Asked:
    """A node, the address it was asked for at, what to call it, and the genesis of its cluster where that is known."""

    node: Node
    url: str
    name: str
    genesis: str | None


@asynccontextmanager
async def asked(cluster: str) -> AsyncIterator[Asked]:
    """The node of a cluster. Asks nothing yet. Raises SettingsError."""
    from plings.chain import KNOWN_CLUSTERS, Patience
    from plings.chain.node import Node

    known = KNOWN_CLUSTERS.get(cluster)
    url = known.url if known else _address(cluster)
    node = Node(url, Patience(reading=READING_SECONDS))
    genesis = str(known.genesis) if known and known.genesis else None
    try:
        yield Asked(node, url, cluster if cluster in PUBLIC_CLUSTERS else node.name, genesis)
    finally:
        await node.close()


def _address(cluster: str) -> str:
    from plings.errors import SettingsError, shown

    if not cluster.lower().startswith(("http://", "https://")):
        names = ", ".join(PUBLIC_CLUSTERS)
        raise SettingsError(f"no cluster of nodes is called {shown(cluster, 24)}: give {names}, or an http(s) address")
    return cluster
