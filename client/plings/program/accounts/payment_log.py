from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse
from plings.proofs import Frontier


@dataclass(frozen=True)
class PaymentLog:
    """Payments without accounts of their own. Amounts are lamports not yet swept."""

    manufacturer: Pubkey
    shard: int
    manufacturer_lamports: int
    platform_lamports: int
    last_leaf_at_unix: int
    checkpoint_count: int
    checkpointed_leaf_count: int
    checkpointed_at_unix: int
    frontier: Frontier
    """the tree's full subtrees and its number of leaves"""

    @property
    def leaf_count(self) -> int:
        return self.frontier.count

    @classmethod
    def decode(cls, data: bytes) -> PaymentLog:
        """From an account's data. Raises ClusterError when it is no PaymentLog."""
        fields = parse("PaymentLog", data)
        return cls(
            manufacturer=fields.manufacturer,
            shard=fields.shard,
            manufacturer_lamports=fields.manufacturer_lamports,
            platform_lamports=fields.platform_lamports,
            last_leaf_at_unix=fields.last_leaf_at_unix,
            checkpoint_count=fields.checkpoint_count,
            checkpointed_leaf_count=fields.checkpointed_leaf_count,
            checkpointed_at_unix=fields.checkpointed_at_unix,
            frontier=Frontier.of(fields.leaf_count, [bytes(node) for node in fields.frontier]),
        )
