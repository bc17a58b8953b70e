"""A cluster as it goes on: what is confirmed at once, provisionally, and what is final, for good.

A subscription alone loses what comes while it is down, and tells no instructions. So it only wakes us; what happened is
listed and fetched, from the last final transaction that was written. That is exactly once by construction: whatever a
notification says, repeats or omits, the list decides, and a look every few seconds stands in for one that never came.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from solders.pubkey import Pubkey

from plings.chain.node import Node
from plings.indexer.cursor import Cursor
from plings.indexer.sources.backfill import BackfillSource, Known, Memory, steps
from plings.indexer.sources.listing import Stretch, fill, spooled
from plings.indexer.sources.records import fetch_records
from plings.indexer.sources.wake import Wake
from plings.indexer.store import Batch
from plings.program import PROGRAM_ID


class LiveSource:
    """The program's transactions for ever: `Backfill` first, then both commitments in turn."""

    is_patient = True

    def __init__(
        self,
        node: Node,
        wake: Wake,
        name: str = "chain",
        address: Pubkey = PROGRAM_ID,
        known: Known | None = None,
    ) -> None:
        self._node = node
        self._wake = wake
        self._address = address
        self._memory = Memory()
        self._final = BackfillSource(node, name, address, self._memory, known)
        self.extent = self._final.extent
        self.name = name

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        self._memory.clear()  # what was told before may not have been written
        async with self._wake:
            while True:
                async for batch in self._final.batches(cursor):
                    cursor = batch.cursor or cursor
                    yield batch
                async for batch in self._confirmed(cursor):
                    yield batch
                await self._wake.wait()

    async def _confirmed(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """What is confirmed and not final yet, and was not told in this slot before."""
        until = cursor.position.get("signature") if cursor else None
        with spooled() as listing:
            stretch = Stretch(until=until, first_slot=cursor.slot if cursor else None)
            await fill(listing, self._node, self._address, "confirmed", stretch)
            for entries in steps(iter(listing)):
                new = [entry for entry in entries if entry.succeeded and not self._memory.was_told(entry)]
                if raws := await fetch_records(self._node, new, "confirmed"):
                    self._memory.remember(raws)
                    yield Batch(raws, commitment="confirmed")
