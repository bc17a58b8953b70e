"""What a request may say: these parameters, each once, and each exactly what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final, TypeVar
from urllib.parse import unquote_to_bytes

from fastapi import Depends, Path, Query, Request
from fastapi.routing import APIRoute
from pydantic import BeforeValidator
from starlette.responses import Response

from plings.api.answering import desk_of
from plings.api.problems import Refused, malformed
from plings.errors import IdentityError, shown
from plings.identity import ClassPointer, ScanUrl, decode_signature, parse_address
from plings.identity import Path as ObjectPath

MOST_PAGE: Final = 500
"""Rows in a page."""
PAGE: Final = 50

_ESCAPE: Final = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_DIGITS: Final = re.compile(r"0|[1-9][0-9]{0,18}")

T = TypeVar("T")


class StrictRoute(APIRoute):
    """A route that refuses every parameter that it does not know, or that is there twice."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        handle = super().get_route_handler()
        known = _names(self.dependant)

        async def strictly(request: Request) -> Response:
            check_query(request.scope["query_string"], known)
            response: Response = await handle(request)
            return response

        return strictly


def check_query(query: bytes, known: frozenset[str]) -> None:
    """Raises Refused with rule `escape`, `not_utf8`, `parameter`, `unknown_parameter` or `repeated_parameter`."""
    if not query:
        return
    if _ESCAPE.search(query):
        raise Refused(400, "escape", "query: a % is not followed by two hexadecimal digits [escape]", part="query")
    seen: set[str] = set()
    for pair in query.split(b"&"):
        name, equals, _ = (part.replace(b"+", b" ") for part in pair.partition(b"="))
        text = _text(name)
        _text(pair)
        if not equals:
            raise Refused(400, "parameter", f"query: {shown(text)} is not name=value [parameter]", part="query")
        if text not in known:
            told = ", ".join(sorted(known)) or "none"
            detail = f"query: {shown(text)} is no parameter here; there are: {told} [unknown_parameter]"
            raise Refused(400, "unknown_parameter", detail, part="query")
        if text in seen:
            raise Refused(400, "repeated_parameter", f"{text}: it is there twice [repeated_parameter]", part=text)
        seen.add(text)


def _text(data: bytes) -> str:
    try:
        return unquote_to_bytes(data).decode("utf-8")
    except UnicodeDecodeError:
        raise Refused(400, "not_utf8", "query: it is not UTF-8 [not_utf8]", part="query") from None


def _names(dependant: Any) -> frozenset[str]:
    own = {field.alias for field in dependant.query_params}
    return frozenset(own.union(*(_names(one) for one in dependant.dependencies)))


def _whole(given: object) -> object:
    """A whole number has one spelling. What it is not is `whole_number` in plings.api.problems."""
    if isinstance(given, str):
        if not _DIGITS.fullmatch(given):
            raise ValueError("no whole number")
        return int(given)
    return given


Whole = BeforeValidator(_whole)

OBJECT_EXAMPLE: Final = {
    "p": "2.3.2.G.3j",
    "cp": "UYtaAsvd6GL",
    "i": "244SQyMK1FqHtNPvJ37fCc2yFsVSR2V7Wqq2b7rto5LL",
}
URL_EXAMPLE: Final = "https://s.plings.io?t=q&p={p}&cp={cp}&i={i}".format(**OBJECT_EXAMPLE)


async def _code(
    request: Request,
    p: Annotated[str | None, Query(description="the path, as the code has it", examples=[OBJECT_EXAMPLE["p"]])] = None,
    cp: Annotated[
        str | None, Query(description="the class pointer, as the code has it", examples=[OBJECT_EXAMPLE["cp"]])
    ] = None,
    i: Annotated[
        str | None, Query(description="the address, as the code has it", examples=[OBJECT_EXAMPLE["i"]])
    ] = None,
    t: Annotated[
        str | None, Query(description="q or n, as the code has it; it may be left out", examples=["q"])
    ] = None,
    s: Annotated[str | None, Query(description="the tag's signature, if the code has one")] = None,
    url: Annotated[
        str | None,
        Query(description="the whole code instead of its parts, percent-encoded", examples=[URL_EXAMPLE]),
    ] = None,
) -> ScanUrl:
    """The code that a request is about."""
    host = desk_of(request).settings.code_host
    parts = {"p": p, "cp": cp, "i": i, "t": t, "s": s}
    given = [name for name, value in parts.items() if value is not None]
    if url is not None:
        if given:
            raise Refused(400, "url_or_parts", f"url: {given[0]} is there, too [url_or_parts]", part="url")
        return parsed("url", lambda text: ScanUrl.parse(text, host), url)
    for name in ("p", "cp", "i"):
        if parts[name] is None:
            raise Refused(400, "missing_parameter", f"{name}: it is missing [missing_parameter]", part=name)
    path = parsed("p", ObjectPath, p)
    pointer = parsed("cp", ClassPointer.parse, cp)
    address = parsed("i", parse_address, i)
    signature = None if s is None else parsed("s", decode_signature, s)
    return parsed("t", lambda kind: ScanUrl(kind, path, pointer, address, signature, host), "q" if t is None else t)


def parsed(part: str, parse: Callable[[str], T], text: str | None) -> T:
    """What the text of the parameter `part` says. Raises Refused."""
    try:
        return parse(text or "")
    except IdentityError as error:
        raise malformed(part, error) from error


async def _log_address(
    payment_log: Annotated[
        str,
        Path(description="the payment log's address", examples=["8qbHbw2BbbTHBW1sbeqakYXVKRQM8Ne7pLK7m6CVfeR"]),
    ],
) -> bytes:
    return parsed("payment_log", parse_address, payment_log)


MOST_NUMBER: Final = 2**63 - 1

CodeOf = Annotated[ScanUrl, Depends(_code)]
LogOf = Annotated[bytes, Depends(_log_address)]
CursorOf = Annotated[
    str | None,
    Query(description="`next` of the page before; without it, the first page", json_schema_extra={"maxLength": 200}),
]
LimitOf = Annotated[int, Query(description="rows in a page", ge=1, le=MOST_PAGE), Whole]
NumberOf = Annotated[int, Path(description="the leaf's number", ge=0, le=MOST_NUMBER, examples=[41]), Whole]
