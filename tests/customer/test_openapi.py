"""The document of the routes, frozen; and what they answer to whatever it lets anybody send."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks

from api.asking import TOKEN
from cli.command import answer
from customer.stand import Stand
from plings.customer import document, make_routes
from plings.identity import format_address

FROZEN = Path(__file__).resolve().parents[2] / "docs/customer.openapi.json"
REFREEZE = "run: plings serve --openapi > docs/customer.openapi.json"

ROUTES = [(method, path) for path, methods in document(make_routes())["paths"].items() for method in methods]
QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
CHECKS = [checks.content_type_conformance, checks.response_schema_conformance, checks.status_code_conformance]
OF_THE_GATE = (405, 411, 414)
"""Statuses that come before a route is found."""


def test_it_is_what_the_routes_make_of_themselves() -> None:
    assert answer("serve", "--openapi") == FROZEN.read_text(), REFREEZE


@pytest.fixture(scope="session")
def schema(stand: Stand) -> Any:
    return schemathesis.openapi.from_url(f"{stand.url}/openapi.json")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_whatever_is_sent_is_answered(schema: Any, method: str, path: str) -> None:
    @QUICK
    @given(case=schema[path][method].as_strategy())
    def tried(case: Any) -> None:
        check(case)

    tried()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_whatever_is_sent_about_a_real_code_is_answered(stand: Stand, schema: Any, method: str, path: str) -> None:
    code = stand.code("2.9.2")
    real = {"p": code.path.text, "cp": code.class_pointer.text, "i": format_address(code.address)}

    @QUICK
    @given(case=schema[path][method].as_strategy())
    def tried(case: Any) -> None:
        if "p" in {one.name for one in schema[path][method].query}:
            case.query = {**{name: case.query[name] for name in case.query if name not in ("url", "t", "s")}, **real}
        if isinstance(case.body, dict) and "account" in case.body:
            case.body = {**case.body, "account": str(stand.alice.pubkey())}
        case.headers = {"Authorization": f"Bearer {TOKEN}"}
        check(case)

    tried()


def check(case: Any) -> None:
    """No fault of ours, and what it answers is what the document says."""
    response = case.call()
    assert response.status_code < 500 or response.status_code == 503, response.text
    if response.status_code not in OF_THE_GATE:
        case.validate_response(response, checks=CHECKS)
