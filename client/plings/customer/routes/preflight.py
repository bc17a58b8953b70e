"""OPTIONS, which browsers ask before a page of another origin asks: the gate's headers are the answer."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

PATHS = ("/pay", "/actions/pay", "/actions.json")


def add_to(router: APIRouter) -> None:
    for path in PATHS:
        router.add_api_route(path, preflight, methods=["OPTIONS"], include_in_schema=False)


async def preflight(request: Request) -> Response:
    return Response(None, 204)
