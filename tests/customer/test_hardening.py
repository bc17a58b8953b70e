"""What strangers send, and what this server trusts of it: nothing."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

import httpx
import pytest

from customer.stand import MICRO_PRICE, Stand, serving
from customer.wallet import done, query_of, refused, view
from plings.api.readers import Readers
from plings.customer import counter, files
from plings.customer.files import read_static, style_source
from plings.customer.names import LONGEST, isolated, mixes_scripts, shown_name
from plings.customer.settings import check_origin
from plings.errors import ClusterError, SettingsError
from plings.registry import Registry, connect

PATHS = ("/", "/verify", "/v1/view", "/pay", "/actions.json", "/actions/pay", "/v1/nothing", "/static/../settings.py")


@pytest.mark.parametrize("path", PATHS)
def test_strict_headers_on_every_answer(stand: Stand, path: str) -> None:
    headers = stand.client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'") and "frame-ancestors 'none'" in policy
    assert "unsafe-inline" not in policy and "'unsafe-eval'" not in policy and "http" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "set-cookie" not in headers and "server" not in headers


@pytest.mark.parametrize("path", ["/", "/verify", "/operator", "/?t=q"])
def test_nobody_between_may_change_a_page(stand: Stand, path: str) -> None:
    """Its style is in it, and the policy names exactly that."""
    assert stand.client.get(path).headers["cache-control"] == "no-store, no-transform"


def test_the_style_is_what_browsers_hash_of_a_checkout_with_windows_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    windows = (read_static("page.css") or b"").replace(b"\n", b"\r\n")
    monkeypatch.setattr(files, "read_static", lambda _: windows)
    assert files.style.__wrapped__() == files.style() and "\r" not in files.style()


def test_a_page_that_says_no_has_its_style(stand: Stand) -> None:
    """Whatever it is that there is not: what is a page by its media type is one by its policy."""
    for path in ("/actions", "/nothing", "/static"):
        response = stand.client.get(path, headers={"Accept": "text/html"})
        assert response.status_code == 404 and response.headers["content-type"].startswith("text/html")
        assert style_source() in response.headers["content-security-policy"], path


def test_names_of_files_that_are_not_there_are_not_kept_for_ever() -> None:
    for number in range(1_000):
        assert read_static(f"nothing/{number}.js") is None
    assert read_static.cache_info().currsize <= 256


def test_https_is_kept(stand: Stand) -> None:
    with serving(stand.database, stand.cluster, origin="https://s.plings.io") as client:
        assert "strict-transport-security" in client.get("/v1/view").headers


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "s.plings.io.evil.example", "<script>"])
def test_links_say_the_origin_whatever_the_host_header(stand: Stand, host: str) -> None:
    code = stand.code("2.6.9")
    told = stand.client.get(f"/v1/view?{query_of(code)}", headers={"Host": host, "X-Forwarded-Host": host}).text
    assert host not in told and stand.url in told
    label = stand.client.get(f"/pay?{query_of(code)}", headers={"Host": host}).json()
    assert label["icon"].startswith(stand.url)


@pytest.mark.parametrize(
    "path", ["//evil.example", "/\\evil.example", "/?next=https://evil.example", "/verify?url=//evil.example", "/pay/"]
)
def test_nobody_is_sent_elsewhere(stand: Stand, path: str) -> None:
    response = httpx.get(f"{stand.url}{path}", follow_redirects=False)
    assert not 300 <= response.status_code < 400 and "location" not in response.headers
    assert "evil.example" not in response.text.replace("https://evil.example", "") or response.status_code >= 400


@pytest.mark.parametrize(
    "change",
    [
        lambda q: q.replace("p=2", "p=２"),
        lambda q: q.replace("2.6.9", "2.6.９"),
        lambda q: q.replace("2.6.9", "2.6.1119"),
        lambda q: q + "&i=2",
        lambda q: q + "&x=1",
        lambda q: q.replace("t=q", "t=%3Cscript%3E"),
        lambda q: q.replace("&i=", "&i=\u202e"),
    ],
)
def test_second_spellings_of_a_code_are_malformed(stand: Stand, change: Any) -> None:
    query = change(query_of(stand.code("2.6.9")))
    assert stand.client.get(f"/v1/view?{query}").status_code == 400
    page = stand.client.get(f"/?{query}")
    assert page.status_code == 400 and page.headers["content-type"].startswith("text/html")
    assert "<script>" not in page.text and "\u202e" not in page.text


def test_the_page_takes_no_escapes(stand: Stand) -> None:
    query = query_of(stand.code("2.6.9"))
    assert stand.client.get(f"/?{query.replace('2.6.9', '2.6.%39')}").status_code == 400
    assert stand.client.get(f"/?{query}").status_code == 200


def test_names_are_fit_to_show() -> None:
    assert shown_name("BILLY\u202e gpj\x00\u200b\nx") == "BILLY gpj x"
    assert shown_name("\u202e\u2066") is None and shown_name(None) is None
    assert shown_name("e" + "\u0301" * 40) == "é\u0301\u0301"
    assert len(shown_name("x" * 10_000) or "") == LONGEST
    assert shown_name("POÄNG") == "POÄNG" and shown_name("שולחן") == "שולחן"
    assert isolated("שולחן") == "\u2068שולחן\u2069"
    assert mixes_scripts("IKEА table") and not mixes_scripts("IKEA стол") and not mixes_scripts(None)


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Content-Type": "application/json"}, b"x" * 4_097, 413),
        ({"Content-Type": "text/plain"}, b"{}", 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"account=1", 415),
        ({"Content-Type": "application/json"}, b"{", 400),
        ({"Content-Type": "application/json"}, b"[]", 400),
        ({"Content-Type": "application/json"}, b'{"account": 7}', 400),
        ({"Content-Type": "application/json"}, b'{"account": null}', 400),
        ({"Content-Type": "application/json"}, b"[" * 4_000, 400),
        ({"Content-Type": "application/json"}, b"\xff\xfe", 400),
    ],
)
def test_bodies(stand: Stand, headers: dict[str, str], body: bytes, status: int) -> None:
    for path in ("/pay", "/v1/transactions/list", "/v1/send"):
        query = "" if path == "/v1/send" else f"?{query_of(stand.code('2.6.9'))}"
        response = stand.client.post(f"{path}{query}", content=body, headers=headers)
        assert response.status_code == status, response.text


def test_body_of_unsaid_length(stand: Stand) -> None:
    def parts() -> Any:
        yield b"{}"

    response = stand.client.post("/pay", content=parts(), headers={"Content-Type": "application/json"})
    assert response.status_code == 411


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_methods(stand: Stand, method: str) -> None:
    response = stand.client.request(method, "/v1/view")
    assert response.status_code == 405 and response.headers["allow"] == "GET, HEAD"
    assert stand.client.post("/v1/view", json={}).status_code == 405


def test_preflight_of_wallets(stand: Stand) -> None:
    for path in ("/pay", "/actions/pay", "/actions.json"):
        response = stand.client.options(path, headers={"Origin": "https://wallet.example"})
        assert response.status_code == 204
        assert response.headers["access-control-allow-origin"] == "*"
        assert response.headers["access-control-allow-methods"] == "GET,POST,PUT,OPTIONS"
        assert "Content-Type" in response.headers["access-control-allow-headers"]
        assert response.headers["x-action-version"] and response.headers["x-blockchain-ids"]
    assert "access-control-allow-origin" not in stand.client.get("/").headers


def test_rate_limit(stand: Stand) -> None:
    with serving(stand.database, stand.cluster, gate={"requests_per_second": 1.0, "burst": 3}) as client:
        answers = [client.get("/actions.json").status_code for _ in range(6)]
    assert answers[:3] == [200, 200, 200] and 429 in answers[3:]


class Slow:
    """A cluster that never answers."""

    def __getattr__(self, name: str) -> Any:
        async def never(*_: Any, **__: Any) -> Any:
            await asyncio.sleep(60)

        return never


class Away:
    """A cluster that cannot be reached."""

    def __getattr__(self, name: str) -> Any:
        async def refuses(*_: Any, **__: Any) -> Any:
            if name == "close":
                return None
            raise ClusterError("127.0.0.1:9 cannot be reached")

        return refuses


def test_a_request_that_takes_too_long_is_given_up(stand: Stand) -> None:
    slow = Slow()
    slow.close = stand.cluster.close  # type: ignore[attr-defined]
    with serving(stand.database, slow, gate={"request_seconds": 0.3}) as client:
        response = client.get(f"/v1/view?{query_of(stand.code('2.6.9'))}")
    assert (response.status_code, response.json()["rule"]) == (503, "time")


def test_without_a_cluster_a_code_is_graded_and_nothing_sold(stand: Stand) -> None:
    code = stand.code("2.6.9")
    with serving(stand.database, Away()) as client:
        away = Stand(client, stand.cluster, stand.database)
        told = view(away, code)
        assert (told["grade"], told["missing"], told["sale"]["state"]) == ("class_genuine", ["chain"], "unknown")
        assert told["sale"]["why_not"] == [{"code": "chain_away", "parameters": {}}]
        account = {"account": str(stand.alice.pubkey())}
        response = client.post(f"/pay?{query_of(code)}", json=account)
        assert (response.status_code, response.json()["rule"]) == (503, "chain_away")
        assert response.headers["retry-after"]


def test_without_a_database_a_code_is_graded_by_the_chain_and_not_sold_first(stand: Stand) -> None:
    code = stand.code("2.6.9")
    with serving("postgresql://127.0.0.1:9/nothing", stand.cluster) as client:
        told = view(Stand(client, stand.cluster, ""), code)
    assert (told["grade"], told["missing"], told["sale"]["state"]) == ("class_genuine", ["index"], "first")
    assert [one["code"] for one in told["sale"]["why_not"]] == ["index_away"]


def test_a_database_that_hangs_is_as_one_that_is_away(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> Any:
        await asyncio.sleep(60)

    monkeypatch.setattr(Readers, "ask", never)
    monkeypatch.setattr(counter, "INDEX_SECONDS", 0.2)
    with serving(stand.database, stand.cluster, gate={"request_seconds": 2.0}, most_lag_seconds=120.0) as client:
        told = view(Stand(client, stand.cluster, ""), stand.code("2.6.9"))
    assert (told["grade"], told["missing"], told["sale"]["state"]) == ("class_genuine", ["index"], "first")
    assert [one["code"] for one in told["sale"]["why_not"]] == ["index_away"]


def test_an_index_that_is_behind_sells_nothing_first(stand: Stand) -> None:
    with serving(stand.database, stand.cluster, most_lag_seconds=0.0) as client:
        told = view(Stand(client, stand.cluster, ""), stand.code("2.6.9"))
    assert [one["code"] for one in told["sale"]["why_not"]] == ["index_behind"]


def test_an_index_that_catches_up_sells_nothing_first(stand: Stand) -> None:
    """It has just gone on, to a slot long past: who paid since is not known there."""
    done(stand, "/pay", stand.code("2.D.3"), stand.alice, amount=MICRO_PRICE)
    with serving(stand.database, stand.cluster, most_lag_seconds=40.0) as client:
        catching_up = Stand(client, stand.cluster, "")
        assert view(catching_up, stand.code("2.6.9"))["sale"]["why_not"] == []
        for _ in range(120):
            stand.cluster.advance_clock(0)
        told = view(catching_up, stand.code("2.6.9"))
    assert [one["code"] for one in told["sale"]["why_not"]] == ["index_behind"]


def test_an_index_with_gaps_sells_nothing_first_and_gives_no_leaf_away(stand: Stand) -> None:
    """A leaf that is missing may be somebody's payment, or the gift of what was theirs."""
    owned, bob = stand.code("2.D.2"), str(stand.bob.pubkey())
    done(stand, "/pay", owned, stand.alice, amount=MICRO_PRICE)
    gap = "INSERT INTO log_gaps (log_no, numbers) SELECT log_no, int8range(900, 901) FROM payment_logs LIMIT 1"
    with connect(stand.database) as connection:
        owner = Registry(connection, role=None)
        try:
            with owner.transaction() as inside:
                inside.execute(gap)
            told = view(stand, stand.code("2.6.9"))
            given = refused(stand, "/v1/transactions/give", owned, stand.alice, new_owner=bob)
        finally:
            with owner.transaction() as inside:
                inside.execute("DELETE FROM log_gaps")
    assert given == (503, "index_away")
    assert [one["code"] for one in told["sale"]["why_not"]] == ["index_behind"]
    assert view(stand, stand.code("2.6.9"))["sale"]["why_not"] == []


def test_logs_tell_of_nobody(stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
    code = stand.code("2.6.9")
    account = str(stand.alice.pubkey())
    with caplog.at_level(logging.DEBUG, "plings"), serving(stand.database, Away()) as client:
        client.get(f"/v1/view?{query_of(code)}")
        client.post(f"/pay?{query_of(code)}", json={"account": account})
        client.post("/pay", content=b"{", headers={"Content-Type": "application/json"})
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("plings"))
    for private in (account, code.path.text, str(code.address), "127.0.0.1:5"):
        assert private not in said


@pytest.mark.parametrize(
    "origin", ["ftp://x", "https://", "https://x/", "https://x/y", "https://u@x", "javascript:1", "https://X", "x", ""]
)
def test_origin_that_is_none(origin: str) -> None:
    with pytest.raises(SettingsError, match="--origin"):
        check_origin(origin)


@pytest.mark.parametrize(
    ("transaction", "rule"),
    [("", "transaction"), ("AA==", "transaction"), ("!", "transaction"), ("A" * 1_000, "transaction")],
)
def test_only_a_signed_transaction_of_the_program_is_passed_on(stand: Stand, transaction: str, rule: str) -> None:
    response = stand.client.post("/v1/send", json={"transaction": transaction})
    assert (response.status_code, response.json()["rule"]) == (400, rule)


def test_unsigned_or_foreign_is_not_passed_on(stand: Stand) -> None:
    account = {"account": str(stand.alice.pubkey())}
    told = stand.client.post(f"/pay?{query_of(stand.code('2.6.9'))}", json=account).json()
    response = stand.client.post("/v1/send", json={"transaction": told["transaction"]})
    assert (response.status_code, response.json()["rule"]) == (400, "unsigned")
    assert json.loads(response.text)["part"] == "transaction"


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/verify?x=1", 400), ("/static/nothing.js", 404)])
def test_browsers_get_a_page_and_programs_a_problem(stand: Stand, path: str, status: int) -> None:
    for language, said in (("en", '<html lang="en"'), ("sv", '<html lang="sv"')):
        page = stand.client.get(path, headers={"Accept": "text/html,*/*", "Accept-Language": language})
        assert page.status_code == status
        is_page = page.headers["content-type"].startswith("text/html")
        assert is_page != path.startswith("/static/") and (said in page.text) == is_page
    problem = stand.client.get(path, headers={"Accept": "application/json"})
    assert (problem.status_code, problem.headers["content-type"]) == (status, "application/problem+json")
