"""Serials: how an object's path stands in AI 21, and its batch's in AI 10 (docs/decisions/0026-interchange.md).

A GS1 serial has at most 20 characters, a path up to 96. A path that fits is its own serial; another's is `_` and 18
base58 characters of its hash, which nobody can turn back: a link then says the path besides.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from plings.identity import ALPHABET, Path

LONGEST: Final = 20
"""Characters of a serial (AI 21) and of a lot (AI 10)."""

HASH_MARK: Final = "_"
"""No path begins with it."""

_HASH_BYTES: Final = 13
_HASH_CHARACTERS: Final = 18
"""58^17 < 2^104 < 58^18: with the mark, 19."""


def serial_of(path: Path) -> str:
    """The serial of an object, 7 to 20 characters: its path, or `_` and a hash of 104 bits of it."""
    return path.text if len(path.text) <= LONGEST else f"{HASH_MARK}{_hashed(path.text)}"


def lot_of(path: Path) -> str | None:
    """The lot of an object, which is the path of its batch; None where that has more than 20 characters."""
    batch = path.text.rpartition(".")[0]
    return batch if len(batch) <= LONGEST else None


def _hashed(text: str) -> str:
    digest = sha256(f"plings:serial:1:{text}".encode("ascii")).digest()[:_HASH_BYTES]
    number, digits = int.from_bytes(digest, "big"), ""
    for _ in range(_HASH_CHARACTERS):
        number, digit = divmod(number, 58)
        digits = ALPHABET[digit] + digits
    return digits
