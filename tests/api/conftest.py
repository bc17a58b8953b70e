"""An API over a database with people, products, and a journey through all instructions; and databases to change."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import httpx
import pytest

from api.asking import serving
from fixtures.fix_registry import copied_database
from indexer.conftest import journey as journey
from indexer.traffic import happenings
from plings.indexer import Batch, RawTransaction, index
from plings.registry import Registry, connect
from plings.registry.classes import change_class
from plings.registry.pointers import register_pointer
from plings.server import EmbeddedServer
from registry.world import World

TRAFFIC = happenings(7, 400)
"""In logs of their own: few objects, many owners."""


@pytest.fixture(scope="session")
def told_url(postgresql: EmbeddedServer, templates: dict[str, str], journey: list[RawTransaction]) -> Iterator[str]:
    """A database that nobody changes any more."""
    with copied_database(postgresql, templates["settled"]) as url:
        with connect(url) as connection:
            registry = Registry(connection)
            world = World.of(registry, url)
            stock(world)
            index(registry, Batch(journey))
            index(registry, Batch([one.raw() for one in TRAFFIC[:300]]))
            index(registry, Batch([one.raw() for one in TRAFFIC[300:]], commitment="confirmed"))
            raise_alerts(registry, 7)
        yield url


@pytest.fixture(scope="session")
def api(told_url: str) -> Iterator[httpx.Client]:
    """An API over it, without a limit of requests."""
    with serving(told_url) as client:
        yield client


def stock(world: World) -> None:
    """A product with a pointer, and one that nobody is to know of yet."""
    made = world.class_id("BILLY bookcase, white", sku="00263850")
    change_class(world.ida, made, price_amount=Decimal("49.90"), price_currency="EUR", gtin="4006381333931")
    register_pointer(world.ida, "2.3.2", made)
    world.class_id("KALLAX of next year")


def raise_alerts(registry: Registry, count: int) -> None:
    """As who owns the tables."""
    owner = Registry(registry.connection, role=None)
    for number in range(count):
        severity = ("LOW", "MEDIUM", "HIGH", "CRITICAL")[number % 4]
        owner.rows(
            "SELECT raise_alert('TEST_ALERT', %s, %s, '{\"secret\": \"of the operator\"}', %s)",
            [severity, f"alert {number}", f"key {number}"],
        )
