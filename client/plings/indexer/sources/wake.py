"""When to look again: as soon as a node says that something happened, or else after a while."""

from __future__ import annotations

import asyncio
import contextlib
import json
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit, urlunsplit

from solders.pubkey import Pubkey
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from plings.program import PROGRAM_ID

INTERVAL_SECONDS: Final = 2.0
_RETRY_SECONDS: Final = 5.0


class Wake:
    """Looks every `interval_seconds`, without a subscription."""

    def __init__(self, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._interval = interval_seconds
        self._something = asyncio.Event()

    async def wait(self) -> None:
        """Until something happened, or for as long as an interval."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._interval):
                await self._something.wait()
        self._something.clear()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


class SubscribedWake(Wake):
    """The same, and at once when a node's WebSocket tells of a transaction that names `address`."""

    def __init__(self, url: str, address: Pubkey = PROGRAM_ID, interval_seconds: float = INTERVAL_SECONDS) -> None:
        super().__init__(interval_seconds)
        self._url = url
        self._address = address
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._listening:
            self._listening.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._listening

    async def _listen(self) -> None:
        """For ever; while it is down, the interval is all there is."""
        wanted = [{"mentions": [str(self._address)]}, {"commitment": "confirmed"}]
        question = {"jsonrpc": "2.0", "id": 1, "method": "logsSubscribe", "params": wanted}
        while True:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with connect(self._url, open_timeout=10) as socket:
                    await socket.send(json.dumps(question))
                    async for _ in socket:
                        self._something.set()
            await asyncio.sleep(_RETRY_SECONDS)


def socket_url(url: str) -> str:
    """Where a node that answers at `url` has its WebSocket: the next port, where one is named."""
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname or ""
    user = parts.netloc.rpartition("@")[0]
    place = f"{host}:{parts.port + 1}" if parts.port else host
    scheme = "wss" if parts.scheme == "https" else "ws"
    return urlunsplit((scheme, f"{user}@{place}" if user else place, parts.path, parts.query, ""))
