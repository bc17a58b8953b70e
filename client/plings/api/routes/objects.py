"""What a scanned code is, whose, and since when."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import desk_of
from plings.api.answers.metadata import Metadata
from plings.api.answers.objects import ObjectAnswer
from plings.api.answers.ownership import History, Ownership
from plings.api.asking import objects as asking
from plings.api.asking import ownership as asking_owners
from plings.api.parameters import PAGE, CodeOf, CursorOf, LimitOf
from plings.api.routes.errors import refusals


def add_to(router: APIRouter) -> None:
    router.get("/v1/objects", response_model=ObjectAnswer, responses=refusals(), summary="What a code is")(objects)
    router.get(
        "/v1/ownership", response_model=Ownership, responses=refusals(404), summary="Whose an object is, with proof"
    )(ownership)
    router.get("/v1/history", response_model=History, responses=refusals(404, 409), summary="Whose an object was")(
        history
    )
    for path, summary in (("/v1/metadata", "An object's NFT, or its like"), ("/nft", "The same, where mints point to")):
        router.get(path, response_model=Metadata, responses=refusals(404), summary=summary)(metadata)


async def metadata(request: Request, code: CodeOf) -> Response:
    """What wallets and marketplaces read. The program writes the address of `/nft` into mints."""
    return await desk_of(request).answer(request, lambda reader: asking.metadata(reader, code))


async def objects(request: Request, code: CodeOf) -> Response:
    """What a code claims, how far that is so, its product, and who owns the object: of every well-formed code."""
    return await desk_of(request).answer(request, lambda reader: asking.object_of(reader, code))


async def ownership(request: Request, code: CodeOf) -> Response:
    """The owner by all that is indexed, what made them so, and a receipt of that where a checkpoint covers it.

    Which objects a wallet owns cannot be asked here.
    """
    return await desk_of(request).answer(request, lambda reader: asking_owners.ownership(reader, code))


async def history(request: Request, code: CodeOf, cursor: CursorOf = None, limit: LimitOf = PAGE) -> Response:
    """All owners of an object, the oldest first."""
    return await desk_of(request).answer(request, lambda reader: asking_owners.history(reader, code, cursor, limit))
