"""Pages: together they are all that was there when the first was asked for, whatever comes meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api.asking import TOKEN, code_of, pages, refuses, serving, tells
from api.conftest import raise_alerts
from indexer.conftest import emptied
from indexer.traffic import Happening, happenings
from plings.identity import format_address
from plings.indexer import Batch, index
from plings.registry import Registry, connect


@pytest.fixture(scope="module")
def growing(postgresql: Any, templates: dict[str, str]) -> Iterator[tuple[Registry, httpx.Client]]:
    """A registry to write into, and an API over it."""
    from fixtures.fix_registry import copied_database

    with copied_database(postgresql, templates["bare"]) as url, connect(url) as connection, serving(url) as client:
        yield Registry(connection), client


@pytest.fixture
def registry(growing: tuple[Registry, httpx.Client]) -> Registry:
    return emptied(growing[0])


@pytest.fixture
def client(growing: tuple[Registry, httpx.Client]) -> httpx.Client:
    return growing[1]


def put(registry: Registry, traffic: list[Happening]) -> None:
    index(registry, Batch([one.raw() for one in traffic]))


def paged(client: httpx.Client, path: str, of: str, between: list[Any], **query: Any) -> list[Any]:
    """All pages, with something done before each but the first."""
    found: list[Any] = []
    while True:
        page = tells(client, path, **query)
        found += page[of]
        if page["next"] is None:
            return found
        if between:
            between.pop(0)()
        query["cursor"] = page["next"]


def test_leaves_while_others_are_written(registry: Registry, client: httpx.Client) -> None:
    traffic = happenings(3, 300, logs=1)
    (log,) = {format_address(one.leaf.payment_log) for one in traffic}
    put(registry, traffic[:100])
    steps = [lambda at=at: put(registry, traffic[at : at + 50]) for at in range(100, 300, 50)]
    found = paged(client, f"/v1/logs/{log}/leaves", "leaves", steps, limit=20)
    assert [one["number"] for one in found] == list(range(300))


def test_missing_leaves_are_named_where_they_are(registry: Registry, client: httpx.Client) -> None:
    traffic = happenings(3, 100, logs=1)
    (log,) = {format_address(one.leaf.payment_log) for one in traffic}
    missing = {7, 8, 9, 30, 55}
    put(registry, [one for one in traffic if one.leaf.number not in missing])
    named: list[int] = []
    query: dict[str, Any] = {"limit": 10}
    while True:
        page = tells(client, f"/v1/logs/{log}/leaves", **query)
        for each in page["missing"]:
            named += range(each["first"], each["last"] + 1)
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert named == sorted(missing)
    told = tells(client, f"/v1/logs/{log}")
    assert told["missing"] == 5 and told["gaps"][0] == {"first": 7, "last": 9}
    assert tells(client, "/v1/ownership", **code_of(traffic[-1].leaf))["is_gapless"] is False
    put(registry, traffic)
    assert tells(client, f"/v1/logs/{log}")["gaps"] == []


def test_a_history_while_it_goes_on(registry: Registry, client: httpx.Client) -> None:
    traffic = happenings(5, 600, logs=1, objects=1)
    put(registry, traffic[:300])
    steps = [lambda: put(registry, traffic[300:450]), lambda: put(registry, traffic[450:])]
    query = code_of(traffic[0].leaf)
    found = paged(client, "/v1/history", "history", steps, limit=3, **query)
    assert len(found) > 9
    assert found == pages(client, "/v1/history", "history", limit=500, **query)


def test_a_history_that_became_another_is_not_gone_on_with(registry: Registry, client: httpx.Client) -> None:
    """A gap is filled, and somebody else was the first owner all along."""
    traffic = happenings(5, 300, logs=1, objects=1)
    put(registry, traffic[40:])
    query = code_of(traffic[0].leaf)
    first = tells(client, "/v1/history", limit=2, **query)
    put(registry, traffic[:40])
    assert tells(client, "/v1/history", limit=2, **query)["history"] != first["history"]
    refusal = refuses(client, "/v1/history", 409, limit=2, cursor=first["next"], **query)
    assert refusal == ("history_changed", "cursor")


def test_logs_while_others_are_opened(registry: Registry, client: httpx.Client) -> None:
    before, after = happenings(1, 40, logs=4, objects=8), happenings(2, 90, logs=7, objects=14)
    put(registry, before)
    then = {format_address(one.leaf.payment_log) for one in before}
    found = paged(client, "/v1/logs", "logs", [lambda: put(registry, after)], limit=1)
    addresses = [one["payment_log"] for one in found]
    assert len(addresses) == len(set(addresses)) and then <= set(addresses)


def test_alerts_while_others_are_raised(registry: Registry, client: httpx.Client) -> None:
    raise_alerts(registry, 5)
    operator = {"Authorization": f"Bearer {TOKEN}"}
    step = lambda: registry_raises(registry)  # noqa: E731
    found = paged(client, "/v1/alerts", "alerts", [step, step], limit=2, headers=operator)
    assert [one["message"] for one in found] == [f"alert {number}" for number in reversed(range(5))]


def registry_raises(registry: Registry) -> None:
    owner = Registry(registry.connection, role=None)
    owner.rows("SELECT raise_alert('LATER_ALERT', 'LOW', 'later', '{}')")
