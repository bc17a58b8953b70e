"""For probes and for Prometheus: whether this lives, and how far the index is."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.answering import Keep, desk_of, tagged
from plings.api.answers.standing import Health, Ready
from plings.api.meters import MEDIA_TYPE, metric
from plings.api.operator import OPERATOR, require_operator_if_public
from plings.api.problems import Refused
from plings.api.routes.errors import refusals
from plings.errors import DatabaseUnavailable

_TEXT = {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus' text format 0.0.4"}


def add_to(router: APIRouter) -> None:
    router.get(
        "/health", response_model=Health, responses=refusals(limited=False), summary="Whether the process lives"
    )(health)
    router.get("/ready", response_model=Ready, responses=refusals(), summary="How far the index is")(ready)
    router.get(
        "/metrics",
        response_class=Response,
        responses={**refusals(401), 200: _TEXT},
        summary="For Prometheus",
        openapi_extra={"security": [{OPERATOR: []}, {}]},
    )(metrics)


async def health(request: Request) -> Response:
    """Always the same, without a look at anything."""
    return tagged(request.headers, Health().model_dump_json().encode(), Keep.NOT)


async def ready(request: Request) -> Response:
    """503 while the database gives no answer, the tables are being rebuilt, or the index is further behind than the
    operator wants."""
    desk = desk_of(request)
    standing = await desk.standings.get()
    if standing.rebuilding:
        text = "the tables are being made anew from the raw transactions [rebuilding]"
        raise Refused(503, "rebuilding", text, retry_seconds=30)
    most = desk.settings.most_lag_seconds
    if most is not None and (standing.lag_seconds is None or standing.lag_seconds > most):
        text = f"no source went on for more than {most:g} seconds [lag]"
        raise Refused(503, "lag", text, retry_seconds=30)
    names = Ready.model_fields.keys() - {"status"}
    answer = Ready(**{name: getattr(standing, name) for name in names})
    return tagged(request.headers, answer.model_dump_json().encode(), Keep.NOT)


async def metrics(request: Request) -> Response:
    """Lag, slots, leaves, gaps, alerts; requests and how long they took. With a token set, or where strangers may ask,
    it takes the token."""
    require_operator_if_public(request)
    desk = desk_of(request)
    try:
        told, is_up = (await desk.standings.get()).metrics, 1
    except DatabaseUnavailable:  # what is known of requests is told all the same
        told, is_up = "", 0
    up = metric("plings_database_up", "gauge", "Whether the database answers.", [({}, is_up)])
    body = up + told + desk.meters.text
    return Response(body, 200, {"Cache-Control": Keep.NOT.value}, MEDIA_TYPE)
