"""The pages, as HTML from the templates."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from plings.api.problems import Refused
from plings.customer import grading
from plings.customer.compression import compressed
from plings.customer.counter import Counter, counter_of
from plings.customer.languages import language_of, split_language
from plings.customer.rendering import render
from plings.customer.view import PageView
from plings.customer.viewing import malformed_view
from plings.errors import IdentityError
from plings.identity import ScanUrl

HTML: Final = "text/html"
# Who makes pages smaller on their way makes the style another than the policy names, and it is not in force.
_HEADERS: Final = {"Cache-Control": "no-store, no-transform", "Vary": "Accept-Language"}


def add_to(router: APIRouter) -> None:
    router.get("/", include_in_schema=False)(page)
    router.get("/verify", include_in_schema=False)(verify)
    router.get("/operator", include_in_schema=False)(operator)


async def page(request: Request) -> Response:
    """The page of a code (`page.html`, with `view`), or the start page where there is none."""
    query, _ = split_language(_query(request))
    if not query:
        return _shown(request, "start.html")
    view = await _viewed(counter_of(request), query)
    return _shown(request, "page.html", status=200 if view.code else 400, view=view)


async def verify(request: Request) -> Response:
    """Checks a receipt in the browser: this server never sees it."""
    return _bare(request, "verify.html")


async def operator(request: Request) -> Response:
    """The frame of the operator's view; what is in it takes the token."""
    return _bare(request, "operator.html")


async def _viewed(counter: Counter, query: str) -> PageView:
    host = counter.settings.code_host
    try:
        code = ScanUrl.parse(f"https://{host}?{query}", host)
    except IdentityError as error:
        return malformed_view(grading.malformed(error), counter.customer.cluster_name)
    return await counter.view(code)


def _query(request: Request) -> str:
    query: bytes = request.scope["query_string"]
    return query.decode("latin-1")


def _bare(request: Request, template: str) -> Response:
    if split_language(_query(request))[0]:
        raise Refused(400, "unknown_parameter", "query: there is no parameter here but lang [unknown_parameter]")
    return _shown(request, template)


def _shown(request: Request, template: str, *, status: int = 200, **facts: Any) -> Response:
    counter = counter_of(request)
    query, chosen = split_language(_query(request))
    lang = chosen or language_of(request.headers.get("accept-language", ""))
    html = render(
        template,
        lang,
        path=request.url.path,
        query=query if facts.get("view") is None or facts["view"].code else "",
        keep=f"lang={chosen}" if chosen else "",
        origin=counter.customer.origin,
        cluster=counter.customer.cluster_name,
        code_host=counter.settings.code_host,
        **facts,
    )
    return compressed(request.headers, Response(html, status, _HEADERS, HTML))
