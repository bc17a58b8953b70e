"""What is final on a cluster, looked at again and again: nothing provisional, and no subscription."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from plings.indexer.cursor import Cursor
from plings.indexer.sources.backfill import BackfillSource
from plings.indexer.sources.wake import INTERVAL_SECONDS
from plings.indexer.store import Batch


class PollingSource:
    """`final`, for ever."""

    is_patient = True

    def __init__(self, final: BackfillSource, interval_seconds: float = INTERVAL_SECONDS) -> None:
        self._final = final
        self._interval = interval_seconds
        self.name = final.name

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        while True:
            async for batch in self._final.batches(cursor):
                cursor = batch.cursor or cursor
                yield batch
            await asyncio.sleep(self._interval)
