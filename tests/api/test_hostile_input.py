"""What strangers send: it is refused by name, or answered, and is never a failure of ours."""

from __future__ import annotations

import socket
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.asking import asked, check, code_of, openapi, refuses
from plings.identity import ScanUrl
from plings.program import pda
from program.journey import MAKER

LOG = str(pda.payment_log_address(MAKER.account, 0))
CODE = MAKER.code("2.G.mic")
GOOD = code_of(CODE)

OBJECT_ROUTES = ["/v1/objects", "/v1/ownership", "/v1/history", "/v1/receipt", "/v1/metadata", "/nft"]


@pytest.mark.parametrize(
    ("changed", "rule", "part"),
    [
        ({"p": None}, "missing_parameter", "p"),
        ({"cp": None}, "missing_parameter", "cp"),
        ({"i": None}, "missing_parameter", "i"),
        ({"p": "2.3"}, "too_few_segments", "p"),
        ({"p": "2.3.2.G.13"}, "leading_one", "p"),
        ({"p": ""}, "empty", "p"),
        ({"p": "2.3.2.G.3j'; DROP TABLE tenures; --"}, "too_large", "p"),
        ({"p": "2.3.2.G.3'"}, "alphabet", "p"),
        ({"p": "2" * 200}, "too_long", "p"),
        ({"cp": "UYtaAsvd6G"}, "length", "cp"),
        ({"cp": "UYtaAsvd6G0"}, "alphabet", "cp"),
        ({"cp": "zzzzzzzzzzz"}, "too_large", "cp"),
        ({"i": "1"}, "length", "i"),
        ({"i": "z" * 44}, "size", "i"),
        ({"i": "\0" * 32}, "alphabet", "i"),
        ({"t": "x"}, "kind", "t"),
        ({"s": "AAAA"}, "length", "s"),
        ({"url": CODE.text}, "url_or_parts", "url"),
        ({"wallet": LOG}, "unknown_parameter", "query"),
        ({"P": "2.3"}, "unknown_parameter", "query"),
    ],
)
def test_a_code_that_breaks_a_rule(api: httpx.Client, changed: dict[str, str | None], rule: str, part: str) -> None:
    query = {name: value for name, value in {**GOOD, **changed}.items() if value is not None}
    assert refuses(api, "/v1/ownership", 400, **query) == (rule, part)


@pytest.mark.parametrize("route", OBJECT_ROUTES)
def test_every_route_reads_codes_alike(api: httpx.Client, route: str) -> None:
    assert refuses(api, route, 400, **{**GOOD, "p": "2.3"}) == ("too_few_segments", "p")
    assert refuses(api, route, 400, wallet=LOG) == ("unknown_parameter", "query")


@pytest.mark.parametrize(
    ("url", "rule"),
    [
        (CODE.text.replace("https", "http"), "scheme"),
        (CODE.text.replace("s.plings.io", "s.plings.example"), "host"),
        (CODE.text + "&x=1", "unknown_parameter"),
        (CODE.text + "#x", "fragment"),
        (CODE.text + "%20", "escape"),
        ("", "scheme"),
        ("x" * 1000, "too_long"),
    ],
)
def test_a_url_that_breaks_a_rule(api: httpx.Client, url: str, rule: str) -> None:
    assert refuses(api, "/v1/ownership", 400, url=url) == (rule, "url")


@pytest.mark.parametrize(
    ("query", "rule", "part"),
    [
        ("p=2.3.2.G.3j&p=2.3.2.G.3j", "repeated_parameter", "p"),
        ("p=2.3.2.G.3j&%70=2.3.2.G.3j", "repeated_parameter", "p"),
        ("p", "parameter", "query"),
        ("p=1&&i=1", "parameter", "query"),
        ("p=%zz", "escape", "query"),
        ("p=%", "escape", "query"),
        ("p=%ff%fe", "not_utf8", "query"),
        ("%ff=1", "not_utf8", "query"),
        ("p=1;i=2", "too_few_segments", "p"),
    ],
)
def test_a_query_that_is_none(api: httpx.Client, query: str, rule: str, part: str) -> None:
    filled = query if rule != "too_few_segments" else f"{query}&cp={GOOD['cp']}&i={GOOD['i']}"
    response = api.get(f"/v1/objects?{filled}")
    check(response)
    assert (response.status_code, response.json()["rule"], response.json()["part"]) == (400, rule, part)


@pytest.mark.parametrize("route", [f"/v1/logs/{LOG}/leaves", "/v1/logs", f"/v1/logs/{LOG}/checkpoints"])
@pytest.mark.parametrize(
    ("query", "rule", "part"),
    [
        ({"limit": 0}, "range", "limit"),
        ({"limit": 501}, "range", "limit"),
        ({"limit": 10**18}, "range", "limit"),
        ({"limit": "-1"}, "whole_number", "limit"),
        ({"limit": "+1"}, "whole_number", "limit"),
        ({"limit": "1_0"}, "whole_number", "limit"),
        ({"limit": " 1"}, "whole_number", "limit"),
        ({"limit": "1.0"}, "whole_number", "limit"),
        ({"limit": "١"}, "whole_number", "limit"),
        ({"limit": "9" * 400}, "whole_number", "limit"),
        ({"limit": ""}, "whole_number", "limit"),
        ({"cursor": ""}, "cursor", "cursor"),
        ({"cursor": "AAAA"}, "cursor", "cursor"),
        ({"cursor": "ä"}, "cursor", "cursor"),
        ({"cursor": "A" * 300}, "cursor", "cursor"),
        ({"cursor": "A=" * 10}, "cursor", "cursor"),
    ],
)
def test_a_page_that_breaks_a_rule(api: httpx.Client, route: str, query: dict[str, Any], rule: str, part: str) -> None:
    assert refuses(api, route, 400, **query) == (rule, part)


def test_a_cursor_is_of_one_question(api: httpx.Client) -> None:
    logs = asked(api, "/v1/logs", limit=1).json()["next"]
    leaves = asked(api, f"/v1/logs/{LOG}/leaves", limit=1).json()["next"]
    other = asked(api, "/v1/logs", limit=1).json()["logs"][0]["payment_log"]
    assert refuses(api, "/v1/logs", 400, cursor=leaves) == ("cursor", "cursor")
    assert refuses(api, f"/v1/logs/{LOG}/leaves", 400, cursor=logs) == ("cursor", "cursor")
    assert refuses(api, f"/v1/logs/{LOG}/checkpoints", 400, cursor=leaves) == ("cursor", "cursor")
    assert other != LOG and refuses(api, f"/v1/logs/{other}/leaves", 400, cursor=leaves) == ("cursor", "cursor")
    assert refuses(api, "/v1/logs", 400, cursor=logs + "=") == ("cursor", "cursor")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_nothing_but_reading(api: httpx.Client, method: str) -> None:
    response = api.request(method, "/v1/logs", content=b"{}" if method in ("POST", "PUT") else None)
    check(response)
    assert (response.status_code, response.json()["rule"]) == (405, "method")
    assert response.headers["allow"] == "GET, HEAD"


def test_a_request_has_no_body(api: httpx.Client) -> None:
    response = api.request("GET", "/v1/logs", content=b"x" * 100_000)
    check(response)
    assert (response.status_code, response.json()["rule"]) == (400, "body")


def test_what_is_too_long(api: httpx.Client) -> None:
    assert refuses(api, "/v1/objects", 414, p="2" * 3000) == ("too_long", "query")
    assert refuses(api, "/v1/products/" + "2" * 600, 414) == ("too_long", "path")


@pytest.mark.parametrize(
    "path", ["/v1/logs/%00", "/v1/logs/..%2f..%2fetc", "/v1/products/%F0%9F%92%A9", "/v1/classes/' OR 1=1", "/v1/%ff"]
)
def test_paths_of_strangers(api: httpx.Client, path: str) -> None:
    response = api.get(path)
    check(response)
    assert response.status_code in (400, 404)


def test_head_is_get_without_the_body(api: httpx.Client) -> None:
    for path in ("/v1/logs", "/nothing", f"/v1/logs/{LOG}"):
        got, head = api.get(path), api.head(path)
        assert head.content == b"" and head.status_code == got.status_code
        differs = {"date"}
        assert {name: value for name, value in head.headers.items() if name not in differs} == {
            name: value for name, value in got.headers.items() if name not in differs
        }


def test_what_one_has_is_not_sent_again(api: httpx.Client) -> None:
    got = api.get("/v1/logs")
    tag = got.headers["etag"]
    assert got.headers["cache-control"] == "no-cache"
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = api.get("/v1/logs", headers={"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert api.get("/v1/logs", headers={"If-None-Match": '"other"'}).status_code == 200
    assert "etag" not in api.get("/ready").headers


def test_any_page_may_show_what_anybody_may_read(api: httpx.Client) -> None:
    origin = {"Origin": "https://shop.example"}
    for path in ("/v1/logs", "/v1/nothing", "/openapi.json"):
        assert api.get(path, headers=origin).headers["access-control-allow-origin"] == "*"
    for path in ("/metrics", "/ready"):
        assert "access-control-allow-origin" not in api.get(path, headers=origin).headers


TEXTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [*GOOD.values(), CODE.text, LOG, "0", "1", "50", "-1", "1e9", "null", "NaN", "2.3.2.G.3j", "%", "'"]
    ),
)
NAMES = st.one_of(st.sampled_from(["p", "cp", "i", "t", "s", "url", "cursor", "limit", "size"]), st.text(max_size=8))
ROUTES = [*openapi()["paths"]]


def escaped(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


@settings(max_examples=100, deadline=None)
@given(
    route=st.sampled_from(ROUTES),
    parts=st.lists(TEXTS, min_size=2, max_size=2),
    query=st.one_of(
        st.dictionaries(NAMES, TEXTS, max_size=4),
        st.fixed_dictionaries({name: st.one_of(st.just(value), TEXTS) for name, value in GOOD.items()}),
    ),
)
def test_whatever_is_asked_is_answered_as_the_document_says(
    api: httpx.Client, route: str, parts: list[str], query: dict[str, str]
) -> None:
    for name in ("payment_log", "number", "class_pointer", "class_id"):
        route = route.replace("{" + name + "}", escaped(parts[name == "number"]))
    text = "&".join(
        f"{quote(name, errors='surrogatepass')}={quote(value, errors='surrogatepass')}" for name, value in query.items()
    )
    response = api.get(f"{route}?{text}" if text else route)
    assert response.status_code < 500, response.text
    check(response)


@settings(max_examples=50, deadline=None)
@given(query=st.binary(max_size=80).filter(lambda data: not set(data) & set(b" \r\n#\0")))
def test_whatever_bytes_are_sent_are_answered(api: httpx.Client, query: bytes) -> None:
    """Over a bare socket: clients would escape them."""
    answer = raw(api, b"GET /v1/objects?" + query + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert answer.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 414 ")), answer


@pytest.mark.parametrize(
    "request_", [b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9.9\r\n\r\n", b"A" * 70_000]
)
def test_what_is_no_request_ends_the_connection_alone(api: httpx.Client, request_: bytes) -> None:
    answer = raw(api, request_)
    assert b" 500 " not in answer
    assert api.get("/health").status_code == 200


def raw(api: httpx.Client, request: bytes) -> bytes:
    with socket.create_connection((api.base_url.host, api.base_url.port or 80), timeout=10) as connection:
        try:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while data := connection.recv(65536):
                answer += data
        except ConnectionError:
            return b""
        return answer


def test_codes_of_every_host_are_the_operator_s_choice(told_url: str) -> None:
    from api.asking import serving, tells

    code = ScanUrl("n", CODE.path, CODE.class_pointer, CODE.address, host="codes.example")
    with serving(told_url, code_host="codes.example") as client:
        assert tells(client, "/v1/objects", url=code.text)["url"] == code.text
        assert refuses(client, "/v1/objects", 400, url=CODE.text) == ("host", "url")
