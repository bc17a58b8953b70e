"""Addresses that a program derives, without a Solana library: so a receipt is checked with nothing of Solana at hand.

`plings.program.pda` has the same addresses from solders; the tests hold the two together.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

_MARK: Final = b"ProgramDerivedAddress"
_FIELD: Final = 2**255 - 19
_CURVE_D: Final = -121665 * pow(121666, -1, _FIELD) % _FIELD
"""The d of edwards25519, -x^2 + y^2 = 1 + d x^2 y^2 (RFC 8032, 5.1)."""


def derived_address(program_id: bytes, seeds: Sequence[bytes]) -> bytes:
    """The 32-byte address of `seeds` (each at most 32 bytes) under a program: that of the highest bump which is no key.

    Raises ValueError when no bump gives one, which happens to one in 2^256.
    """
    for bump in range(255, -1, -1):
        address = sha256(b"".join((*seeds, bytes([bump]), program_id, _MARK))).digest()
        if not is_on_curve(address):
            return address
    raise ValueError("these seeds have no address")


def is_on_curve(key: bytes) -> bool:
    """Whether 32 bytes are a point of Ed25519 (RFC 8032, 5.1.3), so that somebody may hold its private key."""
    y = int.from_bytes(key, "little") & (2**255 - 1)
    # x^2 = u/v is a square exactly when u*v is one, which needs no inverse (Euler's criterion)
    u_times_v = (y * y - 1) * (_CURVE_D * y * y + 1) % _FIELD
    return pow(u_times_v, (_FIELD - 1) // 2, _FIELD) in (0, 1)
