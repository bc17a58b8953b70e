"""Class pointers: the 64 bits of a code that bind a class to its manufacturer's public key.

They are a hash of public data. A right pointer shows which class a code claims; it does not show who printed the code.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final, Self

from plings.errors import ClassPointerError
from plings.identity.address import PAIRS, format_address
from plings.identity.path import ClassPath
from plings.identity.segment import ALPHABET, DIGITS

POINTER_BYTES: Final = 8
POINTER_CHARACTERS: Final = 11
"""58^10 < 2^64 < 58^11. Smaller numbers are left-filled, so that every class has a text of the same length."""


@dataclass(frozen=True, slots=True)
class ClassPointer:
    """A class pointer's 8 bytes, big-endian. Raises ClassPointerError with rule `not_bytes` or `size`."""

    value: bytes

    def __post_init__(self) -> None:
        if not isinstance(self.value, bytes):
            raise ClassPointerError(type(self.value).__name__, "not_bytes", "its value is bytes")
        if len(self.value) != POINTER_BYTES:
            raise ClassPointerError(f"{len(self.value)} bytes", "size", f"its value has {POINTER_BYTES} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """The pointer of a text of exactly 11 base58 characters.

        Raises ClassPointerError with rule `not_text`, `length`, `alphabet` or `too_large` (2^64 or more).
        """
        if not isinstance(text, str):
            raise ClassPointerError(text, "not_text", "a class pointer is text")
        if len(text) != POINTER_CHARACTERS:
            raise ClassPointerError(text, "length", f"it has not {POINTER_CHARACTERS} characters")
        number = 0
        try:
            for character in text:
                number = number * 58 + DIGITS[character]
        except KeyError:
            raise ClassPointerError(text, "alphabet", "it has a character that is not base58") from None
        if number >= 2**64:
            raise ClassPointerError(text, "too_large", "its number is not below 2^64")
        return cls(number.to_bytes(POINTER_BYTES, "big"))

    @property
    def text(self) -> str:
        """Its 11 base58 characters."""
        return _pointer_text(self.value)

    def __str__(self) -> str:
        return self.text


def class_pointer(manufacturer_key: bytes, path_to_pointer: str | ClassPath) -> ClassPointer:
    """The pointer of a class: the first 8 bytes of sha256("{key in base58}:{path_to_pointer}").

    `manufacturer_key` is the 32-byte public identity key. Raises AddressError for it and PathError for the path.
    """
    path = path_to_pointer if isinstance(path_to_pointer, ClassPath) else ClassPath(path_to_pointer)
    return ClassPointer(hash_class(manufacturer_key, path.text))


def hash_class(manufacturer_key: bytes, path_to_pointer: str) -> bytes:
    """The 8 bytes of a class pointer, for the `path_to_pointer` of a checked path: it is not checked again.

    Raises AddressError for a key that is not 32 bytes.
    """
    return sha256(_key_part(manufacturer_key) + path_to_pointer.encode("ascii")).digest()[:POINTER_BYTES]


@lru_cache(maxsize=4096)
def hash_class_text(manufacturer_key: bytes, path_to_pointer: str) -> str:
    """The text of what `hash_class` gives, kept for some thousand classes: a counter sees the same ones every day."""
    return _pointer_text(hash_class(manufacturer_key, path_to_pointer))


def _pointer_text(value: bytes) -> str:
    first, ten = divmod(int.from_bytes(value, "big"), 58**10)
    high, low = divmod(ten, 58**5)  # five digits are one word of Python's integers, which is quick
    ab, cde = divmod(high, 58**3)
    cd, e = divmod(cde, 58)
    fg, hij = divmod(low, 58**3)
    hi, j = divmod(hij, 58)
    return f"{ALPHABET[first]}{PAIRS[ab]}{PAIRS[cd]}{ALPHABET[e]}{PAIRS[fg]}{PAIRS[hi]}{ALPHABET[j]}"


@lru_cache(maxsize=1024)
def _key_part(manufacturer_key: bytes) -> bytes:
    # A shop hashes the same few manufacturers' keys with every scan, and their text costs more than the hash.
    return f"{format_address(manufacturer_key)}:".encode("ascii")
