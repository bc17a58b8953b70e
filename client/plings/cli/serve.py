from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from plings.cli.gate import DEFAULT_LISTEN, Burst, Connections, Listen, Rate, TrustProxy, opened, telling
from plings.cli.options import DEFAULT_CLUSTER, ClusterName, Host, Json
from plings.cli.output import PUBLIC_CLUSTERS, answering
from plings.cli.registry_desk import advised, check_place
from plings.cli.registry_options import Data, Database
from plings.errors import SettingsError, shown
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from types import ModuleType

    from plings.chain import Cluster

READING_SECONDS: Final = 5.0
"""How long a question to the cluster is repeated: a phone waits."""


def add_to(app: typer.Typer) -> None:
    app.command(epilog="Example:  plings serve --cluster devnet --origin https://s.plings.io")(serve)


def serve(
    cluster: ClusterName = DEFAULT_CLUSTER,
    network: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="mainnet, devnet, testnet or localnet, where --cluster is the address of a node: wallets are told.",
        ),
    ] = None,
    origin: Annotated[
        str,
        typer.Option(metavar="URL", help="What links and QR codes say, whatever host a request names."),
    ] = f"https://{DEFAULT_HOST}",
    listen: Listen = DEFAULT_LISTEN,
    rate: Rate = 10.0,
    burst: Burst = 60,
    trust_proxy: TrustProxy = None,
    connections: Connections = 4,
    max_lag: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="How far the index may be behind before nothing is sold first."),
    ] = 120.0,
    openapi: Annotated[bool, typer.Option("--openapi", help="Print the OpenAPI document instead.")] = False,
    host: Host = DEFAULT_HOST,
    database: Database = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Serve the page that a printed code opens: what it is, whether it is genuine, and paying for it by any wallet.

    It holds no key and signs nothing. With PLINGS_API_TOKEN, whoever has that token sees the operator's view. Ends with
    exit code 0 on SIGINT or SIGTERM.
    """
    check_place(database, data)
    with answering(as_json) as answer, advised(), telling():
        from plings.registry import open_registry
        from plings.registry.sessions import Sessions

        customer = _loaded()
        if openapi:
            made: dict[str, Any] = customer.document(customer.make_routes())
            answer.give(made, json.dumps(made, indent=2))
            return
        named = _network(cluster, network)
        gate = opened(
            listen, trust_proxy, code_host=host, requests_per_second=rate, burst=burst, connections=connections
        )
        with gate as at:
            settings = customer.CustomerSettings(at.settings, origin, named, most_lag_seconds=max_lag)
            with open_registry(database, data_folder=data) as registry:
                conninfo = Sessions.like(registry).conninfo
                application = customer.make_application(conninfo, lambda: _opened(cluster, network), settings)
                registry.connection.close()  # the application has its own
                at.serve(application, answer)


def _network(cluster: str, named: str | None) -> str:
    """Raises SettingsError."""
    known = cluster if cluster in PUBLIC_CLUSTERS else named or DEFAULT_CLUSTER
    if known not in PUBLIC_CLUSTERS:
        raise SettingsError(f"--network {shown(named)} is none of {', '.join(PUBLIC_CLUSTERS)}")
    if named not in (None, known):
        raise SettingsError(f"--network {shown(named)} is not the cluster that --cluster names, {known}")
    return known


def _opened(cluster: str, named: str | None) -> Cluster:
    """Held to the genesis of the network that wallets are told."""
    from plings.chain import KNOWN_CLUSTERS, Patience, connect

    genesis = KNOWN_CLUSTERS[_network(cluster, named)].genesis
    patience = Patience(request=READING_SECONDS, reading=READING_SECONDS, record=READING_SECONDS)
    return connect(cluster, expected_genesis=genesis, patience=patience)


def _loaded() -> ModuleType:
    try:
        import plings.customer as customer
    except ImportError as error:
        raise SettingsError(f"plings serve takes the package {error.name}: pip install 'plings[customer]'") from None
    return customer
