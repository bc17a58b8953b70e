from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.errors import ClusterError

BASE_BYTES = 165


@dataclass(frozen=True)
class TokenAccount:
    """An account of Token-2022 (SPL Token's layout): who holds how many of which mint."""

    mint: Pubkey
    owner: Pubkey
    amount: int

    @classmethod
    def decode(cls, data: bytes) -> TokenAccount:
        """From an account's data. Raises ClusterError when it is too short for one."""
        if len(data) < BASE_BYTES:
            raise ClusterError("the account holds no tokens")
        return cls(
            mint=Pubkey.from_bytes(data[:32]),
            owner=Pubkey.from_bytes(data[32:64]),
            amount=int.from_bytes(data[64:72], "little"),
        )
