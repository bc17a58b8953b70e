"""Base58 of whatever length: nodes tell so what programs gave each other, of which a stranger's transaction may have 63
times 10 kB. The library's way goes one byte at a time: eight seconds for that."""

from __future__ import annotations

from typing import Final

from base58 import BITCOIN_ALPHABET, b58decode_int

_DIGITS: Final = frozenset(BITCOIN_ALPHABET.decode("ascii"))
_AT_ONCE: Final = 200


def decode_data(text: str) -> bytes:
    """Raises ValueError for what is no base58, TypeError for what is no text."""
    if not isinstance(text, str):
        raise TypeError("it is no text")
    if not _DIGITS.issuperset(text):
        raise ValueError("it has a character that is not base58")
    number = 0
    for start in range(0, len(text), _AT_ONCE):
        some = text[start : start + _AT_ONCE]
        number = number * 58 ** len(some) + b58decode_int(some)
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")
