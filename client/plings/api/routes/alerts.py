"""Open alerts: in numbers for anybody, in full for the operator."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, desk_of, tagged
from plings.api.answers.alerts import AlertCounts, Alerts
from plings.api.asking import alerts as asking
from plings.api.operator import OPERATOR, require_operator
from plings.api.parameters import PAGE, CursorOf, LimitOf
from plings.api.routes.errors import refusals


def add_to(router: APIRouter) -> None:
    router.get(
        "/v1/alerts",
        response_model=Alerts,
        responses=refusals(401),
        summary="Open alerts, for the operator",
        openapi_extra={"security": [{OPERATOR: []}]},
    )(alerts)
    router.get("/v1/alerts/counts", response_model=AlertCounts, responses=refusals(), summary="How many are open")(
        counts
    )


async def alerts(request: Request, cursor: CursorOf = None, limit: LimitOf = PAGE) -> Response:
    """What somebody must look at, the newest first."""
    require_operator(request)
    return await desk_of(request).answer(request, lambda reader: asking.alerts(reader, cursor, limit), Keep.NOT)


async def counts(request: Request) -> Response:
    """By severity alone."""
    standing = await desk_of(request).standings.get()
    body = asking.alert_counts(standing.open_alerts).model_dump_json().encode()
    return tagged(request.headers, body, Keep.NOT)
