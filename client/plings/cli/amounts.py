"""Amounts of money as people read them."""

from __future__ import annotations

LAMPORTS_PER_SOL = 1_000_000_000
MOST_LAMPORTS = 2**64 - 1


def sol(lamports: int) -> str:
    """`0.25 SOL`: exact, without trailing zeros."""
    whole, rest = divmod(abs(lamports), LAMPORTS_PER_SOL)
    digits = f"{whole:,}.{rest:09d}".rstrip("0").rstrip(".")
    return f"{'-' if lamports < 0 else ''}{digits} SOL"


def both(lamports: int) -> str:
    """`0.25 SOL (250,000,000 lamports)`."""
    return f"{sol(lamports)} ({lamports:,} lamports)"


def percent(bps: int) -> str:
    """`10 %` for 1,000 basis points."""
    return f"{bps / 100:g} %"


def units(compute_units: int | None) -> str:
    """`44,970 CU`, or a dash where the node kept no record of the transaction."""
    return "-" if compute_units is None else f"{compute_units:,} CU"
