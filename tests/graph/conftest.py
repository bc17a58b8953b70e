"""The graph over the world of the registry's tests, in each of its stores."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fixtures.fix_neo4j import Neo4j, neo4j, neo4j_server  # noqa: F401
from graph.ground import Ground, bolt_ground, tables_ground
from registry.world import World


@pytest.fixture(params=["tables", "neo4j"])
def ground(world: World, request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A graph that the registry feeds, with what is in the registry's world: three keys and nothing else."""
    if request.param == "tables":
        yield tables_ground(world)
    else:
        server: Neo4j = request.getfixturevalue("neo4j")
        with bolt_ground(world, server) as made:
            yield made


@pytest.fixture
def tables(world: World) -> Ground:
    """The same, in tables alone."""
    return tables_ground(world)


@pytest.fixture
def world(registry_world: World) -> World:
    """The registry's, of the two worlds that tests have."""
    return registry_world
