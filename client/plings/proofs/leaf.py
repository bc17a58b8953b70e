"""Leaves of a payment log: exactly which bytes a payment, or a change of owner, puts into the log's tree."""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from enum import IntEnum

from plings.identity import ClassPointer, Path

ObjectKey = tuple[str, bytes, bytes]
"""Path, the class pointer's 8 bytes, the 32-byte address: together they are one object."""


class Kind(IntEnum):
    """What a leaf records."""

    PAYMENT = 1
    """`actor` paid and, by the first such leaf of an object, owns it"""
    TRANSFER = 2
    """`actor` gave the object to `owner`; it counts if `actor` owned it then"""
    SLOT_PAYMENT = 3
    """`actor` paid and took a slot of a shared batch account; by the first payment leaf of an object, owns it"""
    SLOT_TRANSFER = 4
    """`actor`, who signed, gave the object in a slot to `owner`; it counts if `actor` owned it then"""

    @property
    def is_payment(self) -> bool:
        """Whether money was paid: then `actor` is the buyer, and so is `owner`."""
        return self in (Kind.PAYMENT, Kind.SLOT_PAYMENT)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One entry of a payment log. Keys are 32 bytes; `timestamp` is unix seconds; `number` counts from 0."""

    kind: Kind
    payment_log: bytes
    number: int
    timestamp: int
    actor: bytes
    owner: bytes
    amount_lamports: int
    class_pointer: ClassPointer
    address: bytes
    path: Path

    @property
    def data(self) -> bytes:
        """What the leaf hashes after the byte 0x00 (RFC 6962): integers little-endian, the path at the end."""
        return b"".join(
            (
                struct.pack("<B32sQq", self.kind, self.payment_log, self.number, self.timestamp),
                self.actor,
                self.owner,
                self.amount_lamports.to_bytes(8, "little"),
                self.class_pointer.value,
                self.address,
                self.path.text.encode("ascii"),
            )
        )

    @property
    def hash(self) -> bytes:
        """The leaf's hash in the tree, 32 bytes."""
        return hashlib.sha256(b"\0" + self.data).digest()

    @property
    def object_key(self) -> ObjectKey:
        """What makes two leaves leaves of one object: path, class pointer and address together."""
        return self.path.text, self.class_pointer.value, self.address
