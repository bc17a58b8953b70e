"""How a bundle's file is laid out: docs/decisions/0024-shop-bundles.md.

    magic (8) . blocks … . index . header . signature (64) . header's size (4) . magic (8)

A block holds records of one section, in the order of their keys; the index has each block's first key, offset and hash.
Numbers are big-endian.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

MAGIC: Final = b"PLSHOP1\n"
SECTIONS: Final = ("manufacturers", "pointers", "products", "batches", "checkpoints")
"""In the file's order."""

KEY_BYTES: Final = 16
RECORD: Final = Struct(">16sH")
"""A record's key and size, before the record."""
ENTRY: Final = Struct(">16sQ32s")
"""The index's entry of a block: first key, offset in the file, sha256 of the block."""
TRAILER: Final = Struct(">64sI8s")
"""Signature, the header's size, magic."""

BLOCK_BYTES: Final = 4096
"""A block is full when the next record would make it longer: a scan hashes a few, so they are small."""
MOST_RECORD: Final = 65_535
MOST_BLOCK: Final = RECORD.size + MOST_RECORD
"""The longest record has a block of its own."""
MOST_HEADER: Final = 4096
MOST_BLOCKS: Final = 2**24
"""64 GB of blocks, and an index of under a gigabyte: what claims more is refused before any memory is taken."""
