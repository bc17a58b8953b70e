from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from plings.cli.api_serve import DEFAULT_LISTEN, parsed_listen, parsed_network, tell_url, telling
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
    listen: Annotated[
        str,
        typer.Option("--listen", metavar="ADDRESS:PORT", help="Where it answers; port 0 takes one that is free."),
    ] = DEFAULT_LISTEN,
    rate: Annotated[
        float, typer.Option(min=0, metavar="NUMBER", help="Requests a second of each client; 0 for no limit.")
    ] = 10.0,
    burst: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many of them may come at once.")] = 60,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(metavar="NETWORK", help="A proxy in front: its X-Forwarded-For tells who asks."),
    ] = None,
    connections: Annotated[
        int, typer.Option(min=1, max=100, metavar="NUMBER", help="How many connections to the database.")
    ] = 4,
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
        from plings import api

        address, port = parsed_listen(listen)
        proxies = tuple(parsed_network(text) for text in trust_proxy or ())
        with api.listen(address, port) as listener:
            gate = api.Settings(
                code_host=host,
                token=os.environ.get(api.TOKEN_VARIABLE) or None,
                requests_per_second=rate,
                burst=burst,
                trusted_proxies=proxies,
                is_public=bool(proxies) or api.is_public(listener),
                connections=connections,
            )
            named = _network(cluster, network)
            settings = customer.CustomerSettings(gate, origin, named, most_lag_seconds=max_lag)
            with open_registry(database, data_folder=data) as registry:
                conninfo = Sessions.like(registry).conninfo
                application = customer.make_application(conninfo, lambda: _opened(cluster, network), settings)
                registry.connection.close()
                url = api.address_of(listener)
                api.serve(application, listener, lambda: tell_url(answer, url))


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
