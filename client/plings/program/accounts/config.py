from __future__ import annotations

from dataclasses import dataclass

from solders.pubkey import Pubkey

from plings.program.accounts.layout import parse


@dataclass(frozen=True)
class Config:
    """The platform's settings. Thresholds are lamports, the fee is in basis points, spans are seconds."""

    authority: Pubkey
    pending_authority: Pubkey | None
    platform_treasury: Pubkey
    micro_below_lamports: int
    batch_below_lamports: int
    checkpoint_payments: int
    checkpoint_seconds: int
    challenge_seconds: int
    platform_fee_bps: int
    paused: bool

    @classmethod
    def decode(cls, data: bytes) -> Config:
        """From an account's data. Raises ClusterError when it is no Config."""
        fields = parse("Config", data)
        return cls(
            authority=fields.authority,
            pending_authority=None if fields.pending_authority == Pubkey.default() else fields.pending_authority,
            platform_treasury=fields.platform_treasury,
            micro_below_lamports=fields.micro_below_lamports,
            batch_below_lamports=fields.batch_below_lamports,
            checkpoint_payments=fields.checkpoint_payments,
            checkpoint_seconds=fields.checkpoint_seconds,
            challenge_seconds=fields.challenge_seconds,
            platform_fee_bps=fields.platform_fee_bps,
            paused=fields.paused != 0,
        )
