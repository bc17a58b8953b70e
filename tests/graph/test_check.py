"""Every kind of difference is named, and put right on demand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from graph.ground import BoltGround, Ground, maker, pointer_of
from plings.errors import StateRefused
from plings.graph import check
from plings.registry.classes import change_class
from registry.planting import own, unguarded

PATH = "2.3.5.6.3C"
OBJECT = f"{PATH}.G.3j"
POINTER = pointer_of(OBJECT)


class Full:
    """A graph with one of everything, and two classes above each other."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.parent = ground.add_class("Bookcase")
        self.made = ground.add_class("BILLY", PATH, self.parent)
        self.seen = ground.add_instance(OBJECT, self.made)
        ground.sync()


@pytest.fixture
def full(ground: Ground) -> Full:
    return Full(ground)


Plant = Callable[[Full], Any]
EMPTY_ID = "00000000-0000-4000-8000-000000000000"

PLANTED: dict[str, tuple[Plant, Callable[[Full], list[tuple[str, str, str]]]]] = {
    "a key is missing": (
        lambda full: full.ground.drop_node("ManufacturerKey", maker().node.address),
        lambda full: [("missing node", "ManufacturerKey", "")],
    ),
    "an instance is missing": (
        lambda full: full.ground.drop_node("ObjectInstance", full.seen),
        lambda full: [("missing node", "ObjectInstance", "")],
    ),
    "an extra class": (
        lambda full: full.ground.add_node("ObjectClass", EMPTY_ID),
        lambda full: [("extra node", "ObjectClass", "")],
    ),
    "an extra class whose key is none": (
        lambda full: full.ground.add_node("ObjectClass", "~ no id, 漢"),
        lambda full: [("extra node", "ObjectClass", "")],
    ),
    "an extra pointer whose key is none": (
        lambda full: full.ground.add_node("ClassPointer", "zzzzzzzzzzz"),
        lambda full: [("extra node", "ClassPointer", "")],
    ),
    "another name": (
        lambda full: full.ground.set_property("ObjectClass", full.made, "name", "BILLIG"),
        lambda full: [("different property", "ObjectClass", "name")],
    ),
    "another type": (
        lambda full: full.ground.set_property("ObjectClass", full.made, "version", True),
        lambda full: [("different property", "ObjectClass", "version")],
    ),
    "another moment": (
        lambda full: full.ground.set_property("ObjectClass", full.made, "updated_at", "yesterday"),
        lambda full: [("different property", "ObjectClass", "updated_at")],
    ),
    "an extra property": (
        lambda full: full.ground.set_property("ClassPointer", POINTER, "note", "look here"),
        lambda full: [("extra property", "ClassPointer", "note")],
    ),
    "a missing property": (
        lambda full: full.ground.set_property("ObjectInstance", full.seen, "solana_address", None),
        lambda full: [("missing property", "ObjectInstance", "solana_address")],
    ),
    "another list": (
        lambda full: full.ground.set_property("ObjectInstance", full.seen, "statuses", ["active", "stolen"]),
        lambda full: [("different property", "ObjectInstance", "statuses")],
    ),
    "a missing relation": (
        lambda full: full.ground.drop_relation("SUBCLASS_OF", full.made),
        lambda full: [("missing relation", "ObjectClass", f"SUBCLASS_OF {full.parent}")],
    ),
    "an extra relation": (
        lambda full: full.ground.add_relation("SUBCLASS_OF", full.parent, full.made),
        lambda full: [("extra relation", "ObjectClass", f"SUBCLASS_OF {full.made}")],
    ),
    "a relation to another node": (
        lambda full: full.ground.add_relation("POINTS_TO", POINTER, full.parent),
        lambda full: [("extra relation", "ClassPointer", f"POINTS_TO {full.parent}")],
    ),
    "another property of a relation": (
        lambda full: full.ground.set_relation_property("INSTANCE_OF_CLASS", full.seen, "verification_method", "trust"),
        lambda full: [("different property", "ObjectInstance", f"INSTANCE_OF_CLASS {full.made} verification_method")],
    ),
    "an extra property of a relation": (
        lambda full: full.ground.set_relation_property("VERIFIED_BY", POINTER, "by", "nobody"),
        lambda full: [("extra property", "ClassPointer", f"VERIFIED_BY {maker().node.address} by")],
    ),
}


def test_every_kind_of_difference_is_named_and_put_right(full: Full) -> None:
    assert full.ground.differences() == []
    for name, (plant, expected) in PLANTED.items():
        plant(full)
        named = full.ground.differences()
        # in Neo4j no relation outlives its node
        lost = [one for one in named if one[0] == "missing relation" and one not in expected(full)]
        assert [one for one in named if one not in lost] == expected(full), name
        if lost:
            assert isinstance(full.ground, BoltGround) and name.endswith("is missing"), name
        assert full.ground.differences(fix=True) == named, name
        assert full.ground.differences() == [], name


def test_a_missing_class_is_named_with_what_leads_from_it(full: Full) -> None:
    full.ground.drop_node("ObjectClass", full.made)
    full.ground.drop_relation("SUBCLASS_OF", full.made)
    named = full.ground.differences()
    assert named[:2] == [
        ("missing node", "ObjectClass", ""),
        ("missing relation", "ObjectClass", f"SUBCLASS_OF {full.parent}"),
    ]
    full.ground.differences(fix=True)
    assert full.ground.differences() == []


def test_both_values_are_told(full: Full) -> None:
    full.ground.set_property("ObjectClass", full.made, "name", "BILLIG")
    (one,) = check(full.ground.registry, full.ground.store).differences
    assert (one.key, one.in_registry, one.in_graph) == (str(full.made), "BILLY", "BILLIG")


def test_what_waits_is_no_difference(full: Full) -> None:
    change_class(full.ground.world.ida, full.made, name="BILLY 2")
    full.ground.add_class("MALM", "2.3.7")
    found = check(full.ground.registry, full.ground.store)
    assert found.differences == []
    assert found.waiting == 3
    full.ground.sync()
    assert check(full.ground.registry, full.ground.store).waiting == 0


def test_what_waits_of_derived_nodes_is_no_difference(full: Full) -> None:
    made = full.ground.add_class("MALM")
    seen = full.ground.add_instance("2.3.7.2.2")
    full.ground.sync()
    from plings.registry.pointers import register_pointer

    register_pointer(full.ground.world.ida, "2.3.7", made)
    found = check(full.ground.registry, full.ground.store)
    assert (found.differences, found.waiting) == ([], 3)
    full.ground.sync()
    assert full.ground.node("ObjectInstance", seen).relations  # type: ignore[union-attr]
    assert full.ground.differences() == []


def test_more_than_a_page_is_compared(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import import_module

    monkeypatch.setattr(import_module("plings.graph.check"), "BATCH", 3)
    monkeypatch.setattr(import_module("plings.graph.rebuild"), "BATCH", 3)
    made = [ground.add_class(f"class {number}", f"2.3.{number}") for number in range(2, 10)]
    ground.sync()
    assert check(ground.registry, ground.store).nodes == 3 + 8 + 8
    for key in made[::2]:
        ground.drop_node("ObjectClass", key)
    extra = [str(uuid4()) for _ in range(7)]
    for key in extra:
        ground.add_node("ObjectClass", key)
    found = check(ground.registry, ground.store).differences
    missing = {one.key for one in found if one.what == "missing node"}
    assert missing == {str(key) for key in made[::2]}
    assert {one.key for one in found if one.what == "extra node"} == set(extra)
    ground.differences(fix=True)
    assert ground.differences() == []


def test_nothing_is_compared_with_a_graph_that_is_not_fed(ground: Ground) -> None:
    own(ground.registry, "UPDATE graph_feed SET graph_id = gen_random_uuid()")
    with pytest.raises(StateRefused) as refused:
        check(ground.registry, ground.store)
    assert refused.value.rule == "other_graph"


def test_a_change_that_was_kept_from_the_outbox_is_found(full: Full) -> None:
    with unguarded(full.ground.world.ida, "object_classes") as registry:
        registry.rows("UPDATE object_classes SET name = 'unseen' WHERE id = %s", [full.made])
    assert full.ground.sync() == 0
    assert full.ground.differences() == [("different property", "ObjectClass", "name")]


def test_moments_are_compared_to_the_microsecond(full: Full) -> None:
    moment = full.ground.properties("ObjectClass", full.made)["updated_at"]
    assert moment.tzinfo is UTC or moment.utcoffset().total_seconds() == 0
    later = moment.replace(microsecond=(moment.microsecond + 1) % 1_000_000)
    value: Any = later if isinstance(full.ground, BoltGround) else later.isoformat()
    full.ground.set_property("ObjectClass", full.made, "updated_at", value)
    assert full.ground.differences() == [("different property", "ObjectClass", "updated_at")]
    assert isinstance(later, datetime)


def test_what_changes_while_it_is_compared_is_no_difference(full: Full, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look at the registry and the look at the graph, a change is made and carried."""
    store, page = full.ground.store, full.ground.store.page
    names = iter(["first", "second"])

    def changing(label: str, after: str, limit: int) -> Any:
        if label == "ObjectClass":
            change_class(full.ground.world.abe.acting("ida@ikea.example"), full.made, name=next(names))
            full.ground.sync()
        return page(label, after, limit)

    monkeypatch.setattr(store, "page", changing)
    assert full.ground.differences() == []
