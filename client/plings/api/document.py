"""The OpenAPI document: what FastAPI knows of the routes, and what it does not."""

from __future__ import annotations

import json
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.answers.problem import Problem
from plings.api.operator import OPERATOR
from plings.api.settings import TOKEN_VARIABLE

VERSION: Final = "1"
"""Of the routes and shapes: what is there stays as it is, and another meaning is another version."""

_SAID: Final = """What is indexed and registered, read-only, for anybody.

Keys and signatures are base58, hashes base64, times unix seconds, amounts lamports; numbers go up to 2^63 - 1. Every
parameter is known, there once, and in its only spelling, or the request is refused. Errors are
`application/problem+json` (RFC 9457) and name the part and the rule. Pages follow one another by `next`. HEAD is
answered wherever GET is.

An answer is what this server says. A receipt or proof is worth what its root is: compare that with the chain."""


def document(app: FastAPI, said: str = _SAID) -> dict[str, Any]:
    """The document of an application's routes."""
    made = get_openapi(title="Plings", version=VERSION, description=said, routes=app.routes)
    schemas = made["components"]["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["Problem"] = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    made["components"]["securitySchemes"] = {
        OPERATOR: {"type": "http", "scheme": "bearer", "description": f"{TOKEN_VARIABLE} of the API"}
    }
    for path in made["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)  # ours is 400, and says more
            operation["operationId"] = operation["summary"].lower().replace(",", "").replace(" ", "_")
    made["components"]["schemas"] = dict(sorted(schemas.items()))
    return made


def add_to(app: FastAPI) -> None:
    """Its own route, which it does not tell of."""
    made: list[bytes] = []

    async def openapi(request: Request) -> Response:
        if not made:
            made.append(json.dumps(document(app)).encode())
        return tagged(request.headers, made[0], Keep.MINUTE)

    app.router.get("/openapi.json", include_in_schema=False)(openapi)
