"""One JSON-RPC endpoint of a cluster: asks, waits a bounded time, asks again where that is harmless.

Answers are plain JSON, not solders' typed responses: those refuse a whole answer for one word that is newer than they
are (`"BorshIoError"` of Agave 4, for one), and a status that cannot be read would leave a payment undecided.

What goes wrong is told as NodeSilence or NodeRefusal, both ClusterError. Their texts name host and port only: the rest
of an address often holds the user's key for that provider.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from plings.errors import ClusterError, SettingsError, shown

_BUSY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_BUSY_CODES = frozenset({-32004, -32005, -32014, -32016, -32429, -32603})
"""Block not available, node behind, status not yet there, slot not reached, rate limit, internal error."""

METHOD_NOT_FOUND = -32601


@dataclass(frozen=True)
class Patience:
    """How long to wait for what, in seconds."""

    request: float = 10.0
    """One request, from its first byte to the last of the answer."""
    reading: float = 30.0
    """A question, repeated while the node is silent or busy."""
    silence: float = 60.0
    """A node that says nothing of use about a transaction that was sent."""
    decision: float = 240.0
    """A decision about it, whatever the node says."""
    record: float = 10.0
    """The record of a transaction that is decided."""
    poll: float = 0.5
    """Between two looks at a transaction's status."""
    resend: float = 2.0
    """Between two sendings of the same bytes."""
    backoff: float = 0.25
    """Before the first repetition of a question; doubled each time, up to 16 times this."""


class NodeSilence(ClusterError):
    """No answer, none of use, or "not now". `reached`: the node may have acted on the question."""

    def __init__(self, text: str, *, reached: bool = True, retry_after: float = 0.0) -> None:
        self.reached = reached
        self.retry_after = retry_after
        super().__init__(text)


class NodeRefusal(ClusterError):
    """The node answered with an error of its own and did not act. `code` is JSON-RPC's, or the HTTP status."""

    def __init__(self, text: str, code: int) -> None:
        self.code = code
        super().__init__(text)


class Node:
    """An http or https endpoint. Raises SettingsError for any other address."""

    def __init__(self, url: str, patience: Patience) -> None:
        try:
            urlsplit(url)  # sees brackets out of place, which httpx does not
            parsed = httpx.URL(url)
            fit = parsed.scheme in ("http", "https") and bool(parsed.host)
        except (ValueError, httpx.InvalidURL) as error:
            raise SettingsError("the address of the cluster is malformed") from error
        if not fit:
            raise SettingsError("the address of a cluster starts with http:// or https:// and names a host")
        self.patience = patience
        self.name = parsed.netloc.decode("ascii")
        self._client = httpx.AsyncClient(timeout=patience.request)
        self._url = parsed
        self._ids = itertools.count(1)

    async def close(self) -> None:
        await self._client.aclose()

    async def ask(self, method: str, *params: object) -> object:
        """The `result` of `method`, which must be harmless to repeat. Raises NodeSilence or NodeRefusal."""
        give_up = time.monotonic() + self.patience.reading
        for attempt in itertools.count():
            try:
                return await self.ask_once(method, *params)
            except NodeSilence as silence:
                pause = self.patience.backoff * 2 ** min(attempt, 4) * random.uniform(0.75, 1.25)
                pause = max(pause, silence.retry_after)
                if time.monotonic() + pause > give_up:
                    raise
                await asyncio.sleep(pause)
        raise AssertionError("unreachable")

    async def ask_once(self, method: str, *params: object) -> object:
        """The same without repetition."""
        if self._client.is_closed:
            raise NodeSilence(f"{self.name} cannot be asked: its connections were closed", reached=False)
        request_id = next(self._ids)
        body = {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}
        try:
            async with asyncio.timeout(self.patience.request):
                response = await self._client.post(self._url, json=body)
        except (
            httpx.ConnectError,
            httpx.ConnectTimeout,
            httpx.PoolTimeout,
            UnicodeError,
        ) as error:  # no such host name
            raise self._silence(method, f"cannot be reached ({type(error).__name__})", reached=False) from error
        except (httpx.HTTPError, TimeoutError) as error:
            raise self._silence(method, f"gave no answer ({type(error).__name__})") from error
        return self._result(method, request_id, response)

    def _result(self, method: str, request_id: int, response: httpx.Response) -> object:
        try:
            answer = response.json()
        except (ValueError, RecursionError):
            answer = None
        if response.status_code in _BUSY_STATUS:
            raise self._silence(method, f"is busy (HTTP {response.status_code})", retry_after=_retry_after(response))
        error = answer.get("error") if isinstance(answer, dict) else None
        if isinstance(error, dict) and type(error.get("code")) is int:
            said = f"{error['code']}, {shown(error.get('message', ''), 200)}"
            if error["code"] in _BUSY_CODES:
                raise self._silence(method, f"is not ready ({said})")
            raise NodeRefusal(f"{self.name} refuses {method}: {said}", error["code"])
        if response.status_code != 200:
            raise NodeRefusal(f"{self.name} refuses {method}: HTTP {response.status_code}", response.status_code)
        if not isinstance(answer, dict) or answer.get("id") != request_id or "result" not in answer:
            raise self._silence(method, "answered something else than JSON-RPC")
        return answer["result"]

    def _silence(self, method: str, what: str, *, reached: bool = True, retry_after: float = 0.0) -> NodeSilence:
        return NodeSilence(f"{self.name} {what}, asked for {method}", reached=reached, retry_after=retry_after)


def _retry_after(response: httpx.Response) -> float:
    """Seconds that the node asks to wait; 0 when it names none, or a date."""
    text = response.headers.get("retry-after", "")
    return float(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0.0
