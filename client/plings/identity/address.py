"""Addresses: 32-byte keys and their base58 text, one text for one key.

Base58 maps leading `1`s to leading zero bytes one for one, so among texts of the strict alphabet that decode to 32
bytes no two are the same key.
"""

from __future__ import annotations

from typing import Final

import base58

from plings.errors import AddressError
from plings.identity.segment import ALPHABET, DIGITS

KEY_BYTES: Final = 32
SHORTEST_ADDRESS: Final = 32
"""32 zero bytes are 32 ones."""
LONGEST_ADDRESS: Final = 44

PAIRS: Final = tuple(high + low for high in ALPHABET for low in ALPHABET)
"""The two base58 digits of each number below 58^2."""
_58_10: Final = 58**10

_FIELD: Final = 2**255 - 19
_ORDER_8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_WEAK_Y: Final = frozenset({0, 1, _FIELD - 1, _ORDER_8, _FIELD - _ORDER_8})
"""The y coordinates of the eight points of Ed25519 whose order divides 8 (RFC 8032, 5.1.7 and 8.4 on the cofactor)."""


def parse_address(text: str) -> bytes:
    """The 32-byte key of a base58 text of 32 to 44 characters.

    Raises AddressError with rule `not_text`, `length` (characters), `alphabet` or `size` (it is not 32 bytes).
    """
    if not isinstance(text, str):
        raise AddressError(text, "not_text", "an address is text")
    if not SHORTEST_ADDRESS <= len(text) <= LONGEST_ADDRESS:  # before decoding, which is quadratic
        raise AddressError(text, "length", f"it has not {SHORTEST_ADDRESS} to {LONGEST_ADDRESS} characters")
    if not DIGITS.keys() >= set(text):  # the library itself would strip a trailing newline
        raise AddressError(text, "alphabet", "it has a character that is not base58")
    # The library's own way to bytes goes one byte at a time, and a scan waits for this.
    number: int = base58.b58decode_int(text)
    zeros = len(text) - len(text.lstrip("1"))
    size = zeros + (number.bit_length() + 7) // 8
    if size != KEY_BYTES:
        raise AddressError(text, "size", f"it is {size} bytes and not {KEY_BYTES}")
    return number.to_bytes(KEY_BYTES, "big")


def format_address(key: bytes) -> str:
    """The base58 text, 32 to 44 characters, of a 32-byte key. Raises AddressError with rule `not_bytes` or `size`."""
    check_key(key)
    number, a = divmod(int.from_bytes(key, "big"), _58_10)  # in machine words: what prints makes millions of these
    number, b = divmod(number, _58_10)
    number, c = divmod(number, _58_10)
    number, d = divmod(number, _58_10)
    text = (_ten_digits(number) + _ten_digits(d) + _ten_digits(c) + _ten_digits(b) + _ten_digits(a)).lstrip("1")
    return "1" * (KEY_BYTES - len(key.lstrip(b"\0"))) + text


def _ten_digits(number: int) -> str:
    """The base58 digits of a number below 58^10, which fits a machine word."""
    number, e = divmod(number, 58 * 58)
    number, d = divmod(number, 58 * 58)
    number, c = divmod(number, 58 * 58)
    a, b = divmod(number, 58 * 58)
    return PAIRS[a] + PAIRS[b] + PAIRS[c] + PAIRS[d] + PAIRS[e]


def check_key(key: bytes) -> None:
    """Refuse what is not 32 bytes. Raises AddressError with rule `not_bytes` or `size`."""
    if not isinstance(key, bytes):
        raise AddressError(type(key).__name__, "not_bytes", "a key is bytes")
    if len(key) != KEY_BYTES:
        raise AddressError(f"{len(key)} bytes", "size", f"a key has {KEY_BYTES} bytes")


def is_weak_key(key: bytes) -> bool:
    """Whether a 32-byte public key is a point of small order, under which anybody can make valid signatures.

    Solana's Ed25519 program refuses such keys; the library used here would accept them.
    """
    y = int.from_bytes(key, "little") & (2**255 - 1)
    return y % _FIELD in _WEAK_Y
