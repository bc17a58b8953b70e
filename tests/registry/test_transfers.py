"""From one wallet to another: the three scenarios, whole manufacturers, and going on after a stop."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

import plings.registry.transfers as transfers
from plings.errors import (
    AccessDenied,
    AddressError,
    AlreadyRegistered,
    LimitReached,
    NotInRegistry,
    PathTaken,
    PlingsError,
    StateRefused,
    ValueRefused,
)
from plings.identity import ClassPath, class_pointer
from plings.registry import Registry, connect
from plings.registry.alerts import alerts
from plings.registry.collisions import resolve_collision
from plings.registry.decoding import decode
from plings.registry.lineage import lineage
from plings.registry.manufacturers import manufacturer, register_manufacturer, set_manufacturer_status
from plings.registry.paths import (
    allocate_path,
    allocate_range,
    allocation,
    allocations,
    is_free,
    set_allocation_status,
)
from plings.registry.pointers import find_product, pointers_of_class, register_pointer
from plings.registry.transfers import Transfer, transfer_allocation, transfer_manufacturer
from plings.registry.wallets import (
    activate_wallet,
    deprecate_wallet,
    mark_wallet_compromised,
    set_daily_allocation_limit,
)
from plings.registry.words import define_level, define_value, level_values, levels
from registry.facts import facts_of
from registry.world import World, identity


@pytest.fixture
def two(world: World) -> World:
    """Both wallets are active; only the first has anybody in it."""
    activate_wallet(world.ada, 2)
    return world


def join(world: World) -> None:
    register_manufacturer(world.ada, 2, "IKEA", organization="IKEA", index=2, public_key=identity("3.3").public_key)


def move(world: World, prefix: str = "2.3", **others: object) -> Transfer:
    facts = {"public_key": identity("3." + prefix.split(".")[1]).public_key, **others}
    return transfer_manufacturer(world.ada, prefix, 2, **facts)  # type: ignore[arg-type]


# The seed's scenarios


def test_the_same_path_below_two_wallets_is_fine(two: World) -> None:
    join(two)
    first = allocate_path(two.ida, "2.3.2.2.2")
    second = allocate_path(two.ida, "3.3.2.2.2")
    assert (first.wallet_version, second.wallet_version) == (1, 2)
    assert (first.status, second.status) == ("active", "active")


def test_parent_and_child_conflict_within_a_wallet_either_way(two: World) -> None:
    allocate_path(two.ida, "2.3.2.2")
    with pytest.raises(PathTaken):
        allocate_path(two.ida, "2.3.2.2.2")
    with pytest.raises(PathTaken):
        allocate_path(two.ida, "2.3.2")
    assert [one.path for one in allocations(two.ida)] == ["2.3.2.2"]


def test_a_path_that_moved_is_held_in_the_other_wallet_and_free_in_its_own(two: World) -> None:
    join(two)
    old = allocate_path(two.ida, "2.3.2.2.2", purpose="spring")
    made = transfer_allocation(two.ida, old.id, 2)
    assert (made.path, made.wallet_version, made.status, made.purpose) == ("3.3.2.2.2", 2, "active", "spring")
    gone = allocation(two.ida, old.id)
    assert (gone.status, gone.transferred_to_wallet, gone.transferred_to) == ("transferred", 2, made.id)
    assert gone.transferred_at is not None
    assert is_free(two.ida, "2.3.2.2.2") and not is_free(two.ida, "3.3.2.2.2")
    for stranger in (two.abe, two.ivo):
        with pytest.raises(AccessDenied):
            allocate_path(stranger, "2.3.2.2.2")
    again = allocate_path(two.ida, "2.3.2.2.2")
    assert again.id != old.id and allocation(two.ida, old.id) == gone


# One allocation


def test_ranges_and_what_is_used_up_move_as_they_are(two: World) -> None:
    join(two)
    held = allocate_range(two.ida, "2.3.2.G", 5, 100, kind="test")
    done = set_allocation_status(two.ida, allocate_path(two.ida, "2.3.2.H").id, "exhausted")
    made = transfer_allocation(two.ida, held.id, "v2")
    assert (made.first, made.last, made.quantity, made.allocation_type) == ("3.3.2.G.6", "3.3.2.G.2o", 100, "test")
    used = transfer_allocation(two.ida, done.id, 2)
    assert (used.path, used.status, used.completed_at) == ("3.3.2.H", "exhausted", done.completed_at)


def test_moving_an_allocation_twice_is_moving_it_once(two: World) -> None:
    join(two)
    held = allocate_path(two.ida, "2.3.2")
    assert transfer_allocation(two.ida, held.id, 2) == transfer_allocation(two.ida, held.id, 2)
    assert len(allocations(two.ida, below="3.3")) == 1


def test_an_allocation_moves_back_and_forth(two: World) -> None:
    join(two)
    held = allocate_path(two.ida, "2.3.2")
    for wallet, path in ((2, "3.3.2"), (1, "2.3.2"), (2, "3.3.2")):
        held = transfer_allocation(two.ida, held.id, wallet)
        assert held.path == path
    assert [one.path for one in allocations(two.ida, status="active")] == ["3.3.2"]


def test_what_cannot_be_moved_stays_as_it_was(two: World) -> None:
    held = allocate_path(two.ida, "2.3.2")
    retired = set_allocation_status(two.ida, allocate_path(two.ida, "2.3.3").id, "retired")

    def refused(error: type[PlingsError], rule: str, one: UUID, wallet: int = 2, who: Registry = two.ida) -> None:
        with pytest.raises(error, match=rule):
            transfer_allocation(who, one, wallet)
        assert allocation(two.ada, held.id) == held

    refused(NotInRegistry, "no_successor", held.id)
    join(two)
    refused(StateRefused, "status", retired.id)
    refused(AlreadyRegistered, "same_wallet", held.id, 1)
    refused(NotInRegistry, "unknown_wallet", held.id, 7)
    refused(NotInRegistry, "unknown_allocation", UUID(int=1))
    for stranger in (two.abe, two.ivo):
        refused(AccessDenied, "organization_admin", held.id, 2, stranger)
    taken = allocate_path(two.ida, "3.3.2.2")
    refused(PathTaken, "path_taken", held.id)
    set_allocation_status(two.ida, taken.id, "retired")
    refused(PathTaken, "path_taken", held.id)


def test_the_day_limit_of_the_other_wallet_holds(two: World) -> None:
    join(two)
    held = allocate_path(two.ida, "2.3.2")
    set_daily_allocation_limit(two.ada, 2, 0)
    with pytest.raises(LimitReached):
        transfer_allocation(two.ida, held.id, 2)
    assert allocation(two.ida, held.id) == held


def test_nobody_frees_a_path_by_saying_that_it_moved(two: World) -> None:
    join(two)
    held = allocate_path(two.ida, "2.3.2")
    elsewhere = allocate_path(two.ida, "3.3.3")
    claim = """
        UPDATE path_registry SET status = 'transferred', transferred_to_wallet = 2, transferred_at = now(),
            transferred_to = %s WHERE id = %s
    """
    for target in (elsewhere.id, held.id):
        with pytest.raises(StateRefused, match="not_transferred"):
            two.ida.rows(claim, [target, held.id])
    moved = transfer_allocation(two.ida, held.id, 2)
    with pytest.raises(StateRefused, match="immutable"):
        two.ida.rows("UPDATE path_registry SET transferred_to = %s WHERE id = %s", [elsewhere.id, held.id])
    assert allocation(two.ida, held.id).transferred_to == moved.id


# A manufacturer


def furnish(world: World, classes: int = 3) -> list[UUID]:
    """Three allocations, words, and as many classes with pointers as asked for."""
    allocate_range(world.ida, "2.3.2.G", 1, 1000)
    set_allocation_status(world.ida, allocate_path(world.ida, "2.3.3").id, "exhausted")
    allocate_path(world.ina, "2.3.4.5", kind="reserved", purpose="autumn")
    define_level(world.ida, "2.3", 3, "category", description="kinds", gs1_mapping="GPC", sort_order=2)
    define_value(world.ida, "2.3", 3, 1, "Chairs", description="to sit", gs1_code="65000000", sku="C", active=False)
    made = [world.class_id(f"Chair {number}") for number in range(classes)]
    for number, one in enumerate(made, 2):
        register_pointer(world.ida, f"2.3.2.{number}", one)
    return made


def test_a_manufacturer_moves_with_all_that_it_has(two: World) -> None:
    classes = furnish(two)
    before = (levels(two.ida, "2.3"), level_values(two.ida, "2.3"))
    moved = move(two)
    assert moved.complete and moved.completion_percentage == 100 and moved.refused == ()
    assert (moved.allocations_moved, moved.pointers_moved, moved.allocations_left, moved.pointers_left) == (3, 3, 0, 0)
    assert (moved.source.status, moved.target.status, moved.target.prefix) == ("transferred", "active", "3.3")
    assert moved.target.transferred_from_wallet == 1 and moved.target.transfer_completed_at is not None
    assert moved.target.ed25519_public_key == identity("3.3").node.address
    assert [(one.path, one.status, one.purpose) for one in allocations(two.ida, below="3.3")] == [
        ("3.3.2.G", "active", None),
        ("3.3.3", "exhausted", None),
        ("3.3.4.5", "active", "autumn"),
    ]
    assert {one.status for one in allocations(two.ida, below="2.3")} == {"transferred"}
    for number, one in enumerate(classes, 2):
        new, old = sorted(pointers_of_class(two.ida, one), key=lambda pointer: pointer.status)
        assert (new.path_to_pointer, new.status) == (f"3.3.2.{number}", "active")
        assert (old.path_to_pointer, old.status) == (f"2.3.2.{number}", "migrated")
        assert new.class_pointer == class_pointer(identity("3.3").public_key, ClassPath(new.path_to_pointer)).text
        assert find_product(two.ida, new.class_pointer).class_id == one
        printed = find_product(two.ida, old.class_pointer)
        assert (printed.class_id, printed.pointer_status, printed.manufacturer_status) == (
            one,
            "migrated",
            "transferred",
        )
    after = (levels(two.ida, "3.3"), level_values(two.ida, "3.3"))
    for old_rows, new_rows in zip(before, after, strict=True):
        told = [{**vars(one), "wallet_version": 2} for one in old_rows]
        assert told == [vars(one) for one in new_rows] and told
    entry = lineage(two.ida, "IKEA")[-1]
    assert (entry.from_wallet, entry.to_wallet, entry.status, entry.completion_percentage) == (
        "v1",
        "v2",
        "completed",
        100,
    )
    with pytest.raises(StateRefused, match="manufacturer_closed"):
        allocate_path(two.ida, "2.3.9")
    allocate_path(two.ida, "3.3.9")
    assert decode(two.ida, "3.3.2.G.3j").words[0].value_name == "Chairs"


def test_moving_a_manufacturer_twice_changes_nothing_more(two: World) -> None:
    furnish(two)
    move(two)
    before, trail = facts_of(two), len(two.ada.rows("SELECT id FROM audit_trail"))
    again = move(two)
    assert again.complete and (again.allocations_moved, again.pointers_moved) == (0, 0)
    assert facts_of(two) == before and len(two.ada.rows("SELECT id FROM audit_trail")) == trail


class Killed(Exception):
    pass


def test_a_transfer_goes_on_where_it_was_killed(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the smallest batches, killed after each of them in turn."""
    furnish(two, classes=4)
    monkeypatch.setattr(transfers, "POINTERS_AT_ONCE", 2)
    monkeypatch.setattr(transfers, "ALLOCATIONS_AT_ONCE", 1)
    told: list[int] = []

    def killed_after(batches: int) -> Callable[[int], None]:
        left = batches

        def progress(percentage: int) -> None:
            nonlocal left
            told.append(percentage)
            left -= 1
            if left == 0:
                raise Killed

        return progress

    kills = 0
    while True:
        try:
            move(two, progress=killed_after(1))
            break
        except Killed:
            kills += 1
        entry = lineage(two.ida, "IKEA")[-1]
        assert entry.completion_percentage == told[-1]
        assert manufacturer(two.ada, "2.3").status == ("transferred" if told[-1] == 100 else "transferring")
        if told[-1] == 100:
            break
        with pytest.raises(StateRefused, match="manufacturer_closed"):
            allocate_path(two.ida, "2.3.9")
    assert told == sorted(told) and len(set(told)) > 4 and kills > 4
    assert move(two).complete
    assert {one.status for one in allocations(two.ida, below="2.3")} == {"transferred"}
    assert len(allocations(two.ida, below="3.3")) == 3
    statuses = two.ada.rows("SELECT status, count(*) AS n FROM class_pointers GROUP BY status ORDER BY status")
    assert [tuple(row.values()) for row in statuses] == [("active", 4), ("migrated", 4)]
    assert [one.current_wallet_version for one in lineage(two.ida, "IKEA")] == [1, 2]


def test_a_transfer_goes_on_after_its_connection_broke(two: World) -> None:
    furnish(two)

    def cut(percentage: int) -> None:
        with connect(two.url) as other:
            other.execute("SELECT pg_terminate_backend(%s)", [ada.connection.info.backend_pid])

    with connect(two.url) as connection:
        ada = Registry(connection, two.ada.user_id)
        with pytest.raises(PlingsError):
            transfer_manufacturer(ada, "2.3", 2, public_key=identity("3.3").public_key, progress=cut)
    assert len(allocations(two.ida, below="3.3")) == 3 and manufacturer(two.ada, "2.3").status == "transferring"
    moved = move(two)
    assert moved.complete and (moved.allocations_moved, moved.pointers_moved) == (0, 3)


@pytest.mark.parametrize(
    ("close", "status", "pointers"),
    [(mark_wallet_compromised, "transferred", "compromised"), (deprecate_wallet, "transferred", "migrated")],
)
def test_a_closed_wallet_can_be_left(
    two: World, close: Callable[[Registry, int], object], status: str, pointers: str
) -> None:
    (one, *_) = furnish(two)
    close(two.ada, 1)
    moved = move(two, reason="key_compromise")
    assert moved.complete and moved.source.status == status
    assert sorted(pointer.status for pointer in pointers_of_class(two.ida, one)) == ["active", pointers]


def test_a_compromised_manufacturer_moves_and_stays_compromised(two: World) -> None:
    (one, *_) = furnish(two)
    set_manufacturer_status(two.ada, "2.3", "compromised")
    moved = move(two, reason="key_compromise")
    assert moved.complete and (moved.source.status, moved.target.status) == ("compromised", "active")
    assert sorted(pointer.status for pointer in pointers_of_class(two.ida, one)) == ["active", "compromised"]


def test_the_index_is_kept_where_it_is_free(two: World) -> None:
    register_manufacturer(two.ada, 2, "ACME", organization="ACME", index=2, public_key=identity("3.3").public_key)
    allocate_path(two.ida, "2.3.2")
    assert transfers.planned_prefix(two.ada, "2.3", 2) == "3.5"
    moved = move(two, public_key=identity("3.5").public_key)
    assert moved.target.prefix == "3.5" == transfers.planned_prefix(two.ada, "2.3", 2)
    assert [one.path for one in allocations(two.ida, below="3.5")] == ["3.5.2"]
    plings = move(two, "2.2")
    assert plings.target.prefix == "3.2" and plings.complete


def test_a_manufacturer_with_nothing_is_moved_at_once(two: World) -> None:
    moved = move(two, "2.4")
    assert moved.complete and moved.allocations_moved == moved.pointers_moved == 0


def test_who_is_there_already_is_moved_to_where_it_is(two: World) -> None:
    register_manufacturer(two.ada, 2, "IKEA", organization="IKEA", index=7)
    allocate_path(two.ida, "2.3.2")
    with pytest.raises(AlreadyRegistered, match="other_index"):
        move(two, index=2, public_key=identity("3.8").public_key)
    moved = move(two, public_key=identity("3.8").public_key)
    assert moved.target.prefix == "3.8" and moved.target.ed25519_public_key == identity("3.8").node.address
    with pytest.raises(AlreadyRegistered, match="other_key"):
        move(two, public_key=identity("3.3").public_key)


def test_what_is_no_transfer_is_refused_and_nothing_begun(two: World) -> None:
    furnish(two)
    before = facts_of(two)

    def refused(error: type[PlingsError], rule: str, prefix: str = "2.3", wallet: int = 2, **others: object) -> None:
        facts = {"public_key": identity("3.3").public_key, "reason": "security_upgrade", **others}
        with pytest.raises(error, match=rule):
            transfer_manufacturer(others.pop("who", two.ada), prefix, wallet, **facts)  # type: ignore[arg-type]
        assert facts_of(two) == before

    refused(NotInRegistry, "unknown_manufacturer", "2.9")
    refused(NotInRegistry, "unknown_wallet", "2.3", 5)
    refused(AlreadyRegistered, "same_wallet", "2.3", 1)
    refused(ValueRefused, "lineage_reason", reason="because")
    refused(AlreadyRegistered, "ed25519_public_key", public_key=identity("2.4").public_key)
    refused(AddressError, "small_order", public_key=bytes(32))
    for who in (two.ida, two.abe):
        with pytest.raises(AccessDenied):
            transfer_manufacturer(who, "2.3", 2, public_key=identity("3.3").public_key)
    set_manufacturer_status(two.ada, "2.4", "suspended")
    before = facts_of(two)
    refused(StateRefused, "manufacturer_closed", "2.4", public_key=identity("3.4").public_key)
    assert facts_of(two) == before


def test_an_allocation_that_is_in_the_way_stops_no_other(two: World) -> None:
    furnish(two)
    join(two)
    allocate_path(two.ida, "3.3.3.2")
    moved = move(two)
    assert not moved.complete and (moved.allocations_moved, moved.allocations_left, moved.pointers_moved) == (2, 1, 3)
    assert [(one.what, one.rule) for one in moved.refused] == [("2.3.3", "path_taken")]
    assert moved.source.status == "transferring" and moved.completion_percentage < 100
    set_allocation_status(two.ida, next(one.id for one in allocations(two.ida, below="2.3.3")), "retired")
    assert move(two).complete


def test_the_day_limit_stops_a_transfer_and_another_day_goes_on(two: World) -> None:
    furnish(two)
    set_daily_allocation_limit(two.ada, 2, 2)
    moved = move(two)
    assert (moved.allocations_moved, moved.allocations_left, moved.pointers_moved) == (2, 1, 3)
    assert [one.rule for one in moved.refused] == ["daily_limit"]
    set_daily_allocation_limit(two.ada, 2, 3)
    assert move(two).complete


def test_a_path_that_gets_too_long_stays(two: World) -> None:
    join(two)
    register_manufacturer(two.ada, 1, "Long", organization="ACME", index=9, public_key=identity("2.A").public_key)
    long = "2.A" + ".4GmR58" * 13 + ".2"
    assert len(long) == 96
    allocate_path(two.abe, long)
    allocate_path(two.abe, "2.A.2")
    moved = move(two, "2.A", index=100, public_key=identity("3.2j").public_key)
    assert (moved.allocations_moved, moved.allocations_left) == (1, 1)
    assert [(one.what, one.rule) for one in moved.refused] == [(long, "does_not_fit")]


def test_a_pointer_that_collides_stays_and_an_alert_says_so(two: World) -> None:
    classes = furnish(two)
    taken = class_pointer(identity("3.3").public_key, ClassPath("3.3.2.3"))
    # No two paths that collide can be found: so the other class's row is put there by the owner of the tables.
    with connect(two.url) as connection:
        connection.execute(
            "INSERT INTO registry.global_class_pointer_registry SELECT registry.pointer_from_text(%s), %s, 3, 0",
            [taken.text, two.class_id("Anvil", organization="ACME")],
        )
    for _ in range(2):
        moved = move(two)
        assert not moved.complete and moved.pointers_left == 1 and moved.allocations_left == 0
        assert [one.rule for one in moved.refused] == ["pointer_taken"]
        (alert,) = alerts(two.ada)
        assert (alert.alert_type, alert.details["attempted_path"]) == ("CLASS_POINTER_COLLISION_PREVENTED", "3.3.2.3")
        assert alert.details["attempted_pointer"] == taken.text
    assert [one.status for one in pointers_of_class(two.ida, classes[1])] == ["active"]
    assert resolve_collision(two.ida, "3.3.2.3", classes[1]).resolved_path == "3.3.2.3.2"
    assert move(two).complete
    assert sorted(one.status for one in pointers_of_class(two.ida, classes[1])) == ["active", "migrated"]


def test_a_class_with_several_paths_moves_with_all(two: World) -> None:
    one = two.class_id("Chair")
    for path in ("2.3.2", "2.3.5.6"):
        register_pointer(two.ida, path, one)
    assert move(two).pointers_moved == 2
    active = {pointer.path_to_pointer for pointer in pointers_of_class(two.ida, one) if pointer.status == "active"}
    assert active == {"3.3.2", "3.3.5.6"}


def test_all_that_moves_is_in_the_trail(two: World) -> None:
    furnish(two)
    start = two.ada.rows("SELECT max(id) AS id FROM audit_trail")[0]["id"]
    move(two)
    trail = two.ada.rows(
        """
        SELECT regexp_replace(table_name, '_[0-9]{2}$', '') AS table_name, operation, count(*) AS n,
            bool_and(user_id = %s) AS by_ada, sum((after ->> 'count')::integer) AS loaded
        FROM audit_trail WHERE id > %s GROUP BY 1, 2
        """,
        [two.ada.user_id, start],
    )
    counts = {(row["table_name"], row["operation"]): row["loaded"] or row["n"] for row in trail}
    assert all(row["by_ada"] for row in trail)
    assert counts[("class_pointers", "LOAD")] == 3 and counts[("class_pointers", "UPDATE")] == 3
    assert counts[("path_registry", "INSERT")] == 3 and counts[("path_registry", "UPDATE")] == 4
    assert ("manufacturer_registry", "INSERT") in counts and ("manufacturer_lineage", "INSERT") in counts
