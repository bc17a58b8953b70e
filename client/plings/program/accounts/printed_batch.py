from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.errors import ClusterError
from plings.identity import ClassPointer
from plings.program.accounts.layout import parse

PRINTED_BATCH_BYTES = 112
"""before the claims: a bit for each item"""
MOST_ITEMS = (10_240 - PRINTED_BATCH_BYTES) * 8
"""A program makes no larger account at once."""


@dataclass(frozen=True)
class PrintedBatch:
    """The anchored root of a printed batch's items, and which of these were claimed by their first payment."""

    manufacturer: Pubkey
    class_pointer: ClassPointer
    batch: int
    root: bytes
    item_count: int
    claimed_count: int
    created_at_unix: int
    """as the identity key signed it"""
    claims: bytes

    @classmethod
    def decode(cls, data: bytes) -> PrintedBatch:
        """From an account's data. Raises ClusterError when it is no PrintedBatch."""
        fields = parse("PrintedBatch", data)
        claims = data[PRINTED_BATCH_BYTES:]
        if len(claims) != -(-fields.item_count // 8):
            raise ClusterError("the account holds a PrintedBatch that is cut short")
        return cls(
            manufacturer=fields.manufacturer,
            class_pointer=ClassPointer(bytes(fields.class_pointer)),
            batch=fields.batch,
            root=bytes(fields.root),
            item_count=fields.item_count,
            claimed_count=fields.claimed_count,
            created_at_unix=fields.created_at_unix,
            claims=claims,
        )

    def is_claimed(self, index: int) -> bool:
        """Whether the item at this place, from 0, was paid for. Raises IndexError beyond the last."""
        if not 0 <= index < self.item_count:
            raise IndexError(f"item {index} of {self.item_count}")
        return bool(self.claims[index // 8] >> index % 8 & 1)


def printed_batch_space(item_count: int) -> int:
    """The account's size in bytes."""
    return PRINTED_BATCH_BYTES + -(-item_count // 8)
