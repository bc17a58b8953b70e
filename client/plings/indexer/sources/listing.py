"""What a node lists of an address, spooled: nodes list the newest first, and we read the oldest first.

A program's whole history does not fit into memory; on disk it takes 73 bytes for each transaction.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any, Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain import answers
from plings.chain.history import PAGE
from plings.chain.node import Node, NodeSilence
from plings.indexer.sources.source import Extent

_ENTRY: Final = struct.Struct("<Qq64s?")
_NO_TIME: Final = -1
_CHUNK: Final = 4_096
"""Entries that are read back at once."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A transaction in a node's list. `position` counts the slot's own in it, from 0."""

    signature: bytes
    slot: int
    position: int
    block_time_unix: int | None
    succeeded: bool


class Listing:
    """Transactions of an address, the oldest first."""

    def __init__(self, spool: IO[bytes]) -> None:
        self._spool = spool
        self.count = 0

    def add(self, listed: answers.Listed) -> None:
        """The next one that the node lists, which is older."""
        time = _NO_TIME if listed.block_time_unix is None else listed.block_time_unix
        self._spool.write(_ENTRY.pack(listed.slot, time, bytes(listed.signature), listed.error is None))
        self.count += 1

    def __iter__(self) -> Iterator[Entry]:
        slot, position = -1, 0
        for its_slot, time, signature, succeeded in self._backwards():
            position = position + 1 if its_slot == slot else 0
            slot = its_slot
            yield Entry(signature, slot, position, None if time == _NO_TIME else time, succeeded)

    def _backwards(self) -> Iterator[tuple[int, int, bytes, bool]]:
        left = self.count
        while left:
            first = max(left - _CHUNK, 0)
            self._spool.seek(first * _ENTRY.size)
            entries = list(_ENTRY.iter_unpack(self._spool.read((left - first) * _ENTRY.size)))
            yield from reversed(entries)
            left = first


@contextmanager
def spooled() -> Iterator[Listing]:
    """An empty listing, which is gone afterwards."""
    with TemporaryFile(prefix="plings-listing-") as spool:
        yield Listing(spool)


async def fill(
    listing: Listing,
    node: Node,
    address: Pubkey,
    commitment: str,
    *,
    until: str | None = None,
    before: str | None = None,
    min_slot: int | None = None,
    extent: Extent | None = None,
) -> None:
    """Lists what named `address` after `until` and before `before`. Raises NodeSilence, NodeRefusal.

    `min_slot`: the node must be as far. A short page is not the end: some nodes list fewer than they are asked for.
    `extent` is told how many were found.
    """
    extent = extent or Extent()
    extent.found, extent.read, extent.is_counting = 0, 0, True
    options: dict[str, Any] = {"commitment": commitment, "limit": PAGE}
    if until:
        options["until"] = until
    if min_slot:
        options["minContextSlot"] = min_slot
    last_slot: int | None = None
    newest: set[Signature] = set()
    while True:
        page = answers.listed(
            await node.ask(
                "getSignaturesForAddress", str(address), {**options, **({"before": before} if before else {})}
            )
        )
        if not page:
            extent.is_counting = False
            return
        for listed in page:
            if listed.signature in newest or (last_slot is not None and listed.slot > last_slot):
                raise NodeSilence(f"{node.name} lists the transactions of {address} twice, or in no order")
            last_slot = listed.slot
            listing.add(listed)
        extent.found = listing.count
        newest = {listed.signature for listed in page}
        before = str(page[-1].signature)
