"""The leaf of one printed code: docs/decisions/0023-batch-commitments.md."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from plings.identity import ClassPointer
from plings.identity.address import check_key

LEAF_PREFIX: Final = b"\0plings:item:1:"
"""RFC 6962's mark of a leaf, and a domain that no leaf of a payment log has."""


def item_leaf(path_text: str, pointer: ClassPointer, address: bytes) -> bytes:
    """sha256(0x00 || "plings:item:1:" || path || ":" || pointer, 8 bytes || address, 32 bytes), a leaf's 32-byte hash.

    `path_text` is that of a checked path: it is not checked again. Raises AddressError for the address.
    """
    check_key(address)
    return sha256(LEAF_PREFIX + path_text.encode("ascii") + b":" + pointer.value + address).digest()
