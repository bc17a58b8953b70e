from __future__ import annotations

import struct
from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.errors import ClusterError
from plings.program.accounts.layout import parse

_LINKS_AT = 168
_LINK = struct.Struct("<Q32s")


@dataclass(frozen=True)
class Link:
    """From leaf `number` of the log on, the object is `owner`'s."""

    number: int
    owner: Pubkey


@dataclass(frozen=True)
class Promotion:
    """A claim that can still be challenged."""

    object: Pubkey
    payment_log: Pubkey
    claimant: Pubkey
    owner: Pubkey
    """whose the object is by all that was shown"""
    amount_lamports: int
    """of the payment that the title begins with; 0 for a slot"""
    final_at_unix: int
    is_slot: bool
    title: tuple[Link, ...]

    @classmethod
    def decode(cls, data: bytes) -> Promotion:
        """From an account's data. Raises ClusterError when it is no Promotion."""
        fields = parse("Promotion", data)
        if (len(data) - _LINKS_AT) % _LINK.size:
            raise ClusterError("the account holds a Promotion that is cut short")
        return cls(
            object=fields.object,
            payment_log=fields.payment_log,
            claimant=fields.claimant,
            owner=fields.owner,
            amount_lamports=fields.amount_lamports,
            final_at_unix=fields.final_at_unix,
            is_slot=bool(fields.is_slot),
            title=tuple(
                Link(number, Pubkey.from_bytes(owner)) for number, owner in _LINK.iter_unpack(data[_LINKS_AT:])
            ),
        )
