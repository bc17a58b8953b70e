from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.identity import ClassPointer
from plings.program.accounts.layout import parse

BYTES_BEFORE_PATH = 144


def object_space(path: str) -> int:
    """The size of an object's account in bytes: its fixed part and its path."""
    return BYTES_BEFORE_PATH + len(path)


@dataclass(frozen=True)
class ObjectInstance:
    """A paid object. `owner` held its NFT when the program last looked; the NFT's holder is the owner of record."""

    path: str
    class_pointer: ClassPointer
    address: Pubkey
    owner: Pubkey
    mint: Pubkey
    asking_price_lamports: int | None
    """what `owner` asks for it, None when it is not for sale"""
    offer_ends_at_unix: int
    """until when; 0 when it is not for sale"""
    listed_royalty_bps: int
    listed_platform_fee_bps: int
    created_at_unix: int

    @classmethod
    def decode(cls, data: bytes) -> ObjectInstance:
        """From an account's data. Raises ClusterError when it is no ObjectInstance."""
        fields = parse("ObjectInstance", data)
        return cls(
            path=data[BYTES_BEFORE_PATH : BYTES_BEFORE_PATH + fields.path_len].decode("ascii"),
            class_pointer=ClassPointer(bytes(fields.class_pointer)),
            address=fields.address,
            owner=fields.owner,
            mint=fields.mint,
            asking_price_lamports=fields.asking_price_lamports or None,
            offer_ends_at_unix=fields.offer_ends_at_unix,
            listed_royalty_bps=fields.listed_royalty_bps,
            listed_platform_fee_bps=fields.listed_platform_fee_bps,
            created_at_unix=fields.created_at_unix,
        )
