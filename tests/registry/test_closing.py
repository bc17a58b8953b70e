"""Loads of class pointers, and who closes their manufacturer or wallet meanwhile: one is over before the other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial

import pytest
from psycopg import IsolationLevel

from plings.errors import StateRefused, ValueRefused
from plings.registry import Registry, connect
from plings.registry.bulk import load_pointers
from plings.registry.compromise import mark_compromised
from plings.registry.drill import Replacement, run_drill
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.pointers import register_pointer
from plings.registry.wallets import deprecate_wallet
from registry.cluster import paths, total
from registry.planting import own
from registry.together import at_once
from registry.world import World, identity

CLOSINGS: dict[str, tuple[Callable[[Registry], object], str]] = {
    "the manufacturer": (lambda ada: set_manufacturer_status(ada, "2.3", "suspended"), "manufacturer 2.3 is suspended"),
    "the wallet": (lambda ada: deprecate_wallet(ada, 1), "its wallet is deprecated"),
    "all of it": (lambda ada: mark_compromised(ada, 1), "2.3 is compromised"),
}


@contextmanager
def another(world: World, email: str) -> Iterator[Registry]:
    """The registry as somebody sees it, over a connection of their own."""
    with connect(world.url) as connection:
        yield Registry(connection).acting(email)


@contextmanager
def in_background(world: World, email: str, work: Callable[[Registry], object]) -> Iterator[Future[object]]:
    """What `work` comes to, once it is blocked by somebody."""
    with another(world, email) as registry, ThreadPoolExecutor(1) as pool:
        run = pool.submit(work, registry)
        blocked = "SELECT cardinality(pg_blocking_pids(%s)) > 0 AS blocked"
        until = time.monotonic() + 20
        while not run.done() and not own(world.ada, blocked, [registry.connection.info.backend_pid])[0]["blocked"]:
            assert time.monotonic() < until
            time.sleep(0.01)
        yield run


@pytest.mark.parametrize("what", CLOSINGS)
def test_who_loads_while_it_is_being_closed_waits_and_is_refused(world: World, what: str) -> None:
    close, told = CLOSINGS[what]
    billy = world.class_id("BILLY")
    with another(world, "bea@plings.example") as closing, ExitStack() as waiting:
        with closing.transaction():
            close(closing)
            register = partial(register_pointer, path_to_pointer="2.3.2", class_id=billy)
            run = waiting.enter_context(in_background(world, "ida@ikea.example", register))
            assert not run.done()
        with pytest.raises(ValueRefused, match=told):
            run.result(20)
    assert held(world) == 0


@pytest.mark.parametrize("what", CLOSINGS)
def test_who_closes_it_waits_for_what_is_about_to_be_permanent(world: World, what: str) -> None:
    close, _ = CLOSINGS[what]
    billy = world.class_id("BILLY")
    with another(world, "ida@ikea.example") as loading, ExitStack() as waiting:
        with loading.transaction() as connection:
            register_pointer(loading, "2.3.2", billy)
            connection.execute("SET CONSTRAINTS ALL IMMEDIATE")  # as the end of the transaction does
            run = waiting.enter_context(in_background(world, "bea@plings.example", close))
            assert not run.done()
        run.result(20)
    assert held(world) == 1


@pytest.mark.parametrize("what", CLOSINGS)
def test_who_closes_it_does_not_wait_for_a_load_under_way(world: World, what: str) -> None:
    close, told = CLOSINGS[what]
    billy = world.class_id("BILLY")
    with another(world, "ida@ikea.example") as loading:
        with pytest.raises(ValueRefused, match=told), loading.transaction():
            register_pointer(loading, "2.3.2", billy)
            close(world.bea)
        register_in_vain = partial(register_pointer, loading, "2.3.2", billy)
        with pytest.raises(ValueRefused, match=told):
            register_in_vain()
    assert held(world) == 0


@pytest.mark.parametrize("streams", [1, 3])
def test_of_a_file_s_load_over_which_it_was_closed_nothing_stays(world: World, streams: int) -> None:
    """Not of those streams either that would be the first to commit."""
    billy = world.class_id("BILLY")
    rows = [(path, billy) for path in paths("2.3", 3000)]

    def close(done: int, _rate: float) -> None:
        if done == len(rows):
            mark_compromised(world.bea, 1)

    with another(world, "ida@ikea.example") as loading, pytest.raises(ValueRefused, match="is compromised"):
        load_pointers(loading, "2.3", rows, streams=streams, rows_per_chunk=500, on_progress=close)
    assert held(world) == 0


def test_an_older_snapshot_does_not_get_past(world: World) -> None:
    billy = world.class_id("BILLY")
    world.ida.connection.isolation_level = IsolationLevel.REPEATABLE_READ
    try:
        with pytest.raises(StateRefused, match="isolation"):
            register_pointer(world.ida, "2.3.2", billy)
    finally:
        world.ida.connection.isolation_level = None
    assert held(world) == 0


def test_a_drill_among_loads_leaves_nothing_behind(world: World) -> None:
    """No deadlock, and no active pointer below the compromised wallet: what was loaded moved, or was refused."""
    classes = [world.class_id(f"Chair {number}") for number in range(4)]
    replacement = Replacement("v2", "file:wallet-v2", make_default=False)
    drilled = threading.Event()

    def work(registry: Registry, number: int) -> int:
        if number == 0:
            time.sleep(0.3)
            try:
                report = run_drill(registry, 1, replacement, key_of=lambda prefix: identity(prefix.text).public_key)
                assert report.status == "off_chain", report.remains
            finally:
                drilled.set()
            return 0
        count = 0
        for path in paths(f"2.3.{number}", 3000):
            if drilled.is_set():
                break
            with suppress(ValueRefused):
                if number == 4:
                    count += load_pointers(registry, "2.3", [(path, classes[0])]).added
                else:
                    count += register_pointer(registry, path, classes[number]).added
        return count

    before = deadlocks(world)
    people = ["ada@plings.example", "ida@ikea.example", "ina@ikea.example", "ida@ikea.example", "ina@ikea.example"]
    found = at_once(world.url, people, work)
    assert all(isinstance(one, int) for one in found), found
    statuses = own(
        world.ada,
        """SELECT prefix, class_pointers.status::text, count(*) AS held FROM class_pointers
           JOIN manufacturer_registry ON ed25519_public_key = manufacturer_pubkey GROUP BY 1, 2 ORDER BY 1, 2""",
    )
    loaded = sum(one for one in found if isinstance(one, int))
    assert [tuple(row.values()) for row in statuses] == [("2.3", "compromised", loaded), ("3.3", "active", loaded)]
    assert loaded > 0 and deadlocks(world) == before


def held(world: World) -> int:
    """How many class pointers there are."""
    held = total(world, "class_pointers")
    assert held == total(world, "global_class_pointer_registry")
    return held


def deadlocks(world: World) -> int:
    own(world.ada, "SELECT pg_stat_force_next_flush()")
    select = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    return int(own(world.ada, select)[0]["deadlocks"])
