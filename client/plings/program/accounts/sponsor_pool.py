from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse

SPONSOR_POOL_BYTES = 128


@dataclass(frozen=True)
class SponsorPool:
    """What a manufacturer pays of its customers' rent. Amounts are lamports; the money is what lies on the account."""

    manufacturer: Pubkey
    per_item_lamports: int
    minimum_value_lamports: int
    maximum_value_lamports: int
    sponsored_lamports: int
    sponsored_count: int
    returned_lamports: int

    @classmethod
    def decode(cls, data: bytes) -> SponsorPool:
        """From an account's data. Raises ClusterError when it is no SponsorPool."""
        fields = parse("SponsorPool", data)
        return cls(
            manufacturer=fields.manufacturer,
            per_item_lamports=fields.per_item_lamports,
            minimum_value_lamports=fields.minimum_value_lamports,
            maximum_value_lamports=fields.maximum_value_lamports,
            sponsored_lamports=fields.sponsored_lamports,
            sponsored_count=fields.sponsored_count,
            returned_lamports=fields.returned_lamports,
        )
