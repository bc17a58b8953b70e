"""How much is used, as the database counts it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from plings.errors import NotInRegistry
from plings.registry.manufacturers import register_manufacturer, set_manufacturer_status
from plings.registry.paths import allocate_path, allocate_range, set_allocation_status
from plings.registry.usage import allocation_statistics, wallet_health, wallet_usage
from registry.planting import own
from registry.world import World


@pytest.fixture
def used(world: World) -> World:
    allocate_range(world.ida, "2.3.2.G", 1, 1000)
    allocate_range(world.ida, "2.3.2.H", 1, 500, kind="test")
    allocate_path(world.abe, "2.4.2")
    gone = allocate_path(world.ida, "2.3.9")
    set_allocation_status(world.ida, gone.id, "retired")
    return world


def test_usage_counts_active_paths_and_manufacturers_apart(used: World) -> None:
    first, second = wallet_usage(used.ada)
    assert (first.version_name, first.status, first.environment) == ("v1", "active", "production")
    assert (first.total_paths, first.total_identifiers, first.active_manufacturers) == (3, 1501, 3)
    assert first.last_allocation is not None and first.last_allocation <= datetime.now(UTC)
    assert (second.total_paths, second.total_identifiers, second.last_allocation) == (0, 0, None)


def test_a_suspended_manufacturer_is_not_counted_but_its_paths_are(used: World) -> None:
    set_manufacturer_status(used.ada, "2.3", "suspended")
    usage = wallet_usage(used.ada)[0]
    assert (usage.total_paths, usage.active_manufacturers) == (3, 2)


def test_as_many_identifiers_as_a_range_can_hold_are_counted(world: World) -> None:
    for batch in ("2.3.2", "2.3.3", "2.3.4"):
        allocate_range(world.ida, batch, 1, 2**31 - 1)
    assert wallet_usage(world.ada)[0].total_identifiers == 3 * (2**31 - 1)
    assert allocation_statistics(world.ada)[0].total_instances == 3 * (2**31 - 1)


def test_statistics_are_by_wallet_kind_and_status(used: World) -> None:
    rows = [
        (one.allocation_type, one.status, one.allocations, one.total_instances)
        for one in allocation_statistics(used.ada, wallet="v1")
    ]
    assert rows == [("production", "active", 2, 1001), ("production", "retired", 1, 1), ("test", "active", 1, 500)]
    assert len(allocation_statistics(used.ada, status="active")) == 2
    assert allocation_statistics(used.ada, wallet=2) == []


def test_statistics_of_a_manufacturer_are_its_own(used: World) -> None:
    (only,) = allocation_statistics(used.ada, prefix="2.4")
    assert (only.allocations, only.total_instances) == (1, 1)
    register_manufacturer(used.ada, 1, "Bakery", organization="ACME")
    assert allocation_statistics(used.ada, prefix="2.5") == []
    with pytest.raises(NotInRegistry):
        allocation_statistics(used.ada, prefix="2.99")
    with pytest.raises(NotInRegistry):
        allocation_statistics(used.ada, wallet="v9")


def test_health_has_a_day_s_allocations_and_verifications(used: World) -> None:
    for call in ("note_health(1, 30, 3, 10)", "note_health(1, 10, 0, 50)"):
        used.ada.rows(f"SELECT {call}")
    (today,) = wallet_health(used.ada, "v1")
    assert today.metric_date == datetime.now(UTC).date()
    assert (today.allocations_count, today.verifications_count, today.error_count) == (4, 40, 3)
    assert (today.average_response_time_ms, today.error_rate) == (20, 0.075)
    assert wallet_health(used.ada, 2) == []


def test_health_goes_back_as_many_days_as_asked(used: World) -> None:
    own(
        used.ada,
        """
        INSERT INTO wallet_health_metrics (wallet_version, metric_date)
        SELECT 1, (now() AT TIME ZONE 'UTC')::date - day FROM generate_series(1, 50) AS day
    """,
    )
    assert [len(wallet_health(used.ada, 1, days=days)) for days in (1, 7, 30, 99)] == [1, 7, 30, 51]
    newest, *_, oldest = wallet_health(used.ada, 1, days=7)
    assert (newest.metric_date - oldest.metric_date).days == 6 and newest.allocations_count == 4
    assert oldest.error_rate == 0
