"""What the customer's server lets in, and the headers of all of its answers."""

from __future__ import annotations

from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from plings.api.policy import RawHeaders, Scope, no_body
from plings.api.problems import Refused
from plings.customer.files import style_source
from plings.customer.refusing import FOR_WALLETS, told

MOST_BODY: Final = 4_096
"""Bytes."""

POSTED: Final = ("/pay", "/actions/pay", "/v1/transactions/", "/v1/send")
BLOCKCHAIN_IDS: Final = {
    "mainnet": "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    "devnet": "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1",
    "testnet": "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z",
}
"""CAIP-2."""
ACTION_VERSION: Final = "2.4"

_PAGE: Final = (
    f"default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src {style_source()}; "
    "img-src 'self' data: blob:; media-src 'self' blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'"
).encode()
_DATA: Final = b"default-src 'none'; frame-ancestors 'none'"
_ALWAYS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin-allow-popups"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=(), usb=()"),
)


class CustomerPolicy:
    """`cluster_name` as wallets know it; `is_https`: browsers are told to come by no other way."""

    def __init__(self, cluster_name: str, *, is_https: bool) -> None:
        self._always: RawHeaders = _ALWAYS
        if is_https:
            self._always += ((b"strict-transport-security", b"max-age=31536000"),)
        chain = BLOCKCHAIN_IDS.get(cluster_name, f"solana:{cluster_name}")
        self._wallets: RawHeaders = (
            (b"access-control-allow-origin", b"*"),
            (b"access-control-allow-methods", b"GET,POST,PUT,OPTIONS"),
            (b"access-control-allow-headers", b"Content-Type, Authorization, Content-Encoding, Accept-Encoding"),
            (b"access-control-expose-headers", b"X-Action-Version, X-Blockchain-Ids, Retry-After"),
            (b"access-control-max-age", b"600"),
            (b"x-action-version", ACTION_VERSION.encode()),
            (b"x-blockchain-ids", chain.encode()),
        )

    def methods(self, path: str) -> tuple[str, ...]:
        own: tuple[str, ...] = ("GET", "HEAD")
        if path.startswith(POSTED):
            own = ("POST",) if path.startswith("/v1/") else ("GET", "HEAD", "POST")
        return (*own, "OPTIONS") if path.startswith(FOR_WALLETS) else own

    def refusal(self, scope: Scope) -> Refused | None:
        if scope["method"] != "POST":
            return no_body(scope)
        headers = Headers(scope=scope)
        length = headers.get("content-length", "")
        if "transfer-encoding" in headers or not (length.isascii() and length.isdigit() and len(length) < 10):
            return Refused(411, "length", "body: its length must be said [length]", part="body")
        if int(length) > MOST_BODY:
            return Refused(413, "too_long", f"body: it has more than {MOST_BODY:,} bytes [too_long]", part="body")
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type != "application/json":  # which a form of another site cannot send unasked
            return Refused(415, "media_type", "body: it is not application/json [media_type]", part="body")
        return None

    def response(self, scope: Scope, refused: Refused, headers: dict[str, str] | None = None) -> Response:
        return told(scope, refused, headers)

    def headers(self, path: str) -> RawHeaders:
        is_data = path.startswith(("/v1/", "/openapi.json", *FOR_WALLETS))
        policy = (b"content-security-policy", _DATA if is_data else _PAGE)
        return (*self._always, policy, *(self._wallets if path.startswith(FOR_WALLETS) else ()))
