"""What a resolver answers: RFC 9264's shape, and every link an absolute one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from interchange.test_digital_link import CODE, LINK
from plings.errors import SettingsError
from plings.interchange import linkset, resolver_description


def every_target(document: dict[str, Any]) -> list[dict[str, Any]]:
    (context,) = document["linkset"]
    assert context.pop("anchor") == LINK.epc
    assert all(urlsplit(relation).scheme == "https" for relation in context)  # RFC 9264, 4.2.3: extension relations
    return [target for targets in context.values() for target in targets]


def test_an_object_s_links_lead_to_its_code() -> None:
    targets = every_target(linkset(LINK))
    assert {target["href"] for target in targets} == {CODE.text}
    assert all(isinstance(target["hreflang"], list) and "/" in target["type"] for target in targets)


def test_an_api_and_a_page_are_further_links() -> None:
    document = linkset(LINK, api="https://api.example/", product_page="https://ikea.example/billy")
    hrefs = [target["href"] for target in every_target(document)]
    assert "https://ikea.example/billy" in hrefs
    assert f"https://api.example/v1/history?{CODE.text.partition('?')[2]}" in hrefs


def test_a_resolver_describes_itself() -> None:
    described = resolver_description("id.ikea.example", "IKEA")
    assert (described["resolverRoot"], described["supportedPrimaryKeys"]) == ("https://id.ikea.example", ["01"])
    with pytest.raises(SettingsError):
        resolver_description("https://id.ikea.example", "IKEA")
