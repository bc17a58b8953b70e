"""A refusal in the form of who asks: wallets read JSON with a `message`, browsers a page, all else RFC 9457."""

from __future__ import annotations

import json
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response

from plings.api.answering import JSON
from plings.api.policy import Scope
from plings.api.problems import Refused, problem_response
from plings.customer.languages import language_of, split_language
from plings.customer.rendering import render

FOR_WALLETS: Final = ("/pay", "/actions/", "/actions.json", "/icon.")
"""Wallets and the pages of others ask here: no cookies, no tokens, so any page may."""
FOR_PROGRAMS: Final = ("/v1/", "/static/", "/openapi.json", "/health", "/ready", "/metrics")


def told(scope: Scope, refused: Refused, headers: dict[str, str] | None = None) -> Response:
    """The answer that says so."""
    made = problem_response(refused, headers)
    kept = {name: text for name, text in made.headers.items() if name not in ("content-length", "content-type")}
    path, asked = scope["path"], Headers(scope=scope)
    if path.startswith(FOR_WALLETS):
        body = json.dumps({**json.loads(bytes(made.body)), "message": refused.detail}, separators=(",", ":"))
        return Response(body, refused.status, kept, JSON)
    if path.startswith(FOR_PROGRAMS) or "text/html" not in asked.get("accept", ""):
        return made
    chosen = split_language(scope["query_string"].decode("latin-1"))[1]
    lang = chosen or language_of(asked.get("accept-language", ""))
    keep = f"lang={chosen}" if chosen else ""
    html = render("error.html", lang, path="/", query="", keep=keep, status=refused.status)
    return Response(html, refused.status, kept, "text/html")
