"""Files of the page: scripts, styles, the icon. In a folder named by their hash they are kept, else asked for again."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.problems import Refused
from plings.customer.compression import compressed
from plings.customer.files import media_type_of, read_static, static_version


def add_to(router: APIRouter) -> None:
    router.get("/static/{path:path}", include_in_schema=False)(static)
    router.get("/icon.svg", include_in_schema=False)(icon)


async def static(request: Request, path: str) -> Response:
    """A file of the package's own, and no other."""
    return _file(request, path)


async def icon(request: Request) -> Response:
    """What wallets show beside the label."""
    return _file(request, "icon.svg")


def _file(request: Request, path: str) -> Response:
    version, _, rest = path.partition("/")
    is_dated = version == static_version()
    name = rest if is_dated else path
    keep = Keep.FOR_GOOD if is_dated else Keep.ASKING
    answer = tagged(request.headers, _known(name), keep, media_type_of(name))
    return compressed(request.headers, answer, is_static=True)


def _known(path: str) -> bytes:
    body = read_static(path) if len(path) < 200 else None
    if body is None:
        raise Refused(404, "unknown_route", "there is no such file here [unknown_route]")
    return body
