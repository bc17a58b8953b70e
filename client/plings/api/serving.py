"""The server: listens, answers until it is told to end, and finishes what is under way."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import current_thread, main_thread
from types import FrameType
from typing import Any, Final

import uvicorn

from plings.api.gate import App
from plings.errors import SettingsError, shown

KEEP_ALIVE_SECONDS: Final = 15
GRACE_SECONDS: Final = 10
"""For what is under way when it is to end."""
MOST_CONNECTIONS: Final = 2_000
BACKLOG: Final = 1_024


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; with port 0, on one that is free. Raises SettingsError."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(address[:2], family=family, backlog=BACKLOG)
        # Connections have it from the listener. Without, head and body of an answer wait for each other: 40 ms.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return listener
    except (OSError, UnicodeError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{shown(host)}, port {port}: nothing can listen there: {why}") from error


def address_of(listener: socket.socket) -> str:
    """The URL that it answers at."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_public(listener: socket.socket) -> bool:
    """Whether others than this machine can reach it."""
    return not ip_address(listener.getsockname()[0]).is_loopback


def serve(application: App, listener: socket.socket, on_ready: Callable[[], None] = lambda: None) -> None:
    """Answers until SIGINT or SIGTERM, then ends what is under way and returns."""
    Server(application, on_ready).run(sockets=[listener])


class Server(uvicorn.Server):
    """uvicorn's, but a signal ends it and nothing else: those around it have things of their own to finish.

    `should_exit`, set to true, ends it, too.
    """

    def __init__(self, application: App, on_ready: Callable[[], None] = lambda: None) -> None:
        super().__init__(
            uvicorn.Config(
                application,
                lifespan="on",
                ws="none",
                log_config=None,
                access_log=False,  # who asked for what is nobody's business
                server_header=False,
                proxy_headers=False,  # uvicorn believes them of whoever is on this machine; see plings.api.clients
                limit_concurrency=MOST_CONNECTIONS,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=GRACE_SECONDS,
            )
        )
        self._on_ready = on_ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self._on_ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        if current_thread() is not main_thread():
            yield
            return
        before: dict[int, Any] = {
            number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit and number == signal.SIGINT
        self.should_exit = True
