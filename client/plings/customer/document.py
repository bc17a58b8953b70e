"""The customer's OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI

from plings.api.document import document as api_document

SAID: Final = """\
What a code's page shows, and transactions for a wallet to sign. This server has no key and signs nothing.

`/pay` is a Solana Pay transaction request, `/actions/pay` an Action. Keys and signatures are base58, times unix
seconds, amounts lamports. Every parameter is known, there once, and in its only spelling, or the request is refused.
Errors are `application/problem+json` (RFC 9457), for wallets `application/json` with a `message`."""


def document(app: FastAPI) -> dict[str, Any]:
    """The document of the routes."""
    return api_document(app, SAID)
