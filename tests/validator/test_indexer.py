"""The indexer on a real solana-test-validator: live, by subscription, and again from its history, with one result."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

import plings.program
from fixtures.fix_registry import copied_database
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import connect as connect_cluster
from plings.chain.node import Node, Patience
from plings.indexer import part_hashes, rebuild
from plings.indexer.forks import finality
from plings.indexer.gaps import missing_leaves
from plings.indexer.runner import Progress, run
from plings.indexer.sources.backfill import BackfillSource
from plings.indexer.sources.subscription import LiveSource
from plings.indexer.sources.wake import SubscribedWake, socket_url
from plings.program import PROGRAM_ID
from plings.registry import Registry, connect
from plings.server import EmbeddedServer
from program.journey import PLATFORM, travel

pytestmark = pytest.mark.validator


@pytest.fixture
def registries(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[list[Registry]]:
    """Two, with nothing indexed."""
    with (
        copied_database(postgresql, templates["bare"]) as one,
        copied_database(postgresql, templates["bare"]) as other,
        connect(one) as first,
        connect(other) as second,
    ):
        yield [Registry(first), Registry(second)]


async def test_live_and_history_give_one_result(registries: list[Registry], tmp_path: Path) -> None:
    live, past = registries
    binary = Path(plings.program.__file__).with_name("plings.so")
    with running_validator(tmp_path, [GenesisProgram(PROGRAM_ID, binary, PLATFORM.pubkey())]) as started:
        node = Node(started.url, Patience())
        wake = SubscribedWake(socket_url(started.url), interval_seconds=5)
        seen = Progress()

        def note(progress: Progress) -> None:
            seen.total = progress.total

        running = asyncio.create_task(run(live, LiveSource(node, wake), on_progress=note))
        async with connect_cluster(started.url) as cluster:
            await travel(cluster)
        async with asyncio.timeout(120):
            while seen.total.leaves < 11 or finality(live).provisional or not finality(live).through_slot:
                await asyncio.sleep(0.2)
        running.cancel()
        await asyncio.wait([running])
        await run(past, BackfillSource(node))
        await node.close()
    assert part_hashes(live) == part_hashes(past)
    assert missing_leaves(live) == 0
    assert live.rows("SELECT message FROM system_alerts") == []
    before = part_hashes(live)
    rebuild(live)
    assert part_hashes(live) == before
