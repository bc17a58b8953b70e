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
from plings.chain.node import Node, NodeRefusal, NodeSilence
from plings.indexer.sources.source import Extent

_ENTRY: Final = struct.Struct("<Qq64s?")
_NO_TIME: Final = -1
_CHUNK: Final = 4_096
"""Entries that are read back at once."""

UNKNOWN_TRANSACTION: Final = -32020
"""What a node answers that does not know `until` or `before`: it has forgotten them, or never heard of them."""


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

    def clear(self) -> None:
        """Nothing is listed."""
        self._spool.seek(0)
        self.count = 0

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


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is listed: all after the transaction `until` and before the transaction `before`. For a node that does not
    know these any more: all in the slots from `first_slot` to `last_slot`, which is a little more."""

    until: str | None = None
    before: str | None = None
    first_slot: int | None = None
    last_slot: int | None = None


async def fill(
    listing: Listing,
    node: Node,
    address: Pubkey,
    commitment: str,
    stretch: Stretch,
    *,
    min_slot: int | None = None,
    extent: Extent | None = None,
) -> None:
    """Lists what named `address` in a stretch of the chain. Raises NodeSilence, NodeRefusal.

    `min_slot`: the node must be as far. A short page is not the end: some nodes list fewer than they are asked for.
    `extent` is told how many were found.
    """
    extent = extent or Extent()
    extent.found, extent.read, extent.is_counting = 0, 0, True
    by_names = Stretch(until=stretch.until, before=stretch.before)
    try:
        await _fill(listing, node, address, commitment, by_names, min_slot, extent)
    except NodeRefusal as refusal:
        if refusal.code != UNKNOWN_TRANSACTION or not (stretch.until or stretch.before):
            raise
        listing.clear()
        by_slots = Stretch(first_slot=stretch.first_slot, last_slot=stretch.last_slot)
        await _fill(listing, node, address, commitment, by_slots, min_slot, extent)
    extent.is_counting = False


async def _fill(
    listing: Listing,
    node: Node,
    address: Pubkey,
    commitment: str,
    stretch: Stretch,
    min_slot: int | None,
    extent: Extent,
) -> None:
    options: dict[str, Any] = {"commitment": commitment, "limit": PAGE}
    if stretch.until:
        options["until"] = stretch.until
    if min_slot:
        options["minContextSlot"] = min_slot
    last_slot: int | None = None
    newest: set[Signature] = set()
    before = stretch.before
    while True:
        page = answers.listed(
            await node.ask(
                "getSignaturesForAddress", str(address), {**options, **({"before": before} if before else {})}
            )
        )
        if not page:
            return
        for listed in page:
            if listed.signature in newest or (last_slot is not None and listed.slot > last_slot):
                raise NodeSilence(f"{node.name} lists the transactions of {address} twice, or in no order")
            last_slot = listed.slot
            if stretch.first_slot is not None and last_slot < stretch.first_slot:
                return
            if stretch.last_slot is None or last_slot <= stretch.last_slot:
                listing.add(listed)
        extent.found = listing.count
        newest = {listed.signature for listed in page}
        before = str(page[-1].signature)
