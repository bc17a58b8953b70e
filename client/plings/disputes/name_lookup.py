"""Looking up the addresses of a host, without waiting for a resolver that does not answer."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from threading import Thread
from typing import Any

from plings.disputes.faults import NoAnswer
from plings.disputes.node_address import IpAddress, literal_of


async def look_up(host: str, port: int) -> Sequence[IpAddress]:
    """The addresses of a host, in the system's order. Raises NoAnswer.

    The resolver runs in a thread that nobody waits for: a pool's would keep the process until it answers.
    """
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[list[Any]] = loop.create_future()

    def ask() -> None:
        try:
            found: list[Any] | Exception = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            found = error
        with suppress(RuntimeError):  # nobody waits for it any more
            loop.call_soon_threadsafe(_settle, answer, found)

    Thread(target=ask, daemon=True, name="plings-lookup").start()
    try:
        told = await answer
    except (OSError, UnicodeError) as error:
        raise NoAnswer("unavailable", f"its name is not found ({type(error).__name__})") from error
    texts = dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in told)
    return [literal_of(text) or ip_address(text) for text in texts]


def _settle(answer: asyncio.Future[list[Any]], found: list[Any] | Exception) -> None:
    if answer.done():
        return
    if isinstance(found, Exception):
        answer.set_exception(found)
    else:
        answer.set_result(found)
