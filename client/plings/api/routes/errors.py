"""What the OpenAPI document says of refusals."""

from __future__ import annotations

from typing import Any, Final

from plings.api.answers.problem import MEDIA_TYPE, Problem

_SAID: Final = {
    400: "A part of the request breaks a rule; `part` and `rule` say which.",
    401: "It is for the operator, and the token is missing or wrong.",
    404: "It is not there.",
    409: "What the cursor stands for has changed: begin again without it.",
    411: "The body's length is not said.",
    413: "The body is too long.",
    414: "The path or the query is too long.",
    415: "The body is not `application/json`.",
    429: "This client asks too often: `Retry-After` says when to come back.",
    503: "The database gives no answer, is being rebuilt, or too much is asked for at once: come back later.",
}
_EVERYWHERE: Final = (400, 414, 429, 503)

Responses = dict[int | str, dict[str, Any]]


def refusals(*more: int, limited: bool = True) -> Responses:
    """For a route: those that can happen everywhere, and `more`; of one that is never limited, fewer."""
    everywhere = _EVERYWHERE if limited else (400, 414)
    return {status: _response(status) for status in sorted({*everywhere, *more})}


def _response(status: int) -> dict[str, Any]:
    told: dict[str, Any] = {"description": _SAID[status], "content": {MEDIA_TYPE: {"schema": _REFERENCE}}}
    if status in (429, 503):
        told["headers"] = {"Retry-After": {"description": "seconds", "schema": {"type": "integer"}}}
    return told


_REFERENCE: Final = {"$ref": f"#/components/schemas/{Problem.model_config['title']}"}
