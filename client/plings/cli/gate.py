"""What every server of ours lets in: options of the commands that serve, and what is made of them."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from plings.cli.output import Answer, tell
from plings.errors import SettingsError, shown

if TYPE_CHECKING:
    from socket import socket

    from plings.api import Settings
    from plings.api.gate import App
    from plings.api.settings import Network

DEFAULT_LISTEN: Final = "127.0.0.1:8080"

LISTEN_HELP: Final = "Where it answers; port 0 takes one that is free. By default this machine alone can ask."

Listen = Annotated[str, typer.Option("--listen", metavar="ADDRESS:PORT", help=LISTEN_HELP)]
Rate = Annotated[float, typer.Option(min=0, metavar="NUMBER", help="Requests a second of each client; 0 for no limit.")]
Burst = Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many of them may come at once.")]
TrustProxy = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NETWORK",
        help="A proxy in front, such as 10.0.0.0/8: its X-Forwarded-For tells who asks. As often as you like.",
    ),
]
Connections = Annotated[
    int, typer.Option(min=1, max=100, metavar="NUMBER", help="How many connections to the database.")
]


@dataclass(frozen=True)
class Opened:
    """A socket that listens, and what the gate in front of the application lets in."""

    listener: socket
    settings: Settings

    def serve(self, application: App, answer: Answer) -> None:
        """Until SIGINT or SIGTERM; that it is ready is the answer."""
        from plings import api

        url = api.address_of(self.listener)
        api.serve(application, self.listener, lambda: _tell(answer, url))


@contextmanager
def opened(listen: str, trust_proxy: list[str] | None, **settings: Any) -> Iterator[Opened]:
    """`settings` are plings.api.Settings'; the token is the environment's. Raises SettingsError."""
    from plings import api

    address, port = _parsed_listen(listen)
    proxies = tuple(_parsed_network(text) for text in trust_proxy or ())
    with api.listen(address, port) as listener:
        is_public = bool(proxies) or api.is_public(listener)
        token = os.environ.get(api.TOKEN_VARIABLE) or None
        yield Opened(listener, api.Settings(token=token, trusted_proxies=proxies, is_public=is_public, **settings))


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


def _tell(answer: Answer, url: str) -> None:
    import sys

    answer.give({"url": url}, f"answers at {url}")
    sys.stdout.flush()


def _parsed_listen(text: str) -> tuple[str, int]:
    """ADDRESS:PORT. Raises SettingsError."""
    address, colon, port = text.rpartition(":")
    if not colon or not address or not (port.isascii() and port.isdigit() and len(port) < 6 and int(port) < 65536):
        raise SettingsError(f"--listen {shown(text)} is not ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080")
    return address.removeprefix("[").removesuffix("]"), int(port)


def _parsed_network(text: str) -> Network:
    """A proxy's. Raises SettingsError."""
    try:
        return ip_network(text)
    except ValueError as error:
        raise SettingsError(f"--trust-proxy {shown(text)} is no network, such as 10.0.0.0/8: {error}") from None
