"""Neo4j itself: how it is reached, what is told when it is not, and what of it is not ours."""

from __future__ import annotations

import socket

import pytest

from fixtures.fix_neo4j import PASSWORD, Neo4j
from graph.ground import BoltGround, bolt_ground, maker
from plings.errors import DatabaseUnavailable, PlingsError, SettingsError
from plings.graph import open_graph, rebuild
from registry.world import World

SECRET = "hunter2 hunter2"


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:7474",
        "bolt://",
        "bolt://host:port",
        "bolt://host:99999",
        "bolt://[::1",
        "bolt://host/database",
        "bolt://host?policy=x",
        f"bolt://neo4j:{SECRET}@localhost",
        "localhost:7687",
    ],
)
def test_what_is_no_graphs_url_is_refused(world: World, url: str) -> None:
    with pytest.raises(SettingsError) as refused, open_graph(world.nobody, url):
        pass
    assert SECRET not in str(refused.value) and str(refused.value).isprintable()


def test_nobody_there_is_told_in_one_line(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_GRAPH_PASSWORD", SECRET)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        url = f"bolt://127.0.0.1:{nobody.getsockname()[1]}"
        with pytest.raises(DatabaseUnavailable) as refused, open_graph(world.nobody, url):
            pass
    assert refused.value.rule == "graph_unavailable"
    assert SECRET not in everything(refused.value) and str(refused.value).isprintable()


@pytest.mark.parametrize("password", [SECRET, ""])
def test_a_wrong_password_is_refused_and_not_told(
    world: World, neo4j: Neo4j, password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLINGS_GRAPH_PASSWORD", password)
    with pytest.raises(DatabaseUnavailable) as refused, open_graph(world.nobody, neo4j.url):
        pass
    assert refused.value.rule == "graph_access"
    assert SECRET not in everything(refused.value)
    assert "PLINGS_GRAPH_PASSWORD" in str(refused.value)


def everything(error: BaseException | None) -> str:
    """What is told of an error and of what it comes from."""
    return "" if error is None else f"{error!r} {everything(error.__cause__)}"


def test_the_url_may_be_in_the_environment(world: World, neo4j: Neo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLINGS_GRAPH_URL", neo4j.url)
    with open_graph(world.nobody) as store:
        assert store.name == f"Neo4j at {neo4j.url}"
        assert store.state() is None
        assert PASSWORD not in repr(store)


def test_what_fails_besides_is_not_put_on_the_graph(world: World, neo4j: Neo4j) -> None:
    with pytest.raises(BrokenPipeError), open_graph(world.nobody, neo4j.url):
        raise BrokenPipeError


@pytest.fixture
def bolt(world: World, neo4j: Neo4j) -> object:
    with bolt_ground(world, neo4j) as made:
        yield made


def test_it_has_the_seeds_constraints_and_indexes(bolt: BoltGround) -> None:
    indexes = {
        row["name"]: (row["entityType"], row["labelsOrTypes"], row["properties"], row["state"])
        for row in bolt.run("SHOW INDEXES YIELD name, entityType, labelsOrTypes, properties, state")
    }
    assert indexes["class_pointer_index"] == ("NODE", ["ObjectInstance"], ["class_pointer"], "ONLINE")
    assert indexes["class_hierarchy"] == ("RELATIONSHIP", ["SUBCLASS_OF"], ["inherited_properties"], "ONLINE")
    unique = {
        (row["labelsOrTypes"][0], row["properties"][0])
        for row in bolt.run("SHOW CONSTRAINTS YIELD labelsOrTypes, properties, type WHERE type = 'UNIQUENESS'")
    }
    assert unique == {
        ("ManufacturerKey", "public_key"),
        ("ObjectClass", "registry_class_id"),
        ("ClassPointer", "class_pointer"),
        ("ObjectInstance", "id"),
        ("PlingsGraph", "name"),
    }


def test_the_seeds_own_queries_run_on_it(bolt: BoltGround) -> None:
    parent = bolt.add_class("Bookcase")
    made = bolt.add_class("BILLY", "2.3.5", parent)
    seen = bolt.add_instance("2.3.5.2.2", made)
    bolt.sync()
    pointer = bolt.properties("ObjectInstance", seen)["class_pointer"]
    instances = "MATCH (instance:ObjectInstance {class_pointer: $class_pointer}) RETURN instance"
    assert [row["instance"]["id"] for row in bolt.run(instances, class_pointer=pointer)] == [str(seen)]
    hierarchy = """
        MATCH (instance:ObjectInstance {class_pointer: $class_pointer})
              -[:INSTANCE_OF_CLASS]->(class:ObjectClass)
              -[:SUBCLASS_OF*0..5]->(parent:ObjectClass)
        RETURN parent.name AS hierarchy
    """
    assert [row["hierarchy"] for row in bolt.run(hierarchy, class_pointer=pointer)] == ["BILLY", "Bookcase"]


def test_what_is_not_ours_stays(bolt: BoltGround) -> None:
    made = bolt.add_class("BILLY", "2.3.5")
    bolt.sync()
    bolt.run(
        """
        MATCH (c:ObjectClass {registry_class_id: $id}) CREATE (c)<-[:PART_OF {times: 4}]-(:Shelf {name: 'x'}),
            (:Shelf {name: 'y'})-[:SUBCLASS_OF]->(c)
        """,
        id=str(made),
    )
    assert bolt.differences() == []
    rebuild(bolt.registry, bolt.store)
    assert bolt.differences(fix=True) == []
    assert bolt.run("MATCH (s:Shelf)-[r]->(:ObjectClass) RETURN s.name AS name ORDER BY name") == [
        {"name": "x"},
        {"name": "y"},
    ]


def test_nodes_without_a_key_are_named_and_removed(bolt: BoltGround) -> None:
    bolt.run("CREATE (:ObjectClass {name: 'no key'}), (:ClassPointer {class_pointer: 7}), (:ObjectInstance {id: ''})")
    named = bolt.differences()
    assert sorted(named) == [
        ("extra node", label, "without a key") for label in ("ClassPointer", "ObjectClass", "ObjectInstance")
    ]
    assert bolt.differences(fix=True) == named
    assert bolt.differences() == []


def test_a_relation_of_the_wrong_kind_is_named_and_removed(bolt: BoltGround) -> None:
    made = bolt.add_class("BILLY", "2.3.5")
    bolt.sync()
    bolt.run(
        "MATCH (k:ManufacturerKey {public_key: $key}), (c:ObjectClass) CREATE (k)-[:POINTS_TO]->(c)",
        key=maker().node.address,
    )
    named = bolt.differences()
    assert named == [("extra relation", "ManufacturerKey", f"POINTS_TO {made}")]
    assert bolt.differences(fix=True) == named
    assert bolt.differences() == []


def test_a_graph_that_has_nodes_twice_is_rebuilt(bolt: BoltGround) -> None:
    made = bolt.add_class("BILLY", "2.3.5")
    bolt.run("DROP CONSTRAINT plings_ObjectClass")
    bolt.run("UNWIND [1, 2] AS one CREATE (:ObjectClass {registry_class_id: $id, name: 'double'})", id=str(made))
    rebuild(bolt.registry, bolt.store)
    assert bolt.differences() == []
    assert bolt.run("MATCH (c:ObjectClass) RETURN c.name AS name") == [{"name": "BILLY"}]


def test_a_server_that_is_gone_meanwhile_is_told(bolt: BoltGround) -> None:
    bolt.store._driver.close()  # type: ignore[attr-defined]
    bolt.add_class("BILLY")
    with pytest.raises(PlingsError):
        bolt.sync()
