"""Payment logs, for whoever wants to check them: leaves and checkpoints."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import desk_of
from plings.api.answers.logs import Checkpoints, LeafAnswer, Leaves, LogDetails, Logs
from plings.api.asking import leaves as asking_leaves
from plings.api.asking import logs as asking
from plings.api.parameters import PAGE, CursorOf, LimitOf, LogOf, NumberOf
from plings.api.routes.errors import refusals


def add_to(router: APIRouter) -> None:
    one = "/v1/logs/{payment_log}"
    router.get("/v1/logs", response_model=Logs, responses=refusals(), summary="All payment logs")(logs)
    router.get(one, response_model=LogDetails, responses=refusals(404), summary="A payment log")(log)
    router.get(f"{one}/leaves", response_model=Leaves, responses=refusals(404), summary="A log's leaves")(leaves)
    router.get(
        f"{one}/leaves/{{number}}", response_model=LeafAnswer, responses=refusals(404), summary="One leaf of a log"
    )(leaf)
    router.get(
        f"{one}/checkpoints", response_model=Checkpoints, responses=refusals(404), summary="A log's checkpoints"
    )(checkpoints)


async def logs(request: Request, cursor: CursorOf = None, limit: LimitOf = PAGE) -> Response:
    """Payment logs by address, each with how much of it is known."""
    return await desk_of(request).answer(request, lambda reader: asking.logs(reader, cursor, limit))


async def log(request: Request, payment_log: LogOf) -> Response:
    """How many leaves the log must have, and which of them nobody told us of."""
    return await desk_of(request).answer(request, lambda reader: asking.log(reader, payment_log))


async def leaves(request: Request, payment_log: LogOf, cursor: CursorOf = None, limit: LimitOf = PAGE) -> Response:
    """Leaves by number. With all of them, and a root from the chain, nobody needs to believe this API."""
    return await desk_of(request).answer(
        request, lambda reader: asking_leaves.leaves(reader, payment_log, cursor, limit)
    )


async def leaf(request: Request, payment_log: LogOf, number: NumberOf) -> Response:
    """One leaf by its number."""
    return await desk_of(request).answer(request, lambda reader: asking_leaves.leaf(reader, payment_log, number))


async def checkpoints(request: Request, payment_log: LogOf, cursor: CursorOf = None, limit: LimitOf = PAGE) -> Response:
    """What the program noted of the log. Compare roots with the accounts on chain: this API only repeats them."""
    return await desk_of(request).answer(request, lambda reader: asking.checkpoints(reader, payment_log, cursor, limit))
