"""The cluster in this process. Everything there is final at once."""

from __future__ import annotations

from collections.abc import AsyncIterator

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain import Cluster
from plings.indexer.cursor import Cursor
from plings.indexer.sources.source import BATCH
from plings.indexer.store import Batch
from plings.indexer.transaction import RawTransaction
from plings.program import PROGRAM_ID


class EmbeddedSource:
    """What was sent to a cluster so far, by its own history."""

    name = "embedded"
    is_patient = False

    def __init__(self, cluster: Cluster, address: Pubkey = PROGRAM_ID) -> None:
        self._cluster = cluster
        self._address = address

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        until = Signature.from_string(cursor.position["signature"]) if cursor else None
        past = [each async for each in self._cluster.history(self._address, until=until)][::-1]
        for start in range(0, len(past), BATCH):
            raws = [RawTransaction.from_past(each) for each in past[start : start + BATCH]]
            last = past[min(start + BATCH, len(past)) - 1]
            yield Batch(raws, Cursor(self.name, {"signature": str(last.signature)}, last.slot))
