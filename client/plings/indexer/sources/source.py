"""What a source is: it yields batches from where its cursor is, and each says where to go on once it is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final, Protocol

from plings.indexer.cursor import Cursor
from plings.indexer.store import Batch

BATCH: Final = 5_000
"""Transactions that are written at once."""


@dataclass
class Extent:
    """How much a source has before it, as far as it knows, and how much of that it has read: for who waits for it.

    In transactions, or in bytes of a file. `is_counting` while more is still being found.
    """

    found: int = 0
    read: int = 0
    is_counting: bool = False


class Source(Protocol):
    """A source of raw transactions."""

    @property
    def name(self) -> str:
        """Its name among cursors."""
        ...

    @property
    def is_patient(self) -> bool:
        """Whether what it cannot tell now it may tell later: then it is asked again."""
        ...

    def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        """All from `cursor` on, from the beginning for None. It ends, or follows for ever. Raises ClusterError."""
        ...
