"""Collisions of class pointers: refused, found, told of, and got out of."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from uuid import UUID

import pytest

from plings.errors import (
    AccessDenied,
    ClassPointerError,
    LimitReached,
    NotInRegistry,
    PathError,
    PointerCollision,
    StateRefused,
    ValueRefused,
)
from plings.identity import format_segment
from plings.registry import Registry, connect
from plings.registry.alerts import alerts
from plings.registry.collisions import (
    DETECTED,
    PREVENTED,
    Finding,
    Resolution,
    alert_on_collisions,
    collision_guidance,
    detect_collisions,
    resolve_collision,
    watch_collisions,
)
from plings.registry.manufacturers import set_manufacturer_status
from plings.registry.paths import allocate_path, allocate_range
from plings.registry.pointers import find_product, pointers_of_class, register_pointer
from registry.planting import own, own_role, plant_pointer, unguarded
from registry.world import World


@pytest.fixture
def billy(world: World) -> UUID:
    """IKEA's class, whose path 2.3.2 hashes to a pointer that is ACME's."""
    plant_pointer(world.ada, "2.3.2", "2.4", world.class_id("Anvil", organization="ACME"))
    return world.class_id("BILLY")


def refused(world: World, path: str, class_id: UUID) -> None:
    with pytest.raises(PointerCollision):
        register_pointer(world.ida, path, class_id)


def test_a_class_with_another_s_pointer_is_refused_and_told_of_once(world: World, billy: UUID) -> None:
    for _ in range(3):
        refused(world, "2.3.2", billy)
    assert pointers_of_class(world.ida, billy) == []
    (alert,) = alerts(world.ida)
    assert (alert.alert_type, alert.severity, alert.details["attempted_path"]) == (PREVENTED, "HIGH", "2.3.2")


def test_a_refused_class_goes_one_level_down_at_the_first_number(world: World, billy: UUID) -> None:
    refused(world, "2.3.2", billy)
    done = resolve_collision(world.ina, "2.3.2", billy)
    assert (done.original_path, done.resolved_path) == ("2.3.2", "2.3.2.2")
    assert [one.class_pointer for one in pointers_of_class(world.ida, billy)] == [done.resolved_pointer]
    assert find_product(world.ida, done.resolved_pointer).path_to_pointer == "2.3.2.2"
    assert alerts(world.ada) == []
    logged = world.ada.rows("SELECT * FROM collision_resolutions JOIN users ON users.id = resolved_by")
    assert [(one["resolved_path"], one["email"]) for one in logged] == [("2.3.2.2", "ina@ikea.example")]


def test_resolved_again_it_is_the_same_class(world: World, billy: UUID) -> None:
    first = resolve_collision(world.ida, "2.3.2", billy)
    assert resolve_collision(world.ina, "2.3.2", billy) == first
    assert len(pointers_of_class(world.ida, billy)) == 1


def test_another_class_of_the_same_path_goes_beside_it(world: World, billy: UUID) -> None:
    resolve_collision(world.ida, "2.3.2", billy)
    assert resolve_collision(world.ida, "2.3.2", world.class_id("MALM")).resolved_path == "2.3.2.3"


def test_registered_classes_and_taken_pointers_are_passed_by(world: World, billy: UUID) -> None:
    register_pointer(world.ida, "2.3.2.2", world.class_id("KALLAX"))
    plant_pointer(world.ada, "2.3.2.3", "2.4", world.class_id("Hammer", organization="ACME"))
    assert resolve_collision(world.ida, "2.3.2", billy).resolved_path == "2.3.2.4"


def test_batches_that_are_allocated_below_are_passed_by(world: World, billy: UUID) -> None:
    allocate_range(world.ida, "2.3.2", 1, 2_000_000)
    allocate_path(world.ida, f"2.3.2.{format_segment(2_000_001)}.5")
    done = resolve_collision(world.ida, "2.3.2", billy)
    assert done.resolved_path == f"2.3.2.{format_segment(2_000_002)}"


def test_who_holds_the_class_as_a_whole_prints_the_new_one_there(world: World, billy: UUID) -> None:
    allocate_range(world.ida, "2.3", 1, 10)
    assert resolve_collision(world.ida, "2.3.2", billy).resolved_path == "2.3.2.2"


def test_where_no_level_is_left_nothing_is_registered(world: World) -> None:
    path = "2.3" + 12 * ".2"
    anvil, billy = world.class_id("Anvil", organization="ACME"), world.class_id("BILLY")
    plant_pointer(world.ada, path, "2.4", anvil)
    refused(world, path, billy)
    with pytest.raises(LimitReached, match="no_free_level"):
        resolve_collision(world.ida, path, billy)
    guidance = collision_guidance(world.ida, "2.3", alerts(world.ida)[0].details["attempted_pointer"])
    assert guidance.recommendation == "manual_path_change" and not guidance.options[0].offered
    assert len(alerts(world.ida)) == 1 and pointers_of_class(world.ida, billy) == []


def test_a_class_that_collides_with_none_stays_where_it_is(world: World) -> None:
    billy = world.class_id("BILLY")
    with pytest.raises(StateRefused, match="no_collision"):
        resolve_collision(world.ida, "2.3.2", billy)
    register_pointer(world.ida, "2.3.2", billy)
    with pytest.raises(StateRefused, match="no_collision"):
        resolve_collision(world.ida, "2.3.2", billy)


def test_only_who_looks_after_the_organisation_resolves(world: World, billy: UUID) -> None:
    for other in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            resolve_collision(other, "2.3.2", billy)
    assert resolve_collision(world.ada, "2.3.2", billy).resolved_path == "2.3.2.2"


def test_what_could_not_be_registered_is_not_resolved_either(world: World, billy: UUID) -> None:
    with pytest.raises(ValueRefused, match="unregistrable"):
        resolve_collision(world.ida, "2.3.2", world.class_id("Hammer", organization="ACME"))
    with pytest.raises(PathError):
        resolve_collision(world.ida, "2.3.2'; DROP TABLE users --", billy)
    with pytest.raises(NotInRegistry):
        resolve_collision(world.ada, "2.9.2", billy)
    set_manufacturer_status(world.ada, "2.3", "suspended")
    with pytest.raises(ValueRefused, match="suspended"):
        resolve_collision(world.ida, "2.3.2", billy)


def test_classes_that_are_resolved_at_once_go_beside_each_other(world: World, billy: UUID) -> None:
    classes = [billy, *(world.class_id(f"class {number}") for number in range(7))]

    def resolve(class_id: UUID) -> Resolution:
        with connect(world.url) as connection:
            return resolve_collision(Registry(connection).acting("ida@ikea.example"), "2.3.2", class_id)

    with ThreadPoolExecutor(8) as pool:
        paths = [one.resolved_path for one in pool.map(resolve, [*classes, *classes])]
    assert paths[:8] == paths[8:]
    assert sorted(set(paths)) == [f"2.3.2.{segment}" for segment in "23456789"]


def test_guidance_tells_what_automatic_resolution_then_does(world: World, billy: UUID) -> None:
    refused(world, "2.3.2", billy)
    pointer = alerts(world.ida)[0].details["attempted_pointer"]
    guidance = collision_guidance(world.ivo, "2.3", pointer)
    automatic, manual, shared = guidance.options
    assert guidance.recommendation == automatic.option == "automatic_resolution"
    assert (manual.option, manual.offered) == ("manual_path_change", True)
    assert (shared.option, shared.offered) == ("accept_shared_pointer", False) and "one class's" in shared.description
    done = resolve_collision(world.ida, "2.3.2", billy)
    assert (automatic.path, automatic.class_pointer) == (done.resolved_path, done.resolved_pointer)
    with pytest.raises(NotInRegistry, match="no_collision"):
        collision_guidance(world.ida, "2.3", pointer)


def test_guidance_tells_of_the_other_what_everybody_can_look_up(world: World) -> None:
    anvil, billy = world.class_id("Anvil", sku="SECRET-7", organization="ACME"), world.class_id("BILLY")
    theirs = register_pointer(world.abe, "2.4.9", anvil)
    # ACME's row is given the pointer of IKEA's path
    pointer = "class_pointer_of((SELECT ed25519_public_key FROM manufacturer_registry WHERE prefix = '2.3'), '2.3.2')"
    with unguarded(world.ada, "class_pointers", "global_class_pointer_registry") as owner:
        owner.rows("ALTER TABLE class_pointers DROP CONSTRAINT pointer_is_hash")
        for table in ("class_pointers", "global_class_pointer_registry"):
            change = f"UPDATE {table} SET class_pointer = {pointer} WHERE class_pointer = pointer_from_text(%s)"
            owner.rows(change, [theirs.class_pointer])
    refused(world, "2.3.2", billy)
    key = world.ida.rows("SELECT ed25519_public_key AS key FROM manufacturer_registry WHERE prefix = '2.3'")[0]["key"]
    guidance = collision_guidance(world.ida, key, alerts(world.ida)[0].details["attempted_pointer"])
    assert (guidance.holder, guidance.holder_path) == ("ACME (2.4)", "2.4.9")
    assert "SECRET-7" not in str(asdict(guidance))


def test_guidance_is_for_whom_it_concerns(world: World, billy: UUID) -> None:
    refused(world, "2.3.2", billy)
    pointer = alerts(world.ida)[0].details["attempted_pointer"]
    assert collision_guidance(world.ada, "2.3", pointer).path_to_pointer == "2.3.2"
    for other, name in ((world.abe, "2.3"), (world.ida, "2.4"), (world.ida, "2.33"), (world.ida, "")):
        with pytest.raises(NotInRegistry):
            collision_guidance(other, name, pointer)
    with pytest.raises(AccessDenied):
        collision_guidance(world.nobody, "2.3", pointer)
    with pytest.raises(ClassPointerError):
        collision_guidance(world.ida, "2.3", "tooshort")


def test_a_manufacturer_s_own_role_finds_its_way_out_and_no_other_s(world: World, billy: UUID) -> None:
    refused(world, "2.3.2", billy)
    pointer = alerts(world.ada)[0].details["attempted_pointer"]
    with own_role(world.ada, "IKEA") as ikea, own_role(world.ada, "ACME") as acme:
        theirs = Registry(world.ada.connection, world.abe.user_id, acme)
        with pytest.raises(NotInRegistry):
            collision_guidance(theirs, "2.3", pointer)
        for who in (theirs, Registry(world.ada.connection, world.ada.user_id, acme)):
            with pytest.raises(AccessDenied):
                resolve_collision(who, "2.3.2", billy)
        with pytest.raises(AccessDenied):
            detect_collisions(theirs)
        own_people = Registry(world.ada.connection, world.ida.user_id, ikea)
        guidance = collision_guidance(own_people, "2.3", pointer)
        assert resolve_collision(own_people, "2.3.2", billy).resolved_path == guidance.options[0].path == "2.3.2.2"
        assert alerts(own_people) == []


def contradict(world: World) -> dict[str, str]:
    """One contradiction of each kind; the pointer of each."""
    paths = {"shared": "2.3.2", "not in the registry": "2.3.3", "in no partition": "2.3.4", "not its hash": "2.3.5"}
    made = {what: register_pointer(world.ida, path, world.class_id(path)) for what, path in paths.items()}
    register_pointer(world.abe, "2.4.2", world.class_id("Anvil", organization="ACME"))
    number = {what: f"pointer_from_text('{one.class_pointer}')" for what, one in made.items()}
    with unguarded(world.ada, "class_pointers", "global_class_pointer_registry") as owner:
        owner.rows("ALTER TABLE class_pointers DROP CONSTRAINT pointer_is_hash")
        owner.rows(f"UPDATE class_pointers SET class_pointer = {number['shared']} WHERE path_to_pointer = '2.4.2'")
        owner.rows(
            "DELETE FROM global_class_pointer_registry WHERE class_pointer IN (SELECT class_pointer_of("
            "ed25519_public_key, '2.4.2') FROM manufacturer_registry WHERE prefix = '2.4')"
        )
        owner.rows(f"DELETE FROM global_class_pointer_registry WHERE class_pointer = {number['not in the registry']}")
        owner.rows(f"DELETE FROM class_pointers WHERE class_pointer = {number['in no partition']}")
        owner.rows("UPDATE class_pointers SET path_to_pointer = '2.3.6' WHERE path_to_pointer = '2.3.5'")
    return {what: one.class_pointer for what, one in made.items()}


def test_a_sound_registry_has_no_findings(world: World) -> None:
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    assert detect_collisions(world.ada) == []
    assert alert_on_collisions(world.ada) == 0 and alerts(world.ada) == []


def test_every_contradiction_is_found(world: World) -> None:
    pointers = contradict(world)
    found = detect_collisions(world.ada)
    assert Finding(pointers["shared"], "shared", 2) in found
    # ACME's row has a pointer now that is not its hash, too
    assert {(one.class_pointer, one.finding) for one in found} == {
        *((pointer, what) for what, pointer in pointers.items()),
        (pointers["shared"], "not its hash"),
    }


def test_each_finding_is_alerted_of_once_while_its_alert_is_open(world: World) -> None:
    contradict(world)
    assert alert_on_collisions(world.ada) == 5
    assert alert_on_collisions(world.bea) == 5
    raised = alerts(world.ada, alert_type=DETECTED, severity="CRITICAL")
    assert len(raised) == 5 and len({str(one.details) for one in raised}) == 5
    assert alerts(world.ida) == []  # the platform's to look at
    with pytest.raises(AccessDenied):
        alert_on_collisions(world.ida)


def test_of_very_many_findings_a_thousand_are_alerted_of_and_one_tells_how_many(world: World) -> None:
    billy = world.class_id("BILLY")
    plant = """
        INSERT INTO global_class_pointer_registry
        SELECT number, %s, (SELECT number FROM manufacturer_registry WHERE prefix = '2.3'), 0
        FROM generate_series(%s::integer, %s) AS number
    """
    own(world.ada, plant, [billy, 1, 1000])
    assert alert_on_collisions(world.ada) == 1000
    assert len(alerts(world.ada, alert_type=DETECTED, limit=5000)) == 1000
    own(world.ada, plant, [billy, 1001, 1300])
    for _ in range(2):
        assert alert_on_collisions(world.ada) == 1300
        raised = alerts(world.ada, alert_type=DETECTED, limit=5000)
        summary = raised[0]
        assert len(raised) == 1001 and summary.details == {"findings": 1300, "alerts": 1000}
        assert summary.message == "1300 findings about class pointers: the first 1000 have an alert each"
        assert summary.severity == "CRITICAL"
    assert len({one.details.get("class_pointer") for one in raised}) == 1001


def test_the_watch_looks_again_and_again_until_it_is_stopped(world: World) -> None:
    stop, seen = threading.Event(), []

    def check(found: int) -> None:
        seen.append(found)
        if len(seen) == 1:
            contradict(world)
        if found:
            stop.set()

    watch = threading.Thread(target=watch_collisions, args=(world.ada, 0.05, stop), kwargs={"on_check": check})
    watch.start()
    watch.join(30)
    assert not watch.is_alive()
    assert seen[0] == 0 and seen[-1] == 5
    assert len(alerts(world.ada)) == 5


def test_the_watch_outlives_a_lost_connection(world: World) -> None:
    stop, seen = threading.Event(), []

    def check(found: int) -> None:
        seen.append(found)
        if len(seen) == 1:
            world.ada.connection.close()
        if len(seen) == 3:
            stop.set()

    watch_collisions(world.ada, 0.01, stop, on_check=check)
    assert seen == [0, 0, 0]


def test_the_owner_s_own_statement_cannot_take_a_resolution_back(world: World, billy: UUID) -> None:
    resolve_collision(world.ida, "2.3.2", billy)
    for change in ("DELETE FROM collision_resolutions", "UPDATE collision_resolutions SET resolved_path = '2.3.9'"):
        with pytest.raises(StateRefused, match="never_removed"):
            own(world.ada, change)
