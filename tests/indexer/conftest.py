"""A journey through all instructions as raw transactions, and databases to index it into."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from fixtures.fix_registry import copied_database
from plings.chain import EmbeddedCluster
from plings.indexer import RawTransaction
from plings.indexer.sources.embedded import EmbeddedSource
from plings.program import PROGRAM_ID, program_binary
from plings.registry import Registry, connect
from plings.server import EmbeddedServer
from program.journey import PLATFORM, travel


async def told_journey() -> list[RawTransaction]:
    """The journey in this process, as its cluster tells it."""
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        await travel(cluster)
        return [raw async for batch in EmbeddedSource(cluster).batches(None) for raw in batch.transactions]


@pytest.fixture(scope="session")
def journey() -> list[RawTransaction]:
    """Every transaction of the journey, in its order."""
    return asyncio.run(told_journey())


@pytest.fixture(scope="session")
def indexed_url(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[str]:
    """A database for all of these tests: emptying it takes a fifth of copying one."""
    with copied_database(postgresql, templates["bare"]) as url:
        yield url


@pytest.fixture
def registry(indexed_url: str) -> Iterator[Registry]:
    """A registry with nothing indexed."""
    with connect(indexed_url) as connection:
        yield emptied(Registry(connection))


EMPTY = """TRUNCATE raw_transactions, provisional_transactions, indexer_cursors, indexer_finality, indexer_rebuild,
    objects, payment_logs, log_gaps, payment_leaves, chain_events, tenures, object_accounts, system_alerts"""


def emptied(registry: Registry) -> Registry:
    """The same with everything that was indexed gone, as who owns the tables."""
    owner = Registry(registry.connection, role=None)
    with owner.transaction() as connection:
        connection.execute("ALTER TABLE system_alerts DISABLE TRIGGER kept")
        connection.execute(EMPTY)
        connection.execute("ALTER TABLE system_alerts ENABLE TRIGGER kept")
    return registry
