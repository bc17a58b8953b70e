"""Which of a manufacturer's payment logs an object belongs to: its address's first bits, so that all payments for one
object have one order."""

from __future__ import annotations


def shard_of(address: bytes, shards: int) -> int:
    """The shard of a 32-byte address among `shards`, a power of two up to 256."""
    return address[0] * shards >> 8
