"""A market with a payment log, and an index that follows it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest
from solders.pubkey import Pubkey

from indexer.conftest import emptied
from logs.trade import Trade, open_trade
from plings.chain import EmbeddedCluster
from plings.indexer import index, load_cursor
from plings.indexer.sources.embedded import EmbeddedSource
from plings.program import instructions as ix
from plings.registry import Registry, connect

DAY = 86_400


class Kept:
    """`trade` on chain, and the index of it. A checkpoint is due after three leaves, or a day."""

    def __init__(self, trade: Trade, registry: Registry) -> None:
        self.trade = trade
        self.registry = registry

    @property
    def cluster(self) -> EmbeddedCluster:
        return self.trade.cluster

    @property
    def log(self) -> Pubkey:
        return self.trade.log

    def another(self) -> AbstractContextManager[Registry]:
        return nullcontext(self.registry)

    async def indexed(self) -> None:
        source = EmbeddedSource(self.cluster)
        async for batch in source.batches(load_cursor(self.registry, source.name)):
            index(self.registry, batch)

    async def paid(self, count: int) -> None:
        await self.trade.paid(count)
        await self.indexed()


@pytest.fixture
async def kept(tmp_path: Path, bare_url: str) -> Iterator[Kept]:  # type: ignore[misc]
    trade = await open_trade(tmp_path)
    platform = trade.market.actors.platform
    change = ix.update_config(authority=platform.pubkey(), checkpoint_payments=3)
    await trade.cluster.send([change], [platform])
    with connect(bare_url) as connection:
        kept = Kept(trade, emptied(Registry(connection)))
        await kept.indexed()
        yield kept
