"""Pictures of classes, by their digest. Kept for good, as the address of another picture is another."""

from __future__ import annotations

import logging
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from plings.api.answering import Keep, tagged
from plings.api.problems import Refused
from plings.api.routes.errors import Responses
from plings.customer.counter import counter_of
from plings.customer.routes.errors import customer_refusals
from plings.errors import PictureError

log = logging.getLogger("plings.api")

WEBP: Final = "image/webp"
_SEEN: Responses = {200: {"description": "the picture", "content": {WEBP: {"schema": {"type": "string"}}}}}

DigestOf = Annotated[
    str,
    Path(
        description="SHA-256 of the file, in hexadecimal digits",
        pattern="^[0-9a-f]{64}$",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/pictures/{digest}.webp",
        response_class=Response,
        responses={**customer_refusals(404), **_SEEN},
        summary="The picture of a class",
    )(picture)


async def picture(request: Request, digest: DigestOf) -> Response:
    """WebP, at most 480 pixels wide and high and 20,000 bytes; of a class that has it now."""
    try:
        body = await counter_of(request).picture(digest)
    except PictureError as error:  # a manufacturer may write to the table by hand
        log.warning("a class has a picture that is not sent: %s", error)
        raise Refused(404, "unknown_picture", f"no class has the picture {digest} [unknown_picture]") from None
    answer = tagged(request.headers, body, Keep.FOR_GOOD, WEBP)
    answer.headers["access-control-allow-origin"] = "*"  # wallets and pages of others show it
    return answer
