"""Registries that are, or can be, distributed over a cluster: on the stand-in always, on Citus where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import psycopg
import pytest

from fixtures.fix_registry import copied_database, forget_crashes
from plings.registry import Registry, connect, migrate
from plings.registry.distribute import distribute
from plings.server import EmbeddedServer
from registry.cluster import databases_on, point_to, running_workers, stand_in
from registry.world import World, settle

CITUS = os.environ.get("PLINGS_CITUS_URL")
"""A coordinator with workers. The tests make the schema `registry` in that database, and drop it."""

CLUSTERS = ["stand-in"] if CITUS is None else ["stand-in", "citus"]


@pytest.fixture(scope="session")
def workers() -> Iterator[list[EmbeddedServer]]:
    """The stand-in's workers."""
    with running_workers() as servers:
        for server in servers:
            forget_crashes(server)
        yield servers


@pytest.fixture(scope="session")
def distributed_template(
    postgresql: EmbeddedServer, templates: dict[str, str], workers: list[EmbeddedServer]
) -> Iterator[tuple[str, str]]:
    """Databases to copy, the router's and the workers': a distributed registry with a World in it."""
    with copied_database(postgresql, templates["settled"]) as url, databases_on(workers) as shards:
        stand_in(url, shards)
        with connect(url) as connection:
            distribute(connection)
        names = [psycopg.conninfo.conninfo_to_dict(one)["dbname"] for one in (url, shards[0])]
        yield str(names[0]), str(names[1])


@pytest.fixture(params=CLUSTERS)
def undistributed_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A registry with a World in it on one machine, which workers have joined."""
    with ExitStack() as stack:
        if request.param == "citus":
            yield stack.enter_context(_on_citus(CITUS or ""))
            return
        postgresql, workers = request.getfixturevalue("postgresql"), request.getfixturevalue("workers")
        template = request.getfixturevalue("templates")["settled"]
        url = stack.enter_context(copied_database(postgresql, template))
        stand_in(url, stack.enter_context(databases_on(workers)))
        yield url


@pytest.fixture(params=CLUSTERS)
def distributed_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A distributed registry with a World in it."""
    with ExitStack() as stack:
        if request.param == "citus":
            url = stack.enter_context(_on_citus(CITUS or ""))
            with connect(url) as connection:
                distribute(connection)
            yield url
            return
        postgresql, workers = request.getfixturevalue("postgresql"), request.getfixturevalue("workers")
        router, shards = request.getfixturevalue("distributed_template")
        url = stack.enter_context(copied_database(postgresql, router))
        point_to(url, stack.enter_context(databases_on(workers, shards)))
        yield url


@pytest.fixture
def distributed_world(distributed_url: str) -> Iterator[World]:
    """The distributed registry, as each of its people sees it."""
    with connect(distributed_url) as connection:
        yield World.of(Registry(connection), distributed_url)


@contextmanager
def _on_citus(url: str) -> Iterator[str]:
    with connect(url) as connection:
        if connection.execute("SELECT to_regnamespace('registry') IS NOT NULL").fetchone() == (True,):
            pytest.fail("the database of PLINGS_CITUS_URL has a schema `registry`, which is not these tests' to drop")
        try:
            migrate(connection)
            settle(Registry(connection))
            yield url
        finally:
            connection.execute("DROP SCHEMA registry CASCADE")


@pytest.fixture
def world(registry_world: World) -> World:
    """The registry's, of the two worlds that tests have."""
    return registry_world
