from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.identity import Path
from plings.program.accounts.layout import parse
from plings.program.pda import BATCH_SLOTS

_FREE = bytes(32)
_NUMBER_BITS = 40
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1
_HASH_BITS = 64 - _NUMBER_BITS
"""of the hash's first word; its second is kept whole"""
_HASH_MASK = (1 << _HASH_BITS) - 1


@dataclass(frozen=True)
class Slot:
    """An owned slot. `owner` is the ObjectInstance once the object has one."""

    owner: Pubkey
    leaf_number: int
    """of its payment, in the object's payment log"""
    address_hash: int
    """88 bits of the SHA-256 of the address that is printed on the object"""


def hash_of_address(address: bytes) -> int:
    """What a slot keeps of an address: its own first bytes could be those of a made-up one."""
    first, second = struct.unpack_from("<QQ", hashlib.sha256(address).digest())
    return int(first & _HASH_MASK) | int(second) << _HASH_BITS


def _slot(owner: bytes, tag: Sequence[int]) -> Slot | None:
    if owner == _FREE:
        return None
    first, second = tag
    return Slot(Pubkey.from_bytes(owner), first & _NUMBER_MASK, first >> _NUMBER_BITS | second << _HASH_BITS)


@dataclass(frozen=True)
class BatchAccount:
    """The owners of a hundred objects of one batch. Amounts are lamports."""

    manufacturer: Pubkey
    rent_payer: Pubkey
    slot_rent_lamports: int
    rent_owed_lamports: int
    path_to_batch: str
    number: int
    """the first instance divided by a hundred"""
    slots: tuple[Slot | None, ...]

    @classmethod
    def decode(cls, data: bytes) -> BatchAccount:
        """From an account's data. Raises ClusterError when it is no BatchAccount."""
        fields = parse("BatchAccount", data)
        return cls(
            manufacturer=fields.manufacturer,
            rent_payer=fields.rent_payer,
            slot_rent_lamports=fields.slot_rent_lamports,
            rent_owed_lamports=fields.rent_owed_lamports,
            path_to_batch=bytes(fields.path[: fields.path_len]).decode("ascii"),
            number=fields.number,
            slots=tuple(_slot(bytes(owner), tag) for owner, tag in zip(fields.owners, fields.tags, strict=True)),
        )

    def slot_of(self, path: Path, address: bytes) -> Slot | None:
        """The slot of the object of `path` with this printed address; None where it has none here."""
        slot = self.slots[path.instance % BATCH_SLOTS]
        return slot if slot and slot.address_hash == hash_of_address(address) else None

    def is_free(self, path: Path) -> bool:
        """Whether nobody has paid for the slot of `path` yet."""
        return self.slots[path.instance % BATCH_SLOTS] is None
