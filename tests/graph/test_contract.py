"""What every store of the graph does, the same in both."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from graph.ground import Ground, code_of, maker, pointer_of
from plings.errors import ClassPointerError, NotInRegistry, StateRefused
from plings.graph import (
    Node,
    Relation,
    Step,
    hierarchy,
    instances_of_pointer,
    keys_that_verify,
    product_of_pointer,
    sync_class,
)
from plings.graph.source import snapshot
from plings.identity import format_address
from plings.registry.classes import change_class, object_class
from plings.registry.pointers import register_pointer, verify_pointer

PATH = "2.3.5.6.3C"
OBJECT = f"{PATH}.G.3j"


def test_a_class_is_there_with_the_seeds_properties(ground: Ground) -> None:
    parent = ground.add_class("Bookcase")
    made = ground.add_class("BILLY", PATH, parent, description="80x28x202", category="Furniture", weight_grams=36_000)
    ground.sync()
    node = ground.node("ObjectClass", made)
    assert node is not None
    assert node.properties == {
        "id": str(made),
        "registry_class_id": str(made),
        "name": "BILLY",
        "description": "80x28x202",
        "version": 1,
        "primary_class_pointer": pointer_of(OBJECT),
        "legacy_class_markers": [],
        "created_from_pointer": True,
        "updated_at": object_class(ground.world.ida, made).updated_at.astimezone(UTC),
    }
    inherited = ["subcategory", "price_currency", "price_amount", "dimensions_cm"]
    assert node.relations == (Relation("SUBCLASS_OF", str(parent), {"inherited_properties": inherited}),)


def test_an_instance_is_there_with_the_seeds_properties(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH)
    seen = ground.add_instance(OBJECT, made)
    ground.sync()
    node = ground.node("ObjectInstance", seen)
    assert node is not None
    assert node.properties == {
        "id": str(seen),
        "statuses": ["active"],
        "class_pointer": pointer_of(OBJECT),
        "solana_address": format_address(code_of(OBJECT).address),
        "path": OBJECT,
        "hd_path": "m/44'/501'/1'/2'/4'/5'/127'/15'/158'",
        "path_to_pointer": PATH,
        "migrated_from_dash_system": False,
    }
    (relation,) = node.relations
    assert (relation.kind, relation.target) == ("INSTANCE_OF_CLASS", str(made))
    facts = dict(relation.properties)
    verified_at = facts.pop("verified_at")
    assert isinstance(verified_at, datetime) and verified_at.utcoffset() is not None
    assert facts == {"class_pointer": pointer_of(OBJECT), "verification_method": "sha256_hash"}


def test_a_pointer_leads_to_its_class_and_its_key(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH)
    ground.sync()
    key = maker().node.address
    node = ground.node("ClassPointer", pointer_of(OBJECT))
    assert node is not None and node.properties is not None
    assert node.properties["path_to_pointer"] == PATH
    assert node.properties["manufacturer_pubkey"] == key
    assert node.properties["status"] == "active"
    assert node.relations == (Relation("POINTS_TO", str(made), {}), Relation("VERIFIED_BY", key, {}))
    assert ground.properties("ManufacturerKey", key) == {
        "public_key": key,
        "prefix": "2.3",
        "manufacturer_name": "IKEA",
        "wallet_version": 1,
        "status": "active",
    }


def test_all_instances_of_a_class_are_found_by_pointer_page_by_page(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH)
    seen = sorted(str(ground.add_instance(f"{PATH}.G.{segment}", made)) for segment in "23456")
    ground.add_instance("2.3.9.G.3j")
    ground.sync()
    pointer = pointer_of(OBJECT)
    assert [one.key for one in instances_of_pointer(ground.store, pointer)] == seen
    first = instances_of_pointer(ground.store, pointer, limit=2)
    rest = instances_of_pointer(ground.store, pointer, after=first[-1].key)
    assert [one.key for one in (*first, *rest)] == seen
    assert all(one.properties and one.properties["class_pointer"] == pointer for one in rest)


def test_a_product_and_the_keys_that_verify_it_are_found_by_pointer(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH)
    ground.sync()
    product = product_of_pointer(ground.store, pointer_of(OBJECT))
    assert product is not None and product.key == str(made)
    assert product.properties and product.properties["name"] == "BILLY"
    (key,) = keys_that_verify(ground.store, pointer_of(OBJECT))
    assert key.key == maker().node.address
    assert product_of_pointer(ground.store, pointer_of("2.3.9.2.2")) is None
    assert keys_that_verify(ground.store, pointer_of("2.3.9.2.2")) == []


def test_a_hierarchy_goes_at_most_five_steps_up(ground: Ground) -> None:
    above: list[UUID] = []
    for number in range(7):
        above.append(ground.add_class(f"level {number}", parent=above[-1] if above else None))
    product = ground.add_class("BILLY", PATH, above[-1])
    ground.sync()
    steps = hierarchy(ground.store, pointer_of(OBJECT))
    assert steps[0] == Step(0, str(product), "BILLY")
    assert [(one.depth, one.name) for one in steps[1:]] == [(up, f"level {7 - up}") for up in range(1, 6)]


def test_an_instances_class_tells_the_hierarchy_of_a_pointer_that_is_not_registered(ground: Ground) -> None:
    parent = ground.add_class("Bookcase")
    made = ground.add_class("BILLY", parent=parent)
    ground.add_instance(OBJECT, made)
    ground.add_instance(f"{PATH}.G.4", made)
    ground.sync()
    assert [one.name for one in hierarchy(ground.store, pointer_of(OBJECT))] == ["BILLY", "Bookcase"]


@pytest.mark.parametrize("ask", [instances_of_pointer, product_of_pointer, keys_that_verify, hierarchy])
@pytest.mark.parametrize("text", ["", "x", "'; DROP TABLE graph_nodes; --", "zzzzzzzzzzz", "0OIl0OIl0OI"])
def test_what_is_no_pointer_is_refused(tables: Ground, ask: object, text: str) -> None:
    with pytest.raises(ClassPointerError):
        ask(tables.store, text)  # type: ignore[operator]


def test_a_change_replaces_what_was_there(ground: Ground) -> None:
    first, second = ground.add_class("Bookcase"), ground.add_class("Shelf")
    made = ground.add_class("BILLY", PATH, first, description="old")
    ground.sync()
    change_class(ground.world.ida, made, parent_class_id=second, description=None, name="BILLY 2")
    ground.sync()
    node = ground.node("ObjectClass", made)
    assert node is not None and node.properties
    assert node.properties["name"] == "BILLY 2" and "description" not in node.properties
    assert [one.target for one in node.relations] == [str(second)]
    change_class(ground.world.ida, made, parent_class_id=None)
    ground.sync()
    node = ground.node("ObjectClass", made)
    assert node is not None and node.relations == ()
    assert ground.differences() == []


def test_an_instance_seen_before_its_class_is_registered_gets_it_later(ground: Ground) -> None:
    seen = ground.add_instance(OBJECT)
    ground.sync()
    node = ground.node("ObjectInstance", seen)
    assert node is not None and node.relations == ()
    made = ground.add_class("BILLY", PATH)
    ground.sync()
    node = ground.node("ObjectInstance", seen)
    assert node is not None and [one.target for one in node.relations] == [str(made)]


def test_an_instance_of_another_class_than_its_pointers_is_not_verified(ground: Ground) -> None:
    ground.add_class("BILLY", PATH)
    other = ground.add_class("MALM")
    seen = ground.add_instance(OBJECT, other)
    ground.sync()
    node = ground.node("ObjectInstance", seen)
    assert node is not None
    assert node.relations == (Relation("INSTANCE_OF_CLASS", str(other), {"class_pointer": pointer_of(OBJECT)}),)


def test_the_primary_pointer_is_the_oldest_that_is_active(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH)
    register_pointer(ground.world.ida, "2.3.9", made)
    ground.sync()
    assert ground.properties("ObjectClass", made)["primary_class_pointer"] == pointer_of(OBJECT)
    change = "UPDATE class_pointers SET status = 'deprecated' WHERE path_to_pointer = %s"
    ground.world.ida.rows(change, [PATH])
    ground.sync()
    assert ground.properties("ObjectClass", made)["primary_class_pointer"] == pointer_of("2.3.9.2.2")
    assert ground.properties("ClassPointer", pointer_of(OBJECT))["status"] == "deprecated"
    ground.world.ida.rows(change, ["2.3.9"])
    ground.sync()
    assert "primary_class_pointer" not in ground.properties("ObjectClass", made)


def test_that_a_shop_verified_a_pointer_is_nothing_to_carry(ground: Ground) -> None:
    ground.add_class("BILLY", PATH)
    ground.sync()
    assert verify_pointer(ground.world.ida, pointer_of(OBJECT), maker().node.address, PATH)
    assert ground.sync() == 0


def test_what_an_older_snapshot_says_does_not_win(ground: Ground) -> None:
    first, second = ground.add_class("Bookcase"), ground.add_class("Shelf")
    made = ground.add_class("BILLY", PATH, first)
    with snapshot(ground.registry) as old:
        stale = old.nodes("ObjectClass", [str(made)])
    change_class(ground.world.ida, made, parent_class_id=second, name="BILLY 2")
    ground.sync()
    state = ground.store.state()
    assert state is not None
    ground.store.write(state.graph_id, stale, old.version)
    node = ground.node("ObjectClass", made)
    assert node is not None and node.properties and node.properties["name"] == "BILLY 2"
    assert [one.target for one in node.relations] == [str(second)]
    ground.store.write(state.graph_id, stale, old.version, force=True)
    assert ground.properties("ObjectClass", made)["name"] == "BILLY"


def test_writing_the_same_again_changes_nothing(ground: Ground) -> None:
    made = ground.add_class("BILLY", PATH, ground.add_class("Bookcase"))
    ground.sync()
    before = ground.node("ObjectClass", made)
    state = ground.store.state()
    assert before is not None and before.version is not None and state is not None
    ground.store.write(state.graph_id, [before], before.version)
    assert ground.node("ObjectClass", made) == before
    assert ground.differences() == []


def test_who_means_another_graph_writes_nothing(ground: Ground) -> None:
    node = Node("ManufacturerKey", "somebody", {"public_key": "somebody"})
    for attempt in (
        lambda: ground.store.write(uuid4(), [node], 2**60),
        lambda: ground.store.remove(uuid4(), "ManufacturerKey", [maker().node.address]),
        lambda: ground.store.sweep(uuid4(), 0, 0),
        lambda: ground.store.complete(uuid4()),
    ):
        with pytest.raises(StateRefused, match="begun anew"):
            attempt()
    assert ground.differences() == []


def test_one_class_is_carried_whatever_else_waits(ground: Ground) -> None:
    ground.add_class("waits")
    made = ground.add_class("BILLY", PATH)
    sync_class(ground.registry, ground.store, made)
    assert ground.properties("ObjectClass", made)["name"] == "BILLY"
    assert len(ground.store.page("ObjectClass", "", 10)) == 1
    with pytest.raises(NotInRegistry):
        sync_class(ground.registry, ground.store, uuid4())
    ground.sync()
    assert ground.differences() == []


def test_hostile_texts_go_through_unchanged(ground: Ground) -> None:
    for name in ("'); DROP TABLE graph_nodes; --", '"}) DETACH DELETE n //', "ÅÄÖ 漢字 🪑", "%s {x} $name \\"):
        made = ground.add_class(name)
        ground.sync()
        assert ground.properties("ObjectClass", made)["name"] == name
    assert ground.differences() == []


def test_pages_are_in_the_order_of_bytes_and_whole(ground: Ground) -> None:
    made = ground.add_class("BILLY")
    for number in range(2, 10):
        register_pointer(ground.world.ida, f"2.3.{number}", made)
    ground.sync()
    found: list[str] = []
    while page := ground.store.page("ClassPointer", found[-1] if found else "", 3):
        found += [one.key for one in page]
    assert found == sorted(pointer_of(f"2.3.{number}.2.2") for number in range(2, 10))
    with snapshot(ground.registry) as now:
        known: list[str] = []
        while keys := now.keys_after("ClassPointer", known[-1] if known else "", 3):
            known += keys
    assert known == found


def test_relations_of_a_node_lead_there_before_its_target_is_written(ground: Ground) -> None:
    """Two who sync may write a class before its parent."""
    parent = ground.add_class("Bookcase")
    made = ground.add_class("BILLY", PATH, parent)
    state = ground.store.state()
    assert state is not None
    with snapshot(ground.registry) as now:
        child, above = now.nodes("ObjectClass", [str(made)]), now.nodes("ObjectClass", [str(parent)])
    ground.store.write(state.graph_id, child, now.version)
    ground.store.write(state.graph_id, [replace(above[0])], now.version)
    ground.sync()
    assert [one.name for one in hierarchy(ground.store, pointer_of(OBJECT))] == ["BILLY", "Bookcase"]
    assert ground.differences() == []
