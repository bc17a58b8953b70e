from __future__ import annotations

from typing import Annotated

import typer

from plings.cli.gate import DEFAULT_LISTEN, LISTEN_HELP, Burst, Connections, Rate, TrustProxy, opened, telling
from plings.cli.options import Host, Json
from plings.cli.output import answering
from plings.cli.registry_desk import advised, check_place
from plings.cli.registry_options import Data, Database
from plings.identity import DEFAULT_HOST


def serve(
    listen: Annotated[
        str,
        typer.Option("--listen", metavar="ADDRESS:PORT", envvar="PLINGS_API_LISTEN", help=LISTEN_HELP),
    ] = DEFAULT_LISTEN,
    rate: Rate = 20.0,
    burst: Burst = 100,
    trust_proxy: TrustProxy = None,
    connections: Connections = 4,
    max_lag: Annotated[
        float | None,
        typer.Option(min=0, metavar="SECONDS", help="For how long no source may go on before /ready says no."),
    ] = None,
    host: Host = DEFAULT_HOST,
    database: Database = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Answer over HTTP until interrupted. It reads and changes nothing, and keeps no record of who asked for what.

    With PLINGS_API_TOKEN, whoever has that token sees open alerts in full. Ends with exit code 0 on SIGINT or SIGTERM.
    """
    check_place(database, data)
    with answering(as_json) as answer, advised(), telling():
        from plings.cli.api import loaded
        from plings.registry import open_registry
        from plings.registry.sessions import Sessions

        api = loaded()
        gate = opened(
            listen,
            trust_proxy,
            code_host=host,
            requests_per_second=rate,
            burst=burst,
            connections=connections,
            most_lag_seconds=max_lag,
        )
        with gate as at, open_registry(database, data_folder=data) as registry:
            application = api.make_application(Sessions.like(registry).conninfo, at.settings)
            registry.connection.close()  # the application has its own
            at.serve(application, answer)
