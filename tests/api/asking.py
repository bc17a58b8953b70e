"""Asking the API as a client does, and holding every answer against what the OpenAPI document says of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Event, Thread
from typing import Any

import httpx
from jsonschema import Draft202012Validator
from referencing import Registry as Schemas
from referencing.jsonschema import DRAFT202012

from plings.api import Server, Settings, address_of, document, listen, make_application, make_routes
from plings.identity import ScanUrl, format_address

TOKEN = "a-token-that-nobody-guesses"


@cache
def openapi() -> dict[str, Any]:
    return document(make_routes())


@contextmanager
def serving(conninfo: str, **settings: Any) -> Iterator[httpx.Client]:
    """A client of an API that runs for so long, with no limit of requests unless one is set."""
    wanted = Settings(**{"requests_per_second": 0.0, "token": TOKEN, **settings})
    ready = Event()
    with listen("127.0.0.1", 0) as listener:
        server = Server(make_application(conninfo, wanted), ready.set)
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            assert ready.wait(10)
            with httpx.Client(base_url=address_of(listener), timeout=30) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join()


def asked(client: httpx.Client, path: str, *, headers: dict[str, str] | None = None, **query: object) -> httpx.Response:
    """An answer, whatever it is, which is as the document says."""
    told = {name: value.encode("latin-1") for name, value in (headers or {}).items()}
    response = client.get(path, params={name: str(value) for name, value in query.items()}, headers=told)
    check(response)
    return response


def tells(client: httpx.Client, path: str, **query: Any) -> dict[str, Any]:
    """What a route answers."""
    response = asked(client, path, **query)
    assert response.status_code == 200, response.text
    facts = response.json()
    assert isinstance(facts, dict)
    return facts


def refuses(client: httpx.Client, path: str, status: int, **query: Any) -> tuple[str, str | None]:
    """The rule and the part of a refusal."""
    response = asked(client, path, **query)
    assert response.status_code == status, response.text
    problem = response.json()
    assert problem["detail"].isprintable()
    return problem["rule"], problem["part"]


def pages(client: httpx.Client, path: str, of: str, **query: Any) -> list[Any]:
    """All that the pages of an answer hold."""
    found: list[Any] = []
    while True:
        page = tells(client, path, **query)
        assert len(page[of]) <= query.get("limit", 50)
        found += page[of]
        if page["next"] is None:
            return found
        query["cursor"] = page["next"]


def code_of(code: Any) -> dict[str, str]:
    """The parameters of a code, or of a leaf's."""
    return {"p": code.path.text, "cp": code.class_pointer.text, "i": format_address(code.address)}


def url_of(code: ScanUrl) -> dict[str, str]:
    return {"url": code.text}


def check(response: httpx.Response) -> None:
    """The answer has a status, a media type and a shape that the document has for its route."""
    media_type = response.headers["content-type"].partition(";")[0]
    if response.status_code >= 400:
        assert media_type == "application/problem+json"
        assert response.headers["cache-control"] == "no-store"
        _validate({"$ref": "#/components/schemas/Problem"}, response.json())
        assert response.json()["status"] == response.status_code
    operation = _operation(response.request.url.path)
    if operation is None:
        return
    said = operation["responses"].get(str(response.status_code))
    assert said is not None or response.status_code in (405, 414), f"{response.status_code} is not in the document"
    if said is not None and response.status_code != 304:
        content = said["content"][media_type]
        if media_type == "application/json":
            _validate(content["schema"], response.json())


def _operation(path: str) -> dict[str, Any] | None:
    for template, operations in openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", template), path):
            found: dict[str, Any] = operations["get"]
            return found
    return None


@cache
def _schemas() -> Any:
    return Schemas().with_resource("urn:api", DRAFT202012.create_resource(openapi()))


@cache
def _validator(schema: str) -> Draft202012Validator:
    rooted = json.loads(schema.replace('"#/', '"urn:api#/'))
    return Draft202012Validator(rooted, registry=_schemas())


def _validate(schema: dict[str, Any], instance: object) -> None:
    _validator(json.dumps(schema)).validate(instance)
