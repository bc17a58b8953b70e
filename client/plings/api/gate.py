"""What every request passes before a route sees it, and every answer after: methods, limits, counts, headers.

Plain ASGI: what is refused here costs next to nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from plings.api.clients import client_of
from plings.api.meters import Meters
from plings.api.policy import Policy, RawHeaders, Scope
from plings.api.problems import Refused
from plings.api.rate_limit import RateLimit
from plings.api.settings import Settings

log = logging.getLogger("plings.api")

Message = Scope
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_QUERY: Final = 2_048
MOST_PATH: Final = 512
"""Characters, percent-encoded."""

UNLIMITED: Final = "/health"
"""Whoever looks whether the process lives is not told that it has too much to do."""

NO_ROUTE: Final = "none"
"""The route, for counting, of what has none."""


class Gate:
    """Around the application."""

    def __init__(self, app: App, settings: Settings, meters: Meters, limit: RateLimit, policy: Policy) -> None:
        self._app = app
        self._policy = policy
        self._settings = settings
        self._meters = meters
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        began = perf_counter()
        is_head = scope["method"] == "HEAD"
        answer = _Answer(send, self._policy.headers(scope["path"]), is_head=is_head)
        refused = self._refusal(scope)
        self._meters.in_flight += 1
        try:
            if refused is not None:
                await self._told(scope, refused, self._allow(scope, refused))(scope, receive, answer)
            else:
                # a HEAD is a GET whose body stays here; the server has a scope of its own that says so
                scope = {**scope, "method": "GET" if is_head else scope["method"]}
                await self._app(scope, receive, answer)
        except Exception:
            log.exception("a request failed")
            if answer.status is None:
                failed = Refused(500, "unexpected", "this is our fault: what went wrong is noted")
                await self._told(scope, failed)(scope, receive, answer)
        finally:
            self._meters.in_flight -= 1
            route = getattr(scope.get("route"), "path", NO_ROUTE)
            self._meters.note(route, answer.status or 499, perf_counter() - began)

    def _refusal(self, scope: Scope) -> Refused | None:
        is_limited = scope["path"] != UNLIMITED
        if is_limited:
            wait = self._limit.take(self._client(scope))
            if wait:
                text = f"this client asks too often: wait {wait:.1f} seconds [rate]"
                return Refused(429, "rate", text, retry_seconds=wait)
        methods = self._policy.methods(scope["path"])
        if scope["method"] not in methods:
            return Refused(405, "method", f"method: {_listed(methods)} alone [method]", part="method")
        if len(scope.get("raw_path") or scope["path"]) > MOST_PATH:
            return Refused(414, "too_long", f"path: it has more than {MOST_PATH} characters [too_long]", part="path")
        if len(scope["query_string"]) > MOST_QUERY:
            text = f"query: it has more than {MOST_QUERY} characters [too_long]"
            return Refused(414, "too_long", text, part="query")
        if unfit := self._policy.refusal(scope):
            return unfit
        if is_limited and self._meters.in_flight >= self._settings.most_in_flight:
            return Refused(503, "busy", "too much is asked for at once: ask again", retry_seconds=1)
        return None

    def _told(self, scope: Scope, refused: Refused, headers: dict[str, str] | None = None) -> Response:
        return self._policy.response(scope, refused, headers)

    def _allow(self, scope: Scope, refused: Refused) -> dict[str, str] | None:
        return {"Allow": ", ".join(self._policy.methods(scope["path"]))} if refused.status == 405 else None

    def _client(self, scope: Scope) -> bytes:
        peer = scope["client"][0] if scope.get("client") else None
        trusted = self._settings.trusted_proxies
        told = Headers(scope=scope).getlist("x-forwarded-for") if trusted else []
        return client_of(peer, told, trusted)


class _Answer:
    """What is sent on, with the headers that all answers have, and the status as it goes by."""

    def __init__(self, send: Send, headers: RawHeaders, *, is_head: bool) -> None:
        self.status: int | None = None
        self._headers = headers
        self._send = send
        self._is_head = is_head

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message["headers"] = [*message["headers"], *self._headers]
        elif message["type"] == "http.response.body" and self._is_head:
            message = {**message, "body": b""}
        await self._send(message)


def _listed(methods: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(methods[:-1]), methods[-1])))
