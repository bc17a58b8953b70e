"""What is kept already: of what a node lists, it need not be fetched again. So a file of raw transactions goes ahead
of a node, which would tell the same far more slowly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from plings.indexer.runner import Opens
from plings.indexer.sources.listing import Entry
from plings.indexer.threads import in_thread

TAIL: Final = 32
"""Signatures are found by their later half."""
SLACK_SECONDS: Final = 86_400
"""Two nodes may give a slot different times."""


class Known:
    """Asks the registry at a place, over a connection of its own each time."""

    def __init__(self, place: Opens) -> None:
        self._place = place

    async def among(self, entries: Sequence[Entry]) -> set[bytes]:
        """The signatures of those that are kept as final and whole, in their place of the list or a later one.

        A node may tell more of the others. Raises RegistryErrors.
        """
        return await in_thread(self._find, entries)

    def _find(self, entries: Sequence[Entry]) -> set[bytes]:
        times = [entry.block_time_unix for entry in entries if entry.block_time_unix is not None]
        if not times:
            return set()
        with self._place.another() as registry:
            rows = registry.rows(
                """SELECT r.signature, r.slot, r.position FROM raw_transactions AS r
                WHERE signature_tail(r.signature) = ANY (%s)
                    AND r.block_time_unix BETWEEN %s AND %s AND r.is_whole
                    AND NOT EXISTS (
                        SELECT FROM provisional_transactions AS p WHERE p.transaction_no = r.transaction_no
                    )""",
                [
                    [entry.signature[TAIL:] for entry in entries],
                    min(times) - SLACK_SECONDS,
                    max(times) + SLACK_SECONDS,
                ],
            )
        places = {row["signature"]: (row["slot"], row["position"]) for row in rows}
        return {entry.signature for entry in entries if _is_as_good(places.get(entry.signature), entry)}


def _is_as_good(place: tuple[int, int] | None, entry: Entry) -> bool:
    return place is not None and place[0] == entry.slot and place[1] >= entry.position
