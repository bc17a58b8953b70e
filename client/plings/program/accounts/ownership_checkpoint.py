from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse


@dataclass(frozen=True)
class OwnershipCheckpoint:
    """A payment log's root and number of leaves at one moment."""

    payment_log: Pubkey
    root: bytes
    checkpoint_id: int
    leaf_count: int
    last_payment_at_unix: int
    created_at_unix: int

    @classmethod
    def decode(cls, data: bytes) -> OwnershipCheckpoint:
        """From an account's data. Raises ClusterError when it is no OwnershipCheckpoint."""
        fields = parse("OwnershipCheckpoint", data)
        return cls(
            payment_log=fields.payment_log,
            root=bytes(fields.payments_merkle_root),
            checkpoint_id=fields.checkpoint_id,
            leaf_count=fields.total_payments_count,
            last_payment_at_unix=fields.last_payment_timestamp,
            created_at_unix=fields.created_at_unix,
        )
