from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse


class Status(IntEnum):
    """Payments are taken for active manufacturers alone."""

    ACTIVE = 0
    SUSPENDED = 1
    COMPROMISED = 2
    RETIRED = 3


@dataclass(frozen=True)
class Manufacturer:
    """Who may print below one path prefix. The floor is in lamports, the royalty in basis points."""

    identity_key: Pubkey
    authority: Pubkey
    treasury: Pubkey
    prefix: str
    wallet: int
    index: int
    price_floor_lamports: int
    royalty_bps: int
    status: Status
    require_signed_tags: bool
    shards: int
    """how many payment logs it has"""
    class_terms_count: int
    registered_at_unix: int

    @classmethod
    def decode(cls, data: bytes) -> Manufacturer:
        """From an account's data. Raises ClusterError when it is no Manufacturer."""
        fields = parse("Manufacturer", data)
        return cls(
            identity_key=fields.identity_key,
            authority=fields.authority,
            treasury=fields.treasury,
            prefix=bytes(fields.prefix[: fields.prefix_len]).decode("ascii"),
            wallet=fields.wallet,
            index=fields.index,
            price_floor_lamports=fields.price_floor_lamports,
            royalty_bps=fields.royalty_bps,
            status=Status(fields.status),
            require_signed_tags=fields.require_signed_tags != 0,
            shards=1 << fields.shard_bits,
            class_terms_count=fields.class_terms_count,
            registered_at_unix=fields.registered_at_unix,
        )
