"""What the OpenAPI document says of refusals, where the API's own table has no more to say."""

from __future__ import annotations

from typing import Any, Final

from plings.api.answering import JSON
from plings.api.routes.errors import Responses, refusals

_SAID: Final = {
    409: "It cannot be done now: not sold, another price, or refused by the program in simulation; `rule` says which.",
    503: "Cluster, index or database give no answer, or too much is asked for at once: come back later.",
}


_REFERENCE: Final = {"$ref": "#/components/schemas/WalletProblem"}


def customer_refusals(*more: int, has_body: bool = False) -> Responses:
    """For a route: those of the API's, and what bodies and transactions add."""
    told = refusals(*more, *((411, 413, 415) if has_body else ()))
    return {status: _worded(int(status), one) for status, one in told.items()}


def wallet_refusals(*more: int) -> Responses:
    """The same in the form that wallets read: `application/json` with a `message`."""
    told = customer_refusals(*more, has_body=bool(more))
    return {status: {**one, "content": {JSON: {"schema": _REFERENCE}}} for status, one in told.items()}


def _worded(status: int, one: dict[str, Any]) -> dict[str, Any]:
    return {**one, "description": _SAID.get(status, one["description"])}
