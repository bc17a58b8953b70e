"""The customer's OpenAPI document."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.document import document as api_document
from plings.customer.shapes import WalletProblem

SAID: Final = """\
What a code's page shows, and transactions for a wallet to sign. This server has no key and signs nothing.

`/pay` is a Solana Pay transaction request, `/actions/pay` an Action. Keys and signatures are base58, times unix
seconds, amounts lamports. Every parameter is known, there once, and in its only spelling, or the request is refused.
Errors are `application/problem+json` (RFC 9457), for wallets `application/json` with a `message`."""


def document(app: FastAPI) -> dict[str, Any]:
    """The document of the routes."""
    made = api_document(app, SAID)
    schemas = made["components"]["schemas"]
    schemas["WalletProblem"] = WalletProblem.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def add_to(app: FastAPI) -> None:
    """Its own route, which it does not tell of."""

    async def openapi(request: Request) -> Response:
        return tagged(request.headers, json.dumps(document(app)).encode(), Keep.MINUTE)

    app.router.get("/openapi.json", include_in_schema=False)(openapi)
