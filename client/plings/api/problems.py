"""What goes wrong, as an answer: which status, which part of the request, which rule."""

from __future__ import annotations

import logging
import math
from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from plings.api.answers.problem import MEDIA_TYPE, Problem
from plings.errors import (
    DatabaseUnavailable,
    IdentityError,
    NotInRegistry,
    PlingsError,
    RegistryError,
    StateRefused,
    ValueRefused,
    shown,
)

log = logging.getLogger("plings.api")

TYPE: Final = "tag:plings.io,2026:problem:"
SOON_SECONDS: Final = 2
LATER_SECONDS: Final = 30
"""After which to ask again: a database that is away; one that is not ready to tell it."""


class Refused(PlingsError):
    """A request that has no answer. `part` names the parameter, header or whatever else is at fault, None for none."""

    def __init__(
        self, status: int, rule: str, detail: str, *, part: str | None = None, retry_seconds: float | None = None
    ) -> None:
        self.status = status
        self.rule = rule
        self.detail = detail
        self.part = part
        self.retry_seconds = retry_seconds
        super().__init__(detail)


def malformed(part: str, error: IdentityError) -> Refused:
    """The parameter `part` is not what it should be."""
    return Refused(400, error.rule, str(error), part=part)


def refused_of(error: PlingsError) -> Refused:
    """What an error of ours is to who asked. Nothing of the inside is told but what they said themselves."""
    match error:
        case Refused():
            return error
        case IdentityError():
            return malformed(error.part, error)
        case NotInRegistry():
            return Refused(404, error.rule, str(error))
        case ValueRefused():
            return Refused(400, error.rule, str(error))
        case StateRefused():  # a rebuild, a gap: it passes
            return Refused(503, error.rule, str(error), retry_seconds=LATER_SECONDS)
        case DatabaseUnavailable(rule="busy"):
            return Refused(503, "busy", "too much is asked for at once: ask again", retry_seconds=SOON_SECONDS)
        case DatabaseUnavailable():
            return Refused(503, "database", "the database gives no answer: ask again", retry_seconds=SOON_SECONDS)
        case RegistryError():
            log.error("unexpected refusal: %s", error)
        case _:
            log.error("unexpected error", exc_info=error)
    return Refused(500, "unexpected", "this is our fault: what went wrong is noted")


def problem_response(refused: Refused, headers: dict[str, str] | None = None) -> Response:
    """The answer that says so."""
    problem = Problem(
        type=TYPE + refused.rule,
        title=HTTPStatus(refused.status).phrase,
        status=refused.status,
        detail=refused.detail,
        part=refused.part,
        rule=refused.rule,
    )
    told = {"Cache-Control": "no-store", **(headers or {})}
    if refused.retry_seconds is not None:
        told["Retry-After"] = str(max(1, math.ceil(refused.retry_seconds)))
    if refused.status == 401:
        told["WWW-Authenticate"] = "Bearer"
    return Response(problem.model_dump_json(), refused.status, told, MEDIA_TYPE)


def add_to(app: FastAPI) -> None:
    """Every error that a route raises, and those that are raised before one is found."""

    async def ours(_: Request, error: Exception) -> Response:
        assert isinstance(error, PlingsError)
        return problem_response(refused_of(error))

    async def parameters(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(_of_parameters(error))

    async def routing(_: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return problem_response(_of_routing(error))

    async def unexpected(_: Request, error: Exception) -> Response:
        return problem_response(Refused(500, "unexpected", "this is our fault: what went wrong is noted"))

    app.add_exception_handler(PlingsError, ours)
    app.add_exception_handler(RequestValidationError, parameters)
    app.add_exception_handler(HTTPException, routing)
    app.add_exception_handler(Exception, unexpected)


_RULES: Final = {
    "missing": ("missing_parameter", "it is missing"),
    "greater_than_equal": ("range", "it is too small"),
    "less_than_equal": ("range", "it is too large"),
}
_NO_NUMBER: Final = ("whole_number", "it is not a whole number, in digits alone, without a leading 0")


def _of_parameters(error: RequestValidationError) -> Refused:
    """The first that is at fault."""
    first = error.errors()[0]
    part = str(first["loc"][-1])
    rule, why = _RULES.get(
        first["type"], ("whole_number", "it is not a whole number, in digits alone, without a leading 0")
    )
    given = "" if first["type"] == "missing" else f" {shown(first.get('input'))}"
    return Refused(400, rule, f"{part}{given}: {why} [{rule}]", part=part)


def _of_routing(error: HTTPException) -> Refused:
    if error.status_code == 404:
        return Refused(404, "unknown_route", "there is nothing here: /openapi.json says what there is")
    return Refused(error.status_code, "request", str(error.detail))
