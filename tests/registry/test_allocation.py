"""Allocations: what is held, by whom, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from plings.errors import (
    AccessDenied,
    LimitReached,
    NotInRegistry,
    PathError,
    PathTaken,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.paths import (
    KINDS,
    Wish,
    allocate_next,
    allocate_path,
    allocate_range,
    allocate_together,
    allocation,
    allocations,
    holder,
    instance_paths,
    is_free,
    next_free,
    set_allocation_status,
)
from plings.registry.wallets import set_daily_allocation_limit
from registry.planting import own
from registry.world import World


def test_a_range_is_held_from_its_first_to_its_last(world: World) -> None:
    made = allocate_range(world.ida, "2.3.2.G", 1, 1000, purpose="spring")
    assert (made.first, made.last, made.quantity) == ("2.3.2.G.2", "2.3.2.G.JF", 1000)
    assert made.hd_derivation_prefix == "m/44'/501'/1'/2'/1'/15'"
    assert not is_free(world.ida, "2.3.2.G.2") and is_free(world.ida, "2.3.2.G.1")
    with pytest.raises(PathTaken):
        allocate_path(world.ida, "2.3.2.G.JF")
    allocate_path(world.ida, "2.3.2.G.JG")
    following = allocate_next(world.ida, "2.3.2.G", 5)
    assert following.allocated_range_start == 1002


def test_a_member_only_looks_on(world: World) -> None:
    with pytest.raises(AccessDenied):
        allocate_path(world.ivo, "2.3.2")
    made = allocate_path(world.ina, "2.3.2")
    assert allocation(world.ivo, made.id) == made
    with pytest.raises(AccessDenied):
        set_allocation_status(world.ivo, made.id, "retired")
    with pytest.raises(AccessDenied):
        set_allocation_status(world.abe, made.id, "retired")


@pytest.mark.parametrize("kind", KINDS)
def test_an_allocation_says_what_it_is_for_and_who_made_it(world: World, kind: str) -> None:
    made = allocate_path(world.ina, "2.3.2", kind=kind, purpose="shelves\nfor books")
    assert (made.allocation_type, made.purpose, made.allocated_by) == (kind, "shelves\nfor books", world.ina.user_id)
    assert (made.wallet_version, made.manufacturer_index, made.status, made.quantity) == (1, 2, "active", 1)
    assert abs((made.allocated_at - datetime.now(UTC)).total_seconds()) < 60
    assert allocation(world.ida, made.id) == made
    assert list(instance_paths(made)) == ["2.3.2"]


def test_the_paths_of_a_range_are_its_numbers(world: World) -> None:
    assert list(instance_paths(allocate_range(world.ida, "2.3.2", 56, 4))) == [
        "2.3.2.y",
        "2.3.2.z",
        "2.3.2.21",
        "2.3.2.22",
    ]


def test_who_holds_a_path_is_who_holds_it_or_all_around_it(world: World) -> None:
    held = allocate_range(world.ida, "2.3.2", 5, 5)
    for path in ("2.3.2.6", "2.3.2.A", "2.3.2.8.2.2.2"):
        assert holder(world.ivo, path) == held
    for path in ("2.3.2", "2.3.2.5", "2.3.2.B", "2.3.3"):
        assert holder(world.ivo, path) is None


def test_allocations_are_told_in_the_order_of_their_paths(world: World) -> None:
    for path in ("2.3.22.2", "2.3.2.3", "2.3.2.2", "2.4.2"):
        allocate_path(world.ada, path)
    retired = allocate_path(world.ada, "2.3.2.4")
    set_allocation_status(world.ada, retired.id, "retired")
    assert [str(one) for one in allocations(world.ida)] == ["2.3.2.2", "2.3.2.3", "2.3.2.4", "2.3.22.2", "2.4.2"]
    assert [str(one) for one in allocations(world.ida, below="2.3.2")] == ["2.3.2.2", "2.3.2.3", "2.3.2.4"]
    assert [str(one) for one in allocations(world.ida, below="2.3.2.2.9")] == ["2.3.2.2"]
    assert [str(one) for one in allocations(world.ida, status="retired")] == ["2.3.2.4"]
    assert [str(one) for one in allocations(world.ida, limit=1)] == ["2.3.2.2"]


def test_what_is_used_up_or_retired_stays_held(world: World) -> None:
    made = allocate_path(world.ida, "2.3.2")
    used_up = set_allocation_status(world.ida, made.id, "exhausted")
    assert used_up.status == "exhausted" and used_up.completed_at is not None
    retired = set_allocation_status(world.ida, made.id, "retired")
    assert (retired.status, retired.completed_at) == ("retired", used_up.completed_at)
    with pytest.raises(PathTaken):
        allocate_path(world.ida, "2.3.2.2")
    with pytest.raises(StateRefused):
        set_allocation_status(world.ida, made.id, "active")


def test_an_allocation_that_is_not_there_is_not_there(world: World) -> None:
    for work in (
        lambda: allocation(world.ida, UUID(int=0)),
        lambda: set_allocation_status(world.ida, UUID(int=0), "retired"),
    ):
        with pytest.raises(NotInRegistry):
            work()


@pytest.mark.parametrize(
    ("path", "error", "rule"),
    [
        ("2", PathError, "too_few_segments"),
        ("2.3.12", PathError, None),
        ("2.3." + ".".join("2" * 15), PathError, "too_many_segments"),
        ("2.3.5HHHHH", PathError, None),
        ("2.9.2", NotInRegistry, "unknown_manufacturer"),
        ("9.3.2", NotInRegistry, "unknown_manufacturer"),
        ("3.3.2", NotInRegistry, "unknown_manufacturer"),
    ],
)
def test_what_is_nobody_s_path_is_not_given(world: World, path: str, error: type[Exception], rule: str | None) -> None:
    with pytest.raises(error) as refused:
        allocate_path(world.ada, path)
    assert rule is None or refused.value.rule == rule  # type: ignore[attr-defined]


@pytest.mark.parametrize(("first", "quantity"), [(-1, 1), (0, 0), (5, -1), (2**31 - 1, 2), (2**31, 1), (0, 2**31)])
def test_a_range_is_of_numbers_that_segments_have(world: World, first: int, quantity: int) -> None:
    with pytest.raises(ValueRefused) as refused:
        allocate_range(world.ida, "2.3.2", first, quantity)
    assert refused.value.rule == "valid_range"


@pytest.mark.parametrize(("first", "last"), [(-1, 1), (5, 4), (0, 2**31 - 1), (None, 1), (1, None)])
def test_nor_does_the_database_take_another_range(world: World, first: int | None, last: int | None) -> None:
    insert = """
        INSERT INTO path_registry (wallet_version, path, allocation_type, allocated_range_start, allocated_range_end)
        VALUES (1, '2.3.2', 'test', %s, %s)
    """
    with pytest.raises(ValueRefused) as refused:
        world.ida.rows(insert, [first, last])
    assert refused.value.rule == "valid_range"


def test_a_path_is_of_its_wallet(world: World) -> None:
    insert = "INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (2, '2.3.2', 'test')"
    with pytest.raises(RegistryError) as refused:
        world.ada.rows(insert)
    assert refused.value.rule == "unknown_manufacturer"
    with pytest.raises(ValueRefused) as by_owner:
        own(
            world.nobody,
            """
            ALTER TABLE path_registry DISABLE TRIGGER USER;
            INSERT INTO path_registry (wallet_version, path, allocation_type, organization_id, allocated_by)
            SELECT 2, '2.3.2', 'test', organization_id, registered_by FROM manufacturer_registry LIMIT 1
            """,
        )
    assert by_owner.value.rule == "path_is_of_wallet"


def test_a_closed_manufacturer_gets_nothing(world: World) -> None:
    set_manufacturer_status(world.ada, "2.3", "suspended")
    with pytest.raises(StateRefused) as refused:
        allocate_path(world.ida, "2.3.2")
    assert refused.value.rule == "manufacturer_closed"


def test_a_day_has_its_limit(world: World) -> None:
    set_daily_allocation_limit(world.ada, 1, 2)
    allocate_path(world.ida, "2.3.2")
    with pytest.raises(PathTaken):
        allocate_path(world.ida, "2.3.2")  # counts for nothing
    allocate_path(world.ida, "2.3.3")
    with pytest.raises(LimitReached) as refused:
        allocate_path(world.ida, "2.3.4")
    assert refused.value.rule == "daily_limit"
    own(world.nobody, "UPDATE wallet_versions SET last_reset_date = last_reset_date - 1")
    allocate_path(world.ida, "2.3.4")


def test_the_next_are_after_all_that_are_held(world: World) -> None:
    assert next_free(world.ida, "2.3.2") == 1
    assert str(allocate_next(world.ida, "2.3.2", 3)) == "2.3.2.2 to 2.3.2.4"
    allocate_path(world.ida, "2.3.2.9.2")  # of child 8 only a part
    assert next_free(world.ida, "2.3.2") == 9
    allocate_path(world.ida, "2.3.2.1")
    assert next_free(world.ida, "2.3.2") == 9
    assert next_free(world.ida, "2.3.2.2") is None
    with pytest.raises(LimitReached) as refused:
        allocate_next(world.ida, "2.3.2.2", 1)
    assert refused.value.rule == "exhausted"
    for quantity in (0, -1, 2**31):
        with pytest.raises(ValueRefused):
            allocate_next(world.ida, "2.3.2", quantity)


def test_a_wish_of_a_first_number_says_how_many(world: World) -> None:
    with pytest.raises(ValueRefused):
        allocate_together(world.ida, [Wish("2.3.2", first=3)])
    assert allocate_together(world.ida, []) == []
