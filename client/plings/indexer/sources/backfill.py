"""All that is final on a cluster, from a node's index of transactions: the oldest first, from where we were."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain import answers
from plings.chain.node import Node
from plings.indexer.cursor import Cursor
from plings.indexer.sources.listing import Entry, Stretch, fill, spooled
from plings.indexer.sources.records import fetch_records
from plings.indexer.sources.source import Extent
from plings.indexer.store import Batch
from plings.indexer.transaction import RawTransaction
from plings.program import PROGRAM_ID

STEP: Final = 500
"""Transactions that are fetched and written at once, with the rest of the last one's slot: a node takes seconds."""


FEW: Final = 50
"""Up to so many are fetched without a look at what is kept already."""

Known = Callable[[Sequence[Entry]], Awaitable[set[bytes]]]
"""Tells which of some transactions are kept already, as final: those need not be fetched."""


class Memory:
    """Which confirmed transactions were written, and in which slot, since a source began: they need no second look."""

    def __init__(self) -> None:
        self._slots: dict[bytes, int] = {}

    def was_told(self, entry: Entry) -> bool:
        return self._slots.get(entry.signature) == entry.slot

    def remember(self, raws: Iterable[RawTransaction]) -> None:
        self._slots.update((raw.signature, raw.slot) for raw in raws)

    def forget(self, told: Iterable[tuple[bytes, int]]) -> None:
        for signature, _ in told:
            self._slots.pop(signature, None)

    def clear(self) -> None:
        self._slots.clear()


class BackfillSource:
    """The finalized transactions of the program, up to now; then it ends.

    Its cursor is the last transaction of a slot, all of which was read. `name` is of the cluster, not of the node: one
    node may go on where another was.
    """

    is_patient = True

    def __init__(
        self,
        node: Node,
        name: str = "chain",
        address: Pubkey = PROGRAM_ID,
        memory: Memory | None = None,
        known: Known | None = None,
    ) -> None:
        self.node = node
        self.name = name
        self.address = address
        self.extent = Extent()
        self._memory = memory or Memory()
        self._known = known

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        final_slot = answers.integer({"slot": await self.node.ask("getSlot", {"commitment": "finalized"})}, "slot")
        if cursor and final_slot < cursor.slot:
            return  # a node that is behind has nothing new
        until = cursor.position.get("signature") if cursor else None
        with spooled() as listing:
            stretch = Stretch(until=until, first_slot=cursor.slot if cursor else None)
            await fill(listing, self.node, self.address, "finalized", stretch, min_slot=final_slot, extent=self.extent)
            for entries in steps(iter(listing)):
                told = [(entry.signature, entry.slot) for entry in entries if self._memory.was_told(entry)]
                new = [entry for entry in entries if entry.succeeded and not self._memory.was_told(entry)]
                if self._known and listing.count > FEW:
                    known = await self._known(new)
                    new = [entry for entry in new if entry.signature not in known]
                raws = await fetch_records(self.node, new, "finalized")
                until = str(Signature(entries[-1].signature))
                slot = entries[-1].slot
                cursor = Cursor(self.name, {"signature": until}, slot)
                self.extent.read += len(entries)
                yield Batch(raws, cursor, told_before=told, complete_through=slot)
                self._memory.forget(told)
        if cursor is None or final_slot > cursor.slot:  # nothing of ours was in the slots up to there
            position = {"signature": until} if until else {}
            yield Batch((), Cursor(self.name, position, final_slot), complete_through=final_slot)


def steps(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Slices of a listing that end with a slot."""
    step: list[Entry] = []
    for _, of_slot in groupby(entries, lambda entry: entry.slot):
        step += of_slot
        if len(step) >= STEP:
            yield step
            step = []
    if step:
        yield step
