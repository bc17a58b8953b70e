"""The registry on a cluster: the same as on one machine. What stands in for one, and what it shows: test_distribute."""

from __future__ import annotations

import pytest

from graph.ground import tables_ground
from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    PointerCollision,
    ValueRefused,
)
from plings.graph import check, rebuild
from plings.graph.source import pointer_text
from plings.identity import class_pointer, format_address
from plings.registry import Registry
from plings.registry.bulk import load_pointers
from plings.registry.classes import change_class
from plings.registry.collisions import alert_on_collisions, detect_collisions, resolve_collision
from plings.registry.pointers import find_product, pointers_of_class, register_pointer, verify_pointer
from plings.registry.printed import add_batch
from plings.registry.printed_proofs import find_proofs
from plings.registry.transfers import transfer_manufacturer
from plings.registry.wallets import activate_wallet
from registry.cluster import paths, total
from registry.planting import own, own_role, plant_pointer
from registry.printed_lists import PrintedList
from registry.together import at_once
from registry.world import World, identity

KEY = format_address(identity("2.3").public_key)


def nothing_on_its_way(world: World) -> bool:
    return all(total(world, name) == 0 for name in ("class_pointers_landing", "class_pointers_moving"))


def test_where_it_lies_is_on_every_worker(distributed_world: World) -> None:
    world = distributed_world
    if not own(world.ada, "SELECT 1 FROM pg_foreign_server"):
        pytest.skip("Citus names its shards otherwise")
    billy = world.class_id("BILLY")
    load_pointers(world.ida, "2.3", [(path, billy) for path in paths("2.3", 500)])
    spread = own(
        world.ada, "SELECT tableoid::regclass::text AS at, count(*) FROM global_class_pointer_registry GROUP BY 1"
    )
    assert len(spread) == 4 and all(one["count"] > 80 for one in spread)


def test_classes_are_registered_and_found(distributed_world: World) -> None:
    world = distributed_world
    billy, malm = world.class_id("BILLY"), world.class_id("MALM")
    made = register_pointer(world.ida, "2.3.2", billy)
    assert made.added and not register_pointer(world.ina, "2.3.2", billy).added
    with pytest.raises(AlreadyRegistered, match="other_class"):
        register_pointer(world.ida, "2.3.2", malm)
    assert find_product(world.nobody, made.class_pointer).name == "BILLY"
    assert [one.path_to_pointer for one in pointers_of_class(world.ida, billy)] == ["2.3.2"]
    change_class(world.ida, billy, name="BILLY 2")
    assert find_product(world.nobody, made.class_pointer).name == "BILLY 2"
    for who in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            register_pointer(who, "2.3.3", billy)
    assert total(world, "class_pointers") == total(world, "global_class_pointer_registry") == 1
    assert nothing_on_its_way(world)


def test_what_is_registered_at_once_is_registered_once(distributed_world: World) -> None:
    world = distributed_world
    billy = world.class_id("BILLY")
    made = at_once(world.url, ["ida@ikea.example"] * 4, lambda one, _: register_pointer(one, "2.3.2", billy).added)
    assert sorted(map(str, made)) == ["False"] * 3 + ["True"]
    assert total(world, "class_pointers") == total(world, "global_class_pointer_registry") == 1
    assert register_pointer(world.ida, "2.3.2", billy).added is False


def test_nobody_gets_past_the_checks(distributed_world: World) -> None:
    world = distributed_world
    billy = world.class_id("BILLY")
    pointer = own(world.ada, "SELECT class_pointer_of(%s, '2.3.2') AS number", [KEY])[0]["number"]
    row = "(class_pointer, manufacturer_pubkey, path_to_pointer, class_id) VALUES (%s, %s, %s, %s)"
    landing = f"INSERT INTO class_pointers_landing {row}"
    for facts in ([pointer + 1, KEY, "2.3.2", billy], [pointer, KEY, "2.3.3", billy]):
        with pytest.raises(ValueRefused, match="pointer_is_hash"):
            world.ida.rows(landing, facts)
    with pytest.raises(AccessDenied):
        world.abe.rows(landing, [pointer, KEY, "2.3.2", billy])
    for refused in (
        "UPDATE class_pointers SET status = 'deprecated'",
        "DELETE FROM class_pointers",
        "TRUNCATE class_pointers",
        "UPDATE global_class_pointer_registry SET manufacturer_number = 1",
        "DELETE FROM global_class_pointer_registry",
        "UPDATE class_pointers_landing SET status = 'deprecated'",
        "DELETE FROM class_pointers_landing",
        "INSERT INTO registered_landing VALUES (1, gen_random_uuid(), 1, 1)",
        "INSERT INTO global_class_pointer_registry VALUES (1, gen_random_uuid(), 1, 1)",
        "INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id, status, created_at)"
        f" VALUES ({pointer}, '{KEY}', '2.3.2', '{billy}', 'active', now())",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(refused)
    assert total(world, "class_pointers") == total(world, "global_class_pointer_registry") == 0
    world.ida.rows(landing, [pointer, KEY, "2.3.2", billy])
    assert total(world, "class_pointers") == 1 and nothing_on_its_way(world)


def test_a_pointer_is_unique_over_all_workers(distributed_world: World) -> None:
    world = distributed_world
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    again = "INSERT INTO global_class_pointer_registry SELECT * FROM global_class_pointer_registry"
    with pytest.raises(AlreadyRegistered):
        own(world.ada, again)


def test_collisions_are_prevented_told_and_resolved(distributed_world: World) -> None:
    world = distributed_world
    billy, anvil = world.class_id("BILLY"), world.class_id("Anvil", organization="ACME")
    plant_pointer(world.ada, "2.3.2", "2.4", anvil)
    with pytest.raises(PointerCollision):
        register_pointer(world.ida, "2.3.2", billy)
    assert total(world, "system_alerts") == 1
    done = resolve_collision(world.ida, "2.3.2", billy)
    assert resolve_collision(world.ida, "2.3.2", billy) == done
    assert pointers_of_class(world.ida, billy)[0].path_to_pointer == "2.3.2.2"
    assert not own(world.ada, "SELECT 1 FROM system_alerts WHERE resolved_at IS NULL")


def test_what_contradicts_is_found(distributed_world: World) -> None:
    world = distributed_world
    billy, anvil = world.class_id("BILLY"), world.class_id("Anvil", organization="ACME")
    register_pointer(world.ida, "2.3.2", billy)
    assert detect_collisions(world.ada) == []
    plant_pointer(world.ada, "2.3.3", "2.4", anvil)
    plant = """
        INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id, status, created_at)
        SELECT {}, ed25519_public_key, '2.4.5', %s, 'active', now() FROM manufacturer_registry WHERE prefix = '2.4'
    """
    own(world.ada, plant.format("class_pointer_of(ed25519_public_key, '2.4.5')"), [anvil])
    own(world.ada, plant.format(f"class_pointer_of('{KEY}', '2.3.2')"), [anvil])
    found = sorted(one.finding for one in detect_collisions(world.ada))
    assert found == ["in no partition", "not in the registry", "not its hash", "shared"]
    assert alert_on_collisions(world.ada) == 4


def test_loads_are_checked_and_added_once(distributed_world: World) -> None:
    world = distributed_world
    billy, malm = world.class_id("BILLY", sku="B-1"), world.class_id("MALM")
    rows = [(path, billy) for path in paths("2.3", 3_000)]
    load = load_pointers(world.ida, "2.3", rows[:2_000], rows_per_chunk=700)
    assert (load.added, load.there) == (2_000, 0)
    load = load_pointers(world.ida, "2.3", rows, streams=2, rows_per_chunk=500)
    assert (load.added, load.there) == (1_000, 2_000)
    assert load_pointers(world.ida, "2.3", [("2.3.z", "B-1")], in_chunks=True).added == 1
    with pytest.raises(AlreadyRegistered, match=r"line 2: .* is registered for another class"):
        load_pointers(world.ida, "2.3", [("2.3.y", billy), ("2.3.2.2.2", malm)])
    with pytest.raises(ValueRefused, match=r"not below 2\.3"):
        load_pointers(world.ida, "2.3", [("2.3.y", billy), ("2.4.2", billy)])
    plant_pointer(world.ada, "2.3.x", "2.4", world.class_id("Anvil", organization="ACME"))
    with pytest.raises(PointerCollision):
        load_pointers(world.ida, "2.3", [("2.3.y", billy), ("2.3.x", billy)])
    assert total(world, "class_pointers") == 3_001 and total(world, "global_class_pointer_registry") == 3_002
    loads = own(world.ada, "SELECT sum((after ->> 'count')::int) AS rows FROM audit_trail WHERE operation = 'LOAD'")
    assert loads == [{"rows": 3_001}] and nothing_on_its_way(world)


def test_a_verification_is_noted_by_who_may(distributed_world: World) -> None:
    world = distributed_world
    billy = world.class_id("BILLY")
    pointer = register_pointer(world.ida, "2.3.2", billy).class_pointer
    assert not verify_pointer(world.ida, pointer, KEY, "2.3.3")
    with pytest.raises(AccessDenied):
        verify_pointer(world.abe, pointer, KEY, "2.3.2")
    assert pointers_of_class(world.ida, billy)[0].verified_at is None
    assert verify_pointer(world.ida, pointer, KEY, "2.3.2")
    assert pointers_of_class(world.ida, billy)[0].verified_at is not None


def test_a_manufacturer_moves_to_another_wallet_with_its_pointers(distributed_world: World) -> None:
    world = distributed_world
    billy = world.class_id("BILLY")
    load_pointers(world.ida, "2.3", [(path, billy) for path in paths("2.3", 200)])
    activate_wallet(world.ada, 2)
    own(world.ada, "DELETE FROM graph_outbox")
    moved = transfer_manufacturer(world.ada, "2.3", 2, public_key=identity("3.3").public_key)
    assert (moved.pointers_moved, moved.pointers_left, moved.complete) == (200, 0, True)
    old = find_product(world.nobody, class_pointer(identity("2.3").public_key, "2.3.2.2.2").text)
    new = find_product(world.nobody, class_pointer(identity("3.3").public_key, "3.3.2.2.2").text)
    assert (old.pointer_status, new.pointer_status, new.name) == ("migrated", "active", "BILLY")
    told = own(world.ada, "SELECT * FROM audit_trail WHERE table_name = 'class_pointers' AND operation = 'UPDATE'")
    assert len(told) == 200
    assert {(one["before"]["status"], one["after"]["status"]) for one in told} == {("active", "migrated")}
    waiting = own(world.ada, "SELECT sum(key_count) AS keys FROM graph_outbox WHERE label = 'ClassPointer'")
    assert waiting == [{"keys": 400}] and nothing_on_its_way(world)


def test_a_manufacturer_s_own_role_sees_its_own_pointers_alone(distributed_world: World) -> None:
    world = distributed_world
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    register_pointer(world.abe, "2.4.2", world.class_id("Anvil", organization="ACME"))
    with own_role(world.ada, "IKEA") as role:
        ikea = Registry(world.ida.connection, world.ida.user_id, role)
        assert [one["path_to_pointer"] for one in ikea.rows("SELECT * FROM class_pointers_as_text")] == ["2.3.2"]
        billy = ikea.rows("SELECT id FROM object_classes")[0]["id"]
        added = ikea.rows("SELECT insert_class_pointer_with_global_check(%s, '2.3.3', %s) AS what", [KEY, billy])
        assert added == [{"what": "added"}]
        anvil = own(world.ada, "SELECT id FROM object_classes WHERE name = 'Anvil'")[0]["id"]
        assert ikea.rows("SELECT * FROM pointers_of(%s)", [anvil]) == []
        with pytest.raises(AccessDenied):
            ikea.rows("SELECT * FROM class_pointers")
        own(world.ada, f"DROP OWNED BY {role}")


def test_printed_batches_are_added_and_codes_are_proved(distributed_world: World) -> None:
    """What they are kept in stays on the coordinator."""
    world, printed = distributed_world, PrintedList(identity("2.3"), "2.3.2.G")
    for who in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            add_batch(who, printed.commitment, printed.runs)
    assert add_batch(world.ida, printed.commitment, printed.runs).is_new
    (proof,) = find_proofs(world.nobody, printed.code(3))
    proof.verify(identity("2.3").public_key, printed.code(3))


def test_the_graph_is_fed_checked_and_rebuilt(distributed_world: World) -> None:
    world = distributed_world
    ground = tables_ground(world)
    parent = ground.add_class("Bookcase")
    billy = ground.add_class("BILLY", parent=parent)
    seen = ground.add_instance("2.3.5.6.3C.G.3j")  # before its class is registered
    load_pointers(world.ida, "2.3", [(path, billy) for path in ["2.3.5.6.3C", *paths("2.3", 200)]])
    waits = check(ground.registry, ground.store)
    assert waits.waiting > 0 and [one for one in waits.differences if one.label != "ObjectClass"] == []
    ground.sync()
    assert ground.differences() == []
    node = ground.node("ObjectInstance", seen)
    assert node is not None and [one.target for one in node.relations] == [str(billy)]
    assert "verified_at" in node.relations[0].properties
    first = own(world.ada, "SELECT class_pointer FROM class_pointers ORDER BY created_at, class_pointer LIMIT 1")
    primary = ground.properties("ObjectClass", billy)["primary_class_pointer"]
    assert primary == pointer_text(first[0]["class_pointer"])
    activate_wallet(world.ada, 2)
    transfer_manufacturer(world.ada, "2.3", 2, public_key=identity("3.3").public_key)
    ground.sync()
    old = class_pointer(identity("2.3").public_key, "2.3.2.2.2").text
    assert ground.properties("ClassPointer", old)["status"] == "migrated" and ground.differences() == []
    own(world.ada, "DELETE FROM graph_nodes WHERE label = 'ClassPointer'")
    rebuild(ground.registry, ground.store)
    assert ground.differences() == [] and total(world, "graph_nodes") > 400
