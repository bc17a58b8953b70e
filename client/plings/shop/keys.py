"""The keys of a bundle's records: 16 bytes of a hash of what is asked for, so that nothing is found by another's name.

A pointer's record is not under the pointer, of which a manufacturer can make two classes share one (64 bits), but under
128 bits of the same hash: of the manufacturer's key and the path.
"""

from __future__ import annotations

from hashlib import sha256

from plings.identity import format_address
from plings.shop.layout import KEY_BYTES


def manufacturer_record_key(prefix: str) -> bytes:
    """Of the manufacturer of a prefix, `2.3`."""
    return _key(f"manufacturer:{prefix}")


def pointer_record_key(manufacturer_key: bytes, path_to_pointer: str) -> bytes:
    """Of a class: the hash whose first 8 bytes are its pointer. Raises AddressError for a key that is not 32 bytes."""
    return _key(f"{format_address(manufacturer_key)}:{path_to_pointer}")


def batch_record_key(manufacturer_key: bytes, batch: str) -> bytes:
    """Of the commitments to a batch, `2.3.2.G`, by a manufacturer. Raises AddressError."""
    return _key(f"batch:{format_address(manufacturer_key)}:{batch}")


def checkpoint_record_key(payment_log: bytes, checkpoint_id: int) -> bytes:
    """Of a checkpoint of a payment log, by the log's 32-byte address. Raises AddressError."""
    return _key(f"checkpoint:{format_address(payment_log)}:{checkpoint_id}")


def _key(text: str) -> bytes:
    return sha256(text.encode("ascii")).digest()[:KEY_BYTES]
