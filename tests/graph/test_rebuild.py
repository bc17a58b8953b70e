"""A rebuild makes the whole graph anew, whatever was there and whatever happens meanwhile."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest

from graph.ground import BoltGround, Ground, maker, pointer_of
from plings.errors import StateRefused
from plings.graph import check, open_graph, rebuild, sync, waiting
from plings.registry import Registry, connect
from plings.registry.classes import change_class

PATH = "2.3.5.6.3C"


def furnish(ground: Ground) -> UUID:
    made = ground.add_class("BILLY", PATH, ground.add_class("Bookcase"))
    ground.add_instance(f"{PATH}.G.3j", made)
    return made


def test_it_makes_in_an_empty_graph_what_syncing_makes(ground: Ground) -> None:
    furnish(ground)
    ground.sync()
    before = [node.properties for label in LABELS for node in ground.store.page(label, "", 100)]
    for label in LABELS:
        for node in ground.store.page(label, "", 100):
            ground.drop_node(label, node.key)
    assert rebuild(ground.registry, ground.store) == 3 + 2 + 1 + 1
    assert [node.properties for label in LABELS for node in ground.store.page(label, "", 100)] == before
    assert ground.differences() == []


LABELS = ("ManufacturerKey", "ObjectClass", "ClassPointer", "ObjectInstance")


def test_it_puts_a_dirty_graph_right(ground: Ground) -> None:
    made = furnish(ground)
    ground.sync()
    state = ground.store.state()
    assert state is not None
    ground.add_node("ObjectClass", "nonsense")
    ground.add_relation("SUBCLASS_OF", "nonsense", made)
    if isinstance(ground, BoltGround):  # the same relation twice
        ground.add_relation("VERIFIED_BY", pointer_of(f"{PATH}.2.2"), maker().node.address)
        assert [one[0] for one in ground.differences() if one[1] == "ClassPointer"] == ["extra relation"]
    ground.set_property("ObjectClass", made, "name", "BILLIG")
    ahead = ground.store.nodes("ManufacturerKey", [maker().node.address])
    ground.store.write(state.graph_id, ahead, 2**60)  # as if from a registry that was lost
    rebuild(ground.registry, ground.store)
    assert ground.differences() == []
    change_class(ground.world.ida, made, name="BILLY 2")
    ground.sync()
    assert ground.properties("ObjectClass", made)["name"] == "BILLY 2"
    assert ground.differences() == []


def test_what_changes_meanwhile_is_carried_later(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    made = furnish(ground)
    write = ground.store.write
    names = iter(f"BILLY {number}" for number in range(5))

    def changing(*arguments: Any, **options: Any) -> None:
        if name := next(names, None):
            change_class(ground.world.ida, made, name=name)
            ground.add_class(name)
        write(*arguments, **options)

    monkeypatch.setattr(ground.store, "write", changing)
    rebuild(ground.registry, ground.store)
    monkeypatch.undo()
    assert waiting(ground.registry) > 0
    assert check(ground.registry, ground.store).differences == []
    ground.sync()
    found = check(ground.registry, ground.store)
    assert (found.differences, found.waiting) == ([], 0)


def test_what_waited_before_is_not_carried_again(ground: Ground) -> None:
    furnish(ground)
    assert waiting(ground.registry) > 0
    rebuild(ground.registry, ground.store)
    assert waiting(ground.registry) == 0
    assert ground.sync() == 0


@pytest.mark.parametrize("step", ["write", "sweep", "complete"])
def test_cut_short_it_is_to_be_begun_again(ground: Ground, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(ground)

    def broken(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ground.store, step, broken)
    with pytest.raises(KeyboardInterrupt):
        rebuild(ground.registry, ground.store)
    monkeypatch.undo()
    with pytest.raises(StateRefused) as refused:
        ground.sync()
    assert refused.value.rule == "unfinished_graph"
    rebuild(ground.registry, ground.store)
    assert ground.differences() == []


def test_who_syncs_while_it_begins_takes_nothing_off(tables: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(tables)
    before = waiting(tables.registry)
    write = tables.store.write

    def begun_anew(*arguments: Any, **options: Any) -> None:
        monkeypatch.undo()
        with connect(tables.world.url) as connection:
            other = Registry(connection)
            connection.execute("SET search_path = registry")
            with open_graph(other) as store:
                fresh = uuid4()
                store.begin(fresh)
                connection.execute("UPDATE graph_feed SET graph_id = %s", [fresh])
        write(*arguments, **options)

    monkeypatch.setattr(tables.store, "write", begun_anew)
    with pytest.raises(StateRefused) as refused:
        sync(tables.registry, tables.store)
    assert refused.value.rule == "other_graph"
    assert waiting(tables.registry) == before


def test_only_the_graph_that_was_built_last_is_fed(ground: Ground) -> None:
    furnish(ground)
    if not isinstance(ground, BoltGround):
        return  # it takes two stores
    with open_graph(ground.registry, None) as tables:
        with pytest.raises(StateRefused) as refused:
            sync(ground.registry, tables)
        assert refused.value.rule == "other_graph"
        rebuild(ground.registry, tables)
        assert check(ground.registry, tables).differences == []
    with pytest.raises(StateRefused) as refused:
        ground.sync()
    assert refused.value.rule == "other_graph"
