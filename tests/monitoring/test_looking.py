"""Looks: each sees what is new and what was undone, counts it once, and tells of a thing once."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from indexer.made import START_UNIX
from indexer.traffic import Happening, forked, happenings
from monitoring.ledger import Ledger, code, evidence, wallet
from plings.errors import StateRefused
from plings.identity.address import format_address
from plings.indexer import Batch, RawTransaction, index, rebuild
from plings.indexer.rebuild import DERIVED
from plings.monitoring import begin_again, findings, keep_looking, look, look_at_rest, set_threshold
from plings.registry import Registry, connect
from plings.registry.alerts import listen, resolve_alert
from registry.planting import own

FIRST, SECOND, THIRD = "2.3.2.G.3j", "2.3.2.G.3k", "2.3.2.G.3m"
ADDRESS = code(FIRST).address
KEY = ("address_on_paths", format_address(ADDRESS))
COUNTS = {
    "monitoring_classes": "SELECT class_pointer, class_path, facts FROM monitoring_classes ORDER BY 1, 2",
    "monitoring_rates": "SELECT scope, bucket_unix, payments FROM monitoring_rates ORDER BY 1, 2",
}


def counts(registry: Registry) -> dict[str, list[dict[str, Any]]]:
    return {name: own(registry, select) for name, select in COUNTS.items()}


def test_a_look_sees_what_came_since_the_one_before(ledger: Ledger) -> None:
    first = ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, at=60))
    assert (first.transactions, first.facts, first.is_behind) == (2, 2, False)
    again = ledger.look()
    assert (again.transactions, again.looked_through) == (0, first.looked_through)
    later = ledger.look(ledger.paid(THIRD, at=120))
    assert (later.transactions, later.facts) == (1, 1) and later.looked_through > first.looked_through


def test_looks_are_of_so_many_transactions_at_most(ledger: Ledger) -> None:
    ledger.index(*(ledger.paid(FIRST, at=100 * at) for at in range(7)))
    one = look(ledger.registry, page_size=3)
    assert (one.transactions, one.is_behind) == (3, True)
    seen: list[int] = []
    rest = look_at_rest(ledger.registry, page_size=3, on_look=lambda each: seen.append(each.transactions))
    assert (seen, rest.transactions, rest.is_behind) == ([3, 1], 4, False)


def test_nothing_indexed_is_nothing_found(ledger: Ledger) -> None:
    assert ledger.look().transactions == 0
    begin_again(ledger.registry)
    assert ledger.look().raised == []


def test_a_finding_is_told_of_once_while_it_is_open(ledger: Ledger) -> None:
    assert ledger.finds(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS)) == [KEY]
    assert ledger.finds(ledger.paid(SECOND, at=300, address=ADDRESS)) == []
    begin_again(ledger.registry)
    assert ledger.finds() == []
    assert len(ledger.alerts(open_only=False)) == 1


def test_what_was_resolved_is_told_of_again_when_it_goes_on(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS))
    resolve_alert(ledger.world.ada, ledger.alerts()[0].id)
    assert findings(ledger.registry) == [] and len(findings(ledger.registry, open_only=False)) == 1
    begin_again(ledger.registry)
    assert ledger.finds() == [], "nothing came since"
    assert ledger.finds(ledger.paid(THIRD, at=400, address=ADDRESS)) == [KEY]
    assert ledger.finding().details["path_count"] == 3


def test_everything_again_finds_what_thresholds_hid(ledger: Ledger) -> None:
    set_threshold(ledger.world.ada, "address_on_paths", "enabled", 0)
    assert ledger.finds(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS)) == []
    set_threshold(ledger.world.ada, "address_on_paths", "enabled", None)
    assert ledger.finds() == []
    begin_again(ledger.registry)
    assert ledger.finds() == [KEY]


def test_an_alert_wakes_who_listens(ledger: Ledger) -> None:
    stop = threading.Event()
    heard = listen(ledger.world.ada, stop=stop)
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS))
    assert next(heard).alert_type == "MONITOR_ADDRESS_ON_PATHS"
    stop.set()


def provisional(ledger: Ledger, *raws: RawTransaction) -> list[tuple[str, str]]:
    ledger.index(*raws, commitment="confirmed")
    return ledger.finds()


def test_a_finding_that_rests_on_what_was_undone_is_withdrawn(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST))
    assert provisional(ledger, ledger.paid(SECOND, at=60, address=ADDRESS)) == [KEY]
    found = ledger.finding()
    assert found.is_provisional and evidence(found, "is_final") == [True, False]
    own(ledger.registry, "UPDATE system_alerts SET delivered_at = now()")
    ledger.index(complete_through=10_000)
    seen = ledger.look()
    assert (seen.undone, seen.withdrawn, seen.raised) == (1, 1, [])
    (undone,) = findings(ledger.registry, open_only=False)
    assert not undone.is_open and undone.withdrawn_at is not None
    (alert,) = ledger.alerts(open_only=False)
    assert alert.withdrawn_at is not None and alert.resolved_at is None
    assert alert.delivered_at is None, "who was told is told of this, too"
    assert ledger.alerts() == [] and findings(ledger.registry) == []


def test_what_comes_again_after_that_is_told_of_again(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST))
    dropped = ledger.paid(SECOND, at=60, address=ADDRESS)
    provisional(ledger, dropped)
    ledger.index(complete_through=10_000)
    ledger.look()
    assert ledger.finds(dropped) == [KEY]
    assert [one.withdrawn_at is None for one in ledger.alerts(open_only=False)] == [True, False]
    assert not ledger.finding().is_provisional


def test_one_that_holds_without_what_was_undone_stays(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, at=60, address=ADDRESS))
    assert provisional(ledger, ledger.paid(THIRD, at=120, address=ADDRESS)) == []
    assert ledger.finding().is_provisional
    ledger.index(complete_through=10_000)
    assert ledger.look().withdrawn == 0
    found = ledger.finding()
    assert found.details["paths"] == [FIRST, SECOND] and not found.is_provisional


def test_what_becomes_final_is_provisional_no_more(ledger: Ledger) -> None:
    raws = [ledger.paid(FIRST), ledger.paid(SECOND, at=60, address=ADDRESS)]
    assert provisional(ledger, *raws) == [KEY]
    ledger.index(*raws, complete_through=10_000)
    assert ledger.look().withdrawn == 0 and not ledger.finding().is_provisional


PLANTED: dict[str, Callable[[Ledger], list[RawTransaction]]] = {
    "address_on_paths": lambda it: [it.paid(FIRST), it.paid(SECOND, at=60, address=ADDRESS)],
    "malformed_address": lambda it: [it.paid(FIRST, address=bytes(32))],
    "unusual_path": lambda it: [it.paid("2.3.5.G.3j")],
    "pointer_on_paths": lambda it: [it.paid(FIRST), it.paid("2.3.5.G.3j", pointer=code(FIRST).class_pointer.value)],
    "impossible_rate": lambda it: [it.paid(FIRST, at=at) for at in range(10)],
    "copied_code": lambda it: [it.paid(FIRST, by, at=100 * by) for by in range(3)],
}


@pytest.mark.parametrize("pattern", PLANTED)
def test_of_every_pattern_a_finding_is_withdrawn_with_what_it_rests_on(ledger: Ledger, pattern: str) -> None:
    if pattern == "unusual_path":
        ledger.world.class_id("BILLY")
    planted = provisional(ledger, *PLANTED[pattern](ledger))
    assert [name for name, _ in planted] == [pattern]
    ledger.index(complete_through=10_000)
    assert ledger.look().withdrawn == 1
    assert counts(ledger.registry) == {"monitoring_classes": [], "monitoring_rates": []}
    assert ledger.alerts() == []


def test_what_came_and_went_between_two_looks_was_never_there(ledger: Ledger) -> None:
    ledger.index(ledger.paid(FIRST), commitment="confirmed")
    ledger.index(complete_through=10_000)
    seen = ledger.look()
    assert (seen.facts, seen.undone) == (0, 1)
    assert counts(ledger.registry) == {"monitoring_classes": [], "monitoring_rates": []}


@pytest.mark.parametrize("seed", range(4))
def test_counts_are_those_of_one_look_at_the_end_whatever_came_and_went(ledger: Ledger, seed: int) -> None:
    """Forks, doubles, fuller copies and looks in between, in an order that the seed decides."""
    chance = random.Random(seed)
    told = happenings(seed, 60)
    for start in range(0, 60, 6):
        _tell(ledger.registry, told[start : start + 6], chance)
        if chance.random() < 0.7:
            look_at_rest(ledger.registry, page_size=chance.choice([1, 4, 1_000]))
    look_at_rest(ledger.registry)
    found = counts(ledger.registry)
    begin_again(ledger.registry)
    look_at_rest(ledger.registry, page_size=chance.choice([5, 1_000]))
    assert counts(ledger.registry) == found
    assert sum(row["facts"] for row in found["monitoring_classes"]) == _facts(ledger.registry)


def _tell(registry: Registry, some: list[Happening], chance: random.Random) -> None:
    """As confirmed on a fork or with cut logs, perhaps looked at, and then as it is."""
    slot = max(one.slot for one in some)
    if chance.random() < 0.5:
        index(registry, Batch([forked(one, one.slot + 1, one.leaf.number) for one in some], commitment="confirmed"))
    else:
        index(
            registry, Batch([one.raw(cut=True) for one in some], commitment=chance.choice(["confirmed", "finalized"]))
        )
    if chance.random() < 0.7:
        look_at_rest(registry)
    index(registry, Batch([one.raw() for one in some], complete_through=slot))


def _facts(registry: Registry) -> int:
    (row,) = own(registry, "SELECT count(*) AS count FROM payment_leaves")
    return int(row["count"])


def test_a_rebuild_changes_nothing(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, at=60, address=ADDRESS))
    before = counts(ledger.registry)
    rebuild(ledger.registry)
    assert ledger.look().transactions == 0 and counts(ledger.registry) == before
    assert ledger.finds(ledger.paid(THIRD, at=90, address=ADDRESS)) == []
    assert ledger.finding().details["path_count"] == 3


def test_nobody_looks_at_half_of_a_rebuild(ledger: Ledger) -> None:
    own(ledger.registry, "INSERT INTO indexer_rebuild (done_through, last_no) VALUES (0, 5)")
    with pytest.raises(StateRefused, match="rebuilding"):
        look(ledger.registry)
    with pytest.raises(StateRefused, match="rebuilding"):
        begin_again(ledger.registry)


def test_a_rebuild_does_not_begin_under_a_look(ledger: Ledger) -> None:
    """It would find the tables empty, and go on as if it had seen what was in them."""
    with ledger.registry.transaction(), connect(ledger.world.url) as other:
        look(ledger.registry)
        with pytest.raises(psycopg.errors.LockNotAvailable), other.transaction():
            other.execute(f"LOCK TABLE registry.{DERIVED[0]} IN ACCESS EXCLUSIVE MODE NOWAIT".encode())


def test_too_many_alerts_of_a_pattern_are_one_alert(ledger: Ledger) -> None:
    set_threshold(ledger.world.ada, "every", "open_alerts", 3)
    raws = []
    for one in "23456789":
        address = code(f"2.3.2.G.{one}").address
        raws += [ledger.paid(f"2.3.2.G.{one}", at=100), ledger.paid(f"2.3.2.H.{one}", at=100, address=address)]
    seen = ledger.look(*raws)
    assert len(seen.raised) == 3 and len(findings(ledger.registry)) == 8
    types = [one.alert_type for one in ledger.alerts()]
    assert types.count("MONITOR_ADDRESS_ON_PATHS") == 3 and types.count("MONITOR_FLOOD") == 1
    assert sum(one.alert_id is None for one in findings(ledger.registry)) == 5
    assert ledger.finds(ledger.paid("2.3.2.J.2", at=200, address=code("2.3.2.G.9").address)) == []
    assert [one.alert_type for one in ledger.alerts()].count("MONITOR_FLOOD") == 1


def test_looking_on_survives_a_lost_connection_and_a_rebuild(ledger: Ledger) -> None:
    stop, seen = threading.Event(), threading.Event()
    raised: list[str] = []

    def told(one: Any) -> None:
        raised.extend(each.pattern for each in one.raised)
        seen.set()

    def watch() -> None:
        keep_looking(Registry(ledger.registry.connection), stop, every_seconds=0.02, on_look=told)

    own(ledger.registry, "INSERT INTO indexer_rebuild (done_through, last_no) VALUES (0, 5)")
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        assert not seen.wait(0.2)
        own(ledger.registry, "DELETE FROM indexer_rebuild")
        assert seen.wait(10)
        own(
            ledger.registry,
            """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid()""",
        )
        ledger.index(ledger.paid(FIRST), ledger.paid(SECOND, at=60, address=ADDRESS))
        for _ in range(500):
            if raised:
                break
            stop.wait(0.02)
    finally:
        stop.set()
        thread.join()
    assert raised == ["address_on_paths"]


def test_the_journey_through_all_instructions_raises_nothing(ledger: Ledger, journey: list[RawTransaction]) -> None:
    """On the real program, with every kind of payment, gift and sale in it."""
    ledger.index(*journey)
    assert ledger.look().facts > 10
    assert ledger.alerts() == []


def test_times_are_the_chain_s(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, at=60, address=ADDRESS))
    assert evidence(ledger.finding(), "block_time_unix") == [START_UNIX, START_UNIX + 60]
    assert evidence(ledger.finding(), "wallet") == [format_address(wallet(1))] * 2
