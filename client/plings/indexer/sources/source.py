"""What a source is: it yields batches from where its cursor is, and each says where to go on once it is written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final, Protocol

from plings.indexer.cursor import Cursor
from plings.indexer.store import Batch

BATCH: Final = 5_000
"""Transactions that are written at once."""


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
