"""One question to another node, by somebody who trusts it with nothing: not with time, memory, or where else to go.

TLS, but on this machine; the host's name is looked up once, and the address that was looked at is the one that is
asked. No redirect is followed, nothing unpacked, no cookie or proxy used. Nobody is told which wallet it is about.
"""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final

import httpx

from plings.disputes.faults import NoAnswer
from plings.disputes.name_lookup import look_up
from plings.disputes.node_address import IpAddress, NodeAddress, is_this_machine

MOST_BYTES: Final = 256 * 1024
"""Of an answer: a page of owners and a receipt take a tenth."""
MOST_ADDRESSES: Final = 4
"""Of a host that are tried, one after the other."""

LookUp = Callable[[str, int], Awaitable[Sequence[IpAddress]]]


@dataclass(frozen=True)
class Network:
    """How hosts are found, and whom to believe that they are who they say.

    `tls` is None for the usual authorities, or those of SSL_CERT_FILE.
    """

    look_up: LookUp = look_up
    tls: ssl.SSLContext | None = None

    def context(self) -> ssl.SSLContext:
        return self.tls or httpx.create_ssl_context()


class NodeClient:
    """Asks one node. Its answers are of at most MOST_BYTES; the caller limits the time. Use it in `async with`."""

    def __init__(self, node: NodeAddress, network: Network, tls: ssl.SSLContext) -> None:
        self.node = node
        self.addresses: Sequence[IpAddress] = ()
        """those that the host's name led to, once it was asked"""
        self._network = network
        self._client = httpx.AsyncClient(
            verify=tls, trust_env=False, follow_redirects=False, timeout=None, headers={"User-Agent": "plings"}
        )

    async def __aenter__(self) -> NodeClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def get(self, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        """Status (200 or 404) and body of an answer. Raises NoAnswer."""
        failure: NoAnswer | None = None
        for address in await self._found():
            try:
                return await self._get_at(address, path, query)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = NoAnswer("unavailable", f"it cannot be reached ({_cause(error)})")
            except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
                raise NoAnswer("unavailable", f"it gave no answer ({_cause(error)})") from error
        raise failure or NoAnswer("unavailable", "its name leads nowhere")

    async def _found(self) -> Sequence[IpAddress]:
        """Where to ask. Only a host that was named by its address may be one that not everybody can reach."""
        if not self.addresses:
            if literal := self.node.literal:
                self.addresses = (literal,)
            else:
                self.addresses = await self._network.look_up(self.node.host, self.node.port)
                _check_reach(self.node, self.addresses)
        return self.addresses[:MOST_ADDRESSES]

    async def _get_at(self, address: IpAddress, path: str, query: dict[str, str]) -> tuple[int, bytes]:
        url = httpx.URL(
            scheme=self.node.scheme, host=str(address), port=self.node.port, path=self.node.path + path, params=query
        )
        headers = {"Host": self.node.origin, "Accept": "application/json", "Accept-Encoding": "identity"}
        extensions = {"sni_hostname": self.node.host} if self.node.literal is None else {}
        self._client.cookies.clear()
        request = self._client.build_request("GET", url, headers=headers, extensions=extensions)
        response = await self._client.send(request, stream=True)
        try:
            return response.status_code, await _body(response)
        finally:
            await response.aclose()


async def _body(response: httpx.Response) -> bytes:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise NoAnswer(
            "redirects", f"it answers HTTP {response.status_code} and sends elsewhere, which is not followed"
        )
    if response.status_code not in (200, 404):
        raise NoAnswer("http_status", f"it answers HTTP {response.status_code}")
    if response.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        raise NoAnswer("encoded", "its answer is packed, which was not asked for")
    body = bytearray()
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise NoAnswer("oversized", f"its answer has more than {MOST_BYTES:,} bytes")
    return bytes(body)


def _check_reach(node: NodeAddress, addresses: Sequence[IpAddress]) -> None:
    for address in addresses:
        if is_this_machine(node.host) != address.is_loopback or not (address.is_loopback or address.is_global):
            raise NoAnswer("internal_address", f"its name leads to {address}, which is not for everybody")


def _cause(error: BaseException) -> str:
    cause = error.__cause__ or error.__context__
    text = f"{type(error).__name__}: {error}" if isinstance(cause, ssl.SSLError) or "certificate" in str(error) else ""
    return " ".join(text.split())[:200] or type(error).__name__
