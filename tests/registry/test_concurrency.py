"""Fifty who allocate at once: no path is given twice, nobody waits for ever, and every refusal says why."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from fixtures.fix_registry import copied_database
from plings.errors import DatabaseUnavailable, PathTaken, RegistryError, StateRefused
from plings.identity import format_segment
from plings.registry import Registry, connect, database
from plings.registry.manufacturers import register_manufacturer, set_manufacturer_status
from plings.registry.paths import (
    Wish,
    allocate_next,
    allocate_path,
    allocate_together,
    is_free,
    next_free,
)
from plings.registry.wallets import activate_wallet, deprecate_wallet
from plings.server import EmbeddedServer
from registry.allocators import day_of, gaps_in_series, overlapping, overlaps_among
from registry.planting import own
from registry.together import at_once
from registry.world import World, open_wallet

ALLOCATORS = 50
REQUESTS = 20_000 if os.environ.get("PLINGS_SLOW") else 1_000
PREFIXES = ("2.3", "3.3", "4.3")
PEOPLE = ("ida@ikea.example", "ina@ikea.example", "ada@plings.example")


@pytest.fixture(scope="module")
def busy_url(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[str]:
    """IKEA in three wallets."""
    with copied_database(postgresql, templates["settled"]) as url:
        with connect(url) as connection:
            ada = World.of(Registry(connection), url).ada
            open_wallet(ada, 3)
            for wallet in (2, 3):
                activate_wallet(ada, wallet)
                register_manufacturer(ada, wallet, "IKEA", organization="IKEA", index=2)
        yield url


@pytest.fixture
def busy(busy_url: str) -> Iterator[World]:
    with connect(busy_url) as connection:
        yield World.of(Registry(connection), busy_url)


def test_fifty_allocators_get_no_path_twice(busy_url: str) -> None:
    day = day_of(busy_url, PREFIXES, emails=PEOPLE, allocators=ALLOCATORS, requests=REQUESTS)
    assert len(day.answers) == REQUESTS
    assert set(day.outcomes) == {"done", "path_taken"}
    assert overlaps_among(busy_url) == (day.made, [])
    assert [gaps_in_series(busy_url, prefix) for prefix in PREFIXES] == [[], [], []]
    with connect(busy_url) as connection:
        left = "SELECT state, query FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL"
        assert connection.execute(f"{left} AND pid <> pg_backend_pid()").fetchall() == []
        counted = connection.execute("SELECT sum(current_daily_allocations) FROM registry.wallet_versions").fetchone()
        noted = connection.execute("""
            SELECT count(*), count(DISTINCT after ->> 'id') FROM registry.audit_trail WHERE table_name = 'path_registry'
        """).fetchone()
    assert (counted, noted) == ((day.made,), (day.made, day.made))


def test_the_sweep_finds_what_overlaps() -> None:
    """The test above could fail."""
    assert overlapping([("2.3.9", None, None), ("2.3.9.2", None, None)]) == ["2.3.9 and 2.3.9.2"]
    assert overlapping([("2.3.9", 0, 7), ("2.3.9.8.2", None, None)]) == ["2.3.9 0-7 and 2.3.9.8.2"]
    assert overlapping([("2.3.9", 0, 7), ("2.3.9.9.2", None, None), ("2.3.99", None, None)]) == []


def test_opposite_orders_end_in_somebody_trying_again(busy: World) -> None:
    """Without lining up first: PostgreSQL finds the circle within a second, and one of the two begins anew."""
    first = threading.Barrier(2)
    tries = [0, 0]

    def work(registry: Registry, number: int) -> list[str]:
        def both(connection: database.Connection) -> list[str]:
            tries[number] += 1
            bases = ["2.3.8", "3.3.8"] if number else ["3.3.8", "2.3.8"]
            made = [str(allocate_next(registry, bases[0], 1))]
            if tries == [1, 1] or max(tries) == 1:
                first.wait(10)
            return [*made, str(allocate_next(registry, bases[1], 1))]

        return registry.attempt(both)

    outcomes = at_once(busy.url, ["ida@ikea.example", "ina@ikea.example"], work)
    assert sorted(text for one in outcomes if isinstance(one, list) for text in one) == [
        "2.3.8.2 to 2.3.8.2",
        "2.3.8.3 to 2.3.8.3",
        "3.3.8.2 to 3.3.8.2",
        "3.3.8.3 to 3.3.8.3",
    ]
    assert sorted(tries) == [1, 2]


def test_several_at_once_are_all_or_none(busy: World) -> None:
    wishes = [Wish("3.3.7.2"), Wish("2.3.7", 5), Wish("2.3.7", 2, first=10)]
    made = allocate_together(busy.ida, wishes)
    assert list(map(str, made)) == ["3.3.7.2", "2.3.7.2 to 2.3.7.6", "2.3.7.B to 2.3.7.C"]
    with pytest.raises(PathTaken):
        allocate_together(busy.ida, [Wish("3.3.7.3"), Wish("2.3.7", 5), Wish("2.3.7.2")])
    assert is_free(busy.ida, "3.3.7.3") and next_free(busy.ida, "2.3.7") == 12


def test_who_idles_in_a_transaction_is_put_out_before_others_give_up(
    busy: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "IDLE_SECONDS", 1)
    monkeypatch.setattr(database, "WAIT_SECONDS", 5)
    with connect(busy.url) as connection:
        idle = Registry(connection).acting("ina@ikea.example")
        with pytest.raises(DatabaseUnavailable) as refused, idle.transaction():
            allocate_path(idle, "2.3.A.2")
            began = time.monotonic()
            allocate_path(busy.ida, "2.3.A.2")  # waits for the wallet until the other is gone
            assert 0.5 < time.monotonic() - began < 4.5
        assert refused.value.rule == "connection"


def test_nobody_waits_for_ever_behind_who_is_at_work(busy: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "WAIT_SECONDS", 1)
    with connect(busy.url) as connection:
        slow = Registry(connection).acting("ina@ikea.example")
        with slow.transaction():
            allocate_path(slow, "2.3.A.3")
            began = time.monotonic()
            with pytest.raises(DatabaseUnavailable) as refused:
                allocate_path(busy.ida, "2.3.A.4")
            assert refused.value.rule == "busy" and time.monotonic() - began < 4
    allocate_path(busy.ida, "2.3.A.4")


def test_who_waits_in_line_has_its_turn_in_the_order_of_coming(busy: World) -> None:
    """Else it is whoever is at hand when the wallet's row is free, and some of fifty wait for seconds."""
    count, went = 12, list[int]()

    def wait_until_waiting(registry: Registry, wanted: int) -> None:
        waits = "wait_event_type = 'Lock' AND datname = current_database()"
        until = time.monotonic() + 30
        while len(own(registry, f"SELECT pid FROM pg_stat_activity WHERE {waits}")) < wanted:
            assert time.monotonic() < until
            time.sleep(0.002)

    def work(registry: Registry, number: int) -> None:
        wait_until_waiting(registry, number)
        with registry.transaction():
            allocate_path(registry, f"2.3.B.{format_segment(number + 1)}")
            went.append(number)

    with connect(busy.url) as connection, ThreadPoolExecutor(1) as pool:
        holding = Registry(connection).acting("ina@ikea.example")
        with holding.transaction():
            allocate_path(holding, "2.3.B.z")
            running = pool.submit(at_once, busy.url, [PEOPLE[number % 3] for number in range(count)], work)
            wait_until_waiting(busy.ada, count)
        assert running.result(30) == [None] * count
    assert went == list(range(count))


def test_who_waits_in_line_learns_that_the_manufacturer_was_closed(busy: World) -> None:
    """The status that counts is the one when it is its turn, not the one when it came."""
    register_manufacturer(busy.ada, 1, "Bakery", organization="ACME", index=8)
    with connect(busy.url) as connection:
        holding = Registry(connection).acting("ada@plings.example")
        with holding.transaction():
            allocate_path(holding, "2.9.2")
            waiting, refused = _in_background(busy.url, "abe@acme.example", "2.9.3")
            _wait_until_blocked(busy.url)
            set_manufacturer_status(holding, "2.9", "suspended")
        waiting.join(20)
    assert isinstance(refused[0], StateRefused) and refused[0].rule == "manufacturer_closed"


def test_who_waits_in_line_learns_that_the_wallet_was_closed(busy: World) -> None:
    open_wallet(busy.ada, 4)
    activate_wallet(busy.ada, 4)
    register_manufacturer(busy.ada, 4, "IKEA", organization="IKEA", index=2)
    with connect(busy.url) as connection:
        closing = Registry(connection).acting("ada@plings.example")
        with closing.transaction():
            deprecate_wallet(closing, 4)
            waiting, refused = _in_background(busy.url, "ida@ikea.example", "5.3.2")
            _wait_until_blocked(busy.url)
        waiting.join(20)
    assert isinstance(refused[0], StateRefused) and refused[0].rule == "wallet_closed"


def test_a_manufacturer_is_not_closed_over_an_allocation_in_progress(busy: World) -> None:
    """Who closes it to move all that it holds waits, and then sees that one, too."""
    with connect(busy.url) as connection:
        allocating = Registry(connection).acting("abe@acme.example")
        with allocating.transaction():
            allocate_path(allocating, "2.4.5")
            with busy.ada.transaction() as owner, pytest.raises(psycopg.errors.LockNotAvailable):
                owner.execute("SET LOCAL lock_timeout = '200ms'")
                owner.execute("UPDATE manufacturer_registry SET status = 'transferring' WHERE prefix = '2.4'")


def _in_background(url: str, email: str, path: str) -> tuple[threading.Thread, list[RegistryError]]:
    refused: list[RegistryError] = []

    def run() -> None:
        with connect(url) as connection:
            try:
                allocate_path(Registry(connection).acting(email), path)
            except RegistryError as error:
                refused.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, refused


def _wait_until_blocked(url: str) -> None:
    blocked = """
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0
    """
    with connect(url) as connection:
        until = time.monotonic() + 20
        while connection.execute(blocked).fetchone() is None:
            assert time.monotonic() < until, "nobody waits"
            time.sleep(0.02)
