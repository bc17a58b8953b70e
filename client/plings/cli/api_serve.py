from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Final

import typer

from plings.cli.options import Host, Json
from plings.cli.output import Answer, answering, tell
from plings.cli.registry_desk import advised, check_place
from plings.cli.registry_options import Data, Database
from plings.errors import SettingsError, shown
from plings.identity import DEFAULT_HOST

if TYPE_CHECKING:
    from plings.api.settings import Network

DEFAULT_LISTEN: Final = "127.0.0.1:8080"


def serve(
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            metavar="ADDRESS:PORT",
            envvar="PLINGS_API_LISTEN",
            help="Where it answers; port 0 takes one that is free. By default this machine alone can ask.",
        ),
    ] = DEFAULT_LISTEN,
    rate: Annotated[
        float, typer.Option(min=0, metavar="NUMBER", help="Requests a second of each client; 0 for no limit.")
    ] = 20.0,
    burst: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many of them may come at once.")] = 100,
    trust_proxy: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NETWORK",
            help="A proxy in front, such as 10.0.0.0/8: its X-Forwarded-For tells who asks. As often as you like.",
        ),
    ] = None,
    connections: Annotated[
        int, typer.Option(min=1, max=100, metavar="NUMBER", help="How many connections to the database.")
    ] = 4,
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
        address, port = parsed_listen(listen)
        proxies = tuple(parsed_network(text) for text in trust_proxy or ())
        with api.listen(address, port) as listener:
            settings = api.Settings(
                code_host=host,
                token=os.environ.get(api.TOKEN_VARIABLE) or None,
                requests_per_second=rate,
                burst=burst,
                trusted_proxies=proxies,
                is_public=bool(proxies) or api.is_public(listener),
                connections=connections,
                most_lag_seconds=max_lag,
            )
            with open_registry(database, data_folder=data) as registry:
                application = api.make_application(Sessions.like(registry).conninfo, settings)
                registry.connection.close()  # the application has its own
                url = api.address_of(listener)
                api.serve(application, listener, lambda: tell_url(answer, url))


def tell_url(answer: Answer, url: str) -> None:
    """That it is ready."""
    answer.give({"url": url}, f"answers at {url}")
    import sys

    sys.stdout.flush()


def parsed_listen(text: str) -> tuple[str, int]:
    """ADDRESS:PORT. Raises SettingsError."""
    address, colon, port = text.rpartition(":")
    if not colon or not address or not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536):
        raise SettingsError(f"--listen {shown(text)} is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080")
    return address.removeprefix("[").removesuffix("]"), int(port)


def parsed_network(text: str) -> Network:
    """A proxy's. Raises SettingsError."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise SettingsError(f"--trust-proxy {shown(text)} is no network, such as 10.0.0.0/8: {error}") from None


@contextmanager
def telling() -> Iterator[None]:
    """What is logged is told on stderr."""

    class Told(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            tell(" ".join(self.format(record).split()))

    log, handler = logging.getLogger("plings.api"), Told(logging.WARNING)
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
