"""Other nodes, each on an address of this machine of its own: honest ones, liars of every kind, and broken ones."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from plings.identity import ScanUrl, format_address
from plings.proofs import Leaf, Ownership, Receipt, owner_by

Query = dict[str, str]
Handler = Callable[[asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Answer:
    """What goes over the wire."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Route = Callable[[Query], Answer | Handler]


class Peer:
    """`routes` by path. `asked` keeps every request's path and query."""

    def __init__(self, routes: dict[str, Route], host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.routes = routes
        self.host = host
        self.tls = tls
        self.port = 0
        self.asked: list[str] = []
        self.heads: list[str] = []
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.host}:{self.port}"

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, self.host, 0, ssl=self.tls)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server:
            self._server.close()
        for writer in list(self._writers):
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            while head := (await reader.readuntil(b"\r\n\r\n")).decode("latin-1"):
                await self._answer(head, writer)
        except (ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            pass
        finally:
            self._writers.discard(writer)
            writer.close()

    async def _answer(self, head: str, writer: asyncio.StreamWriter) -> None:
        target = head.split(" ")[1]
        self.asked.append(target)
        self.heads.append(head)
        parts = urlsplit(target)
        route = self.routes.get(parts.path, lambda _: Answer(b'{"rule":"unknown_route"}', 404))
        answer = route(dict(parse_qsl(parts.query)))
        if not isinstance(answer, Answer):
            await answer(writer)
            return
        headers = {"content-length": str(len(answer.body)), **answer.headers}
        lines = [f"HTTP/1.1 {answer.status} X", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
        writer.write("\r\n".join(lines).encode() + answer.body)
        await writer.drain()


def as_json(value: object, status: int = 200) -> Answer:
    return Answer(json.dumps(value).encode(), status)


@asynccontextmanager
async def serving(peers: Sequence[Peer]) -> AsyncIterator[Sequence[Peer]]:
    for peer in peers:
        await peer.start()
    try:
        yield peers
    finally:
        for peer in peers:
            peer.stop()
        await asyncio.sleep(0)


SLOT = 10
"""Where the embedded clusters of these tests are, more or less."""


def ready(slot: int | None = SLOT) -> Route:
    return lambda _: as_json({"status": "ready", "slot": slot, "final_slot": slot, "lag_seconds": 0.1})


def tenure(owner: bytes, leaf: Leaf | None, how: str | None = None) -> dict[str, Any]:
    """One owner as the API tells it: by a leaf, or by what an account did."""
    return {
        "owner": format_address(owner),
        "how": how or (leaf.kind.name.lower() if leaf else "created"),
        "since_unix": leaf.timestamp if leaf else 1_750_000_000,
        "slot": 5,
        "signature": "1" * 64,
        "payment_log": format_address(leaf.payment_log) if leaf else None,
        "number": leaf.number if leaf else None,
        "is_provisional": False,
    }


def ownership(code: ScanUrl, tenures: Sequence[dict[str, Any]], receipt: Receipt | None) -> dict[str, Any]:
    """The answer to /v1/ownership."""
    current = {name: value for name, value in tenures[-1].items() if name != "is_provisional"}
    return {
        "path": code.path.text,
        "class_pointer": code.class_pointer.text,
        "address": format_address(code.address),
        **current,
        "is_gapless": True,
        "is_provisional": False,
        "account": None,
        "history": list(tenures),
        "next": None,
        "receipt": document(receipt) if receipt else None,
    }


def document(receipt: Receipt) -> dict[str, Any]:
    return dict(json.loads(receipt.text))


def claim_in(leaves: Sequence[Leaf], code: ScanUrl) -> tuple[Leaf, ...]:
    """The leaves that make the code's owner, of all leaves of a log."""
    ownership = Ownership(leaves[0].payment_log)
    for leaf in leaves:
        ownership.append(leaf)
    return ownership.claim_of((code.path.text, code.class_pointer.value, code.address))


def telling(code: ScanUrl, claim: Sequence[Leaf], receipts: Sequence[Receipt] = (), **others: Any) -> dict[str, Route]:
    """A node that says what `claim` says, and has these receipts. `others` are members of its answer instead."""
    tenures = [tenure(owner_by(leaf), leaf) for leaf in claim]
    by_number = {receipt.leaf.number: receipt for receipt in receipts}
    answer = {**ownership(code, tenures, by_number.get(claim[-1].number)), **others}
    routes: dict[str, Route] = {"/ready": ready(), "/v1/ownership": lambda _: as_json(answer)}
    for receipt in receipts:
        path = f"/v1/logs/{format_address(receipt.leaf.payment_log)}/leaves/{receipt.leaf.number}/receipt"
        routes[path] = lambda _, one=receipt: Answer(one.text.encode())
    return routes


def leaves_of(leaves: Sequence[Leaf]) -> dict[str, Route]:
    """The pages of a log's leaves, of at most `limit` each."""

    def page(query: Query) -> Answer:
        start, limit = int(query.get("cursor", 0)), int(query["limit"])
        shown = [{**_leaf(leaf)} for leaf in leaves[start : start + limit]]
        following = str(start + limit) if start + limit < len(leaves) else None
        return as_json({"leaves": shown, "missing": [], "next": following})

    return {f"/v1/logs/{format_address(leaves[0].payment_log)}/leaves": page}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    return {
        "number": leaf.number,
        "kind": leaf.kind.name.lower(),
        "timestamp_unix": leaf.timestamp,
        "actor": format_address(leaf.actor),
        "owner": format_address(leaf.owner),
        "amount_lamports": leaf.amount_lamports,
        "path": leaf.path.text,
        "class_pointer": leaf.class_pointer.text,
        "address": format_address(leaf.address),
    }
