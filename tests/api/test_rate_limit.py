"""How much each client may ask, and who the client is."""

from __future__ import annotations

import socket
from ipaddress import ip_network
from time import monotonic

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.asking import check, serving
from plings.api.clients import MOST_HOPS, client_of
from plings.api.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_then_so_many_a_second() -> None:
    clock = Clock()
    limit = RateLimit(2.0, 5, most_clients=10, clock=clock)
    assert [limit.take(b"a") for _ in range(5)] == [0.0] * 5
    assert limit.take(b"a") == pytest.approx(0.5)
    assert limit.take(b"b") == 0.0
    clock.now += 0.5
    assert limit.take(b"a") == 0.0
    assert limit.take(b"a") == pytest.approx(0.5)
    clock.now += 1_000
    assert [limit.take(b"a") for _ in range(6)].count(0.0) == 5


def test_who_waits_as_told_is_let_in() -> None:
    clock = Clock()
    limit = RateLimit(0.3, 1, most_clients=10, clock=clock)
    assert limit.take(b"a") == 0.0
    for _ in range(100):
        clock.now += limit.take(b"a") + 1e-9
        assert limit.take(b"a") == 0.0


@given(
    waits=st.lists(st.floats(0, 3), max_size=200),
    rate=st.floats(0.1, 50),
    burst=st.integers(1, 20),
)
def test_never_more_than_burst_and_rate(waits: list[float], rate: float, burst: int) -> None:
    clock = Clock()
    limit = RateLimit(rate, burst, most_clients=2, clock=clock)
    taken = 0
    for wait in waits:
        clock.now += wait
        taken += limit.take(b"a") == 0.0
    assert taken <= burst + sum(waits) * rate + 1e-6


def test_memory_is_bounded_and_the_busiest_is_not_forgotten() -> None:
    limit = RateLimit(0.001, 3, most_clients=100, clock=Clock())
    for _ in range(3):
        assert limit.take(b"greedy") == 0.0
    for number in range(10_000):
        limit.take(number.to_bytes(4, "big"))
        if number % 50 == 0:
            assert limit.take(b"greedy") > 0.0
        assert len(limit) <= 100


PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        ("192.0.2.1", [], "192.0.2.1"),
        ("192.0.2.1", ["198.51.100.7"], "192.0.2.1"),  # nobody believes a stranger
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.9, 198.51.100.7"], "198.51.100.7"),  # what the client itself wrote counts for nothing
        ("10.0.0.1", ["203.0.113.9", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, 10.9.9.9"], "198.51.100.7"),
        ("10.0.0.1", ["nonsense"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7:1234"], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, nonsense, 10.9.9.9"], "10.9.9.9"),
        ("10.0.0.1", [""], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7, " + ", ".join(["10.0.0.2"] * (MOST_HOPS + 5))], "10.0.0.2"),
        ("::ffff:192.0.2.1", [], "192.0.2.1"),
        ("fd00::1", ["2001:db8::5"], "2001:db8::"),
    ],
)
def test_who_asks(peer: str, forwarded: list[str], client: str) -> None:
    from ipaddress import ip_address

    assert client_of(peer, forwarded, PROXIES) == ip_address(client).packed[: 8 if ":" in client else 4]


def test_a_household_of_ipv6_is_one_client() -> None:
    one, other, neighbour = ("2001:db8:1:1::1", "2001:db8:1:1:ffff::2", "2001:db8:1:2::1")
    assert client_of(one, [], []) == client_of(other, [], []) != client_of(neighbour, [], [])
    assert client_of("fe80::1%eth0", [], []) == client_of("fe80::2", [], [])
    assert client_of(None, [], []) == client_of("not an address", [], [])


@given(peer=st.text(max_size=20), forwarded=st.lists(st.text(max_size=50), max_size=3))
def test_no_header_raises(peer: str, forwarded: list[str]) -> None:
    assert isinstance(client_of(peer, forwarded, PROXIES), bytes)
    assert isinstance(client_of("10.0.0.1", forwarded, PROXIES), bytes)


def asks(client: httpx.Client, count: int, forwarded: str | None = None) -> list[int]:
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    found = [client.get("/v1/nothing", headers=headers) for _ in range(count)]
    for response in found:
        check(response)
    return [response.status_code for response in found]


def test_who_asks_too_often_is_told_when_to_come_back(told_url: str) -> None:
    with serving(told_url, requests_per_second=0.01, burst=3) as client:
        assert asks(client, 5) == [404, 404, 404, 429, 429]
        response = client.get("/v1/logs")
        assert 1 <= int(response.headers["retry-after"]) <= 100
        assert response.json()["rule"] == "rate"
        assert client.get("/health").status_code == 200
        assert asks(client, 1, "198.51.100.7") == [429]  # a header of one's own helps nobody


def test_behind_a_proxy_each_client_has_its_own(told_url: str) -> None:
    with serving(told_url, requests_per_second=0.01, burst=2, trusted_proxies=(ip_network("127.0.0.0/8"),)) as client:
        assert asks(client, 3, "198.51.100.7") == [404, 404, 429]
        assert asks(client, 3, "198.51.100.8, 127.0.0.9") == [404, 404, 429]
        assert asks(client, 1, "1.2.3.4, 198.51.100.7") == [429]


def test_too_much_at_once_is_refused_and_not_queued(told_url: str) -> None:
    with serving(told_url, most_in_flight=0) as client:
        response = client.get("/v1/logs")
        check(response)
        assert (response.status_code, response.json()["rule"]) == (503, "busy")
        assert client.get("/health").status_code == 200


def test_a_database_that_says_nothing_is_given_up() -> None:
    """A socket that takes connections and never answers, as a host that froze does."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        conninfo = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/nothing"
        with serving(conninfo, request_seconds=0.3) as client:
            began = monotonic()
            response = client.get("/v1/logs")
            took_seconds = monotonic() - began
    check(response)
    assert (response.status_code, response.json()["rule"]) == (503, "time")
    assert took_seconds < 2
