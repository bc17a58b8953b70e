"""Who operates this: whoever has the token."""

from __future__ import annotations

from hmac import compare_digest
from typing import Final

from fastapi import Request

from plings.api.answering import desk_of
from plings.api.problems import Refused
from plings.api.settings import TOKEN_VARIABLE

OPERATOR: Final = "operator"
"""The security scheme's name in the OpenAPI document."""


def require_operator(request: Request) -> None:
    """Raises Refused unless the request has `Authorization: Bearer TOKEN`. Without a token set, nobody has it."""
    token = desk_of(request).settings.token
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    is_bearer = scheme.lower() == "bearer"
    if token is None or not is_bearer or not compare_digest(given.strip().encode("latin-1"), token.encode()):
        text = f"authorization: this takes the operator's token, which is {TOKEN_VARIABLE} of the API [token]"
        raise Refused(401, "token", text, part="authorization")


def require_operator_if_public(request: Request) -> None:
    """The same, unless only this machine can ask and no token is set."""
    settings = desk_of(request).settings
    if settings.is_public or settings.token is not None:
        require_operator(request)
