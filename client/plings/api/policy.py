"""What a server lets in, and which headers all of its answers have: the API's own is to read and nothing else."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any, Final, Protocol

from starlette.datastructures import Headers
from starlette.responses import Response

from plings.api.problems import Refused, problem_response

Scope = MutableMapping[str, Any]
RawHeaders = tuple[tuple[bytes, bytes], ...]

FOR_PAGES: Final = ("/v1/", "/nft", "/openapi.json")
"""Below here any page may read what anybody may: there are no cookies, and no browser sends a token unasked."""

_CROSS_ORIGIN: Final = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After"),
)
_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
)


class Policy(Protocol):
    """What the gate asks of every request."""

    def methods(self, path: str) -> tuple[str, ...]:
        """Those that a path takes."""
        ...

    def refusal(self, scope: Scope) -> Refused | None:
        """Why a request of such a method is not let in."""
        ...

    def headers(self, path: str) -> RawHeaders:
        """Of every answer."""
        ...

    def response(self, scope: Scope, refused: Refused, headers: dict[str, str] | None = None) -> Response:
        """How a refusal of that request is told."""
        ...


class ReadOnly:
    """GET and HEAD, without a body."""

    def methods(self, path: str) -> tuple[str, ...]:
        return ("GET", "HEAD")

    def refusal(self, scope: Scope) -> Refused | None:
        return no_body(scope)

    def headers(self, path: str) -> RawHeaders:
        return _HEADERS + (_CROSS_ORIGIN if path.startswith(FOR_PAGES) else ())

    def response(self, scope: Scope, refused: Refused, headers: dict[str, str] | None = None) -> Response:
        return problem_response(refused, headers)


def no_body(scope: Scope) -> Refused | None:
    headers = Headers(scope=scope)
    if headers.get("content-length", "0").strip() != "0" or "transfer-encoding" in headers:
        return Refused(400, "body", "body: a request has none here [body]", part="body")
    return None
