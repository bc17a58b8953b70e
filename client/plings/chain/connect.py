"""From a name that a user gives to a cluster."""

from __future__ import annotations

from dataclasses import dataclass

from solders.hash import Hash

from plings.chain.cluster import Cluster
from plings.chain.embedded import EmbeddedCluster
from plings.chain.node import Patience
from plings.chain.rpc import MAX_PRIORITY_FEE_LAMPORTS, RpcCluster
from plings.errors import SettingsError, shown


@dataclass(frozen=True)
class KnownCluster:
    """A public cluster: where, and which one. A local one is another at every start, so it has no genesis."""

    url: str
    genesis: Hash | None


KNOWN_CLUSTERS = {
    "localnet": KnownCluster("http://127.0.0.1:8899", None),
    "devnet": KnownCluster(
        "https://api.devnet.solana.com", Hash.from_string("EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG")
    ),
    "testnet": KnownCluster(
        "https://api.testnet.solana.com", Hash.from_string("4uhcVJyU9pJkvQyS88uRDiswHXSCkY3zQawwpjk2NsNY")
    ),
    "mainnet": KnownCluster(
        "https://api.mainnet-beta.solana.com", Hash.from_string("5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d")
    ),
}


def connect(
    name: str,
    *,
    commitment: str = "confirmed",
    max_priority_fee_lamports: int = MAX_PRIORITY_FEE_LAMPORTS,
    expected_genesis: Hash | None = None,
    patience: Patience | None = None,
) -> Cluster:
    """The cluster called `name`: `embedded`, one of KNOWN_CLUSTERS, or the http(s) address of a node.

    Asks nothing yet. A known public cluster is held to its genesis, another to `expected_genesis` if given.
    Options but the name mean nothing to the embedded one. Raises SettingsError for any other name.
    """
    if name == "embedded":
        return EmbeddedCluster()
    known = KNOWN_CLUSTERS.get(name)
    if known is None and not name.lower().startswith(("http://", "https://")):
        accepted = ", ".join(("embedded", *KNOWN_CLUSTERS))
        raise SettingsError(f"no cluster is called {shown(name, 24)}: give {accepted}, or an http(s) address")
    return RpcCluster(
        known.url if known else name,
        commitment=commitment,
        max_priority_fee_lamports=max_priority_fee_lamports,
        expected_genesis=expected_genesis or (known.genesis if known else None),
        patience=patience,
    )
