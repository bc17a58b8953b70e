"""Codes as instructions and events hold them, checked as the program checked them, in a microsecond each."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import Final

from plings.errors import IdentityError
from plings.identity import ClassPointer, Path

_USUAL: Final = re.compile(
    r"(?:[2-9]|[2-5][1-9])(?:\.(?:1|[2-9A-HJ-NP-Za-km-z][1-9A-HJ-NP-Za-km-z]{0,4})){3,15}", re.ASCII
)
"""Paths without segments of six characters, of which not all are in range."""

OBJECT_KEY_BYTES: Final = 16


def is_path(text: str) -> bool:
    """Whether `text` is an object's path, as `identity.Path` has it."""
    if _USUAL.fullmatch(text):
        return len(text) <= 96
    try:
        Path(text)
    except IdentityError:
        return False
    return True


@lru_cache(maxsize=65536)
def pointer_bytes(text: str) -> bytes | None:
    """The 8 bytes of a class pointer's text, None where it is none's."""
    try:
        return ClassPointer.parse(text).value
    except IdentityError:
        return None


@lru_cache(maxsize=65536)
def pointer_text(value: bytes) -> str:
    """The 11 characters of a class pointer's bytes."""
    return ClassPointer(value).text


def object_key(pointer: bytes, address: bytes, path: str) -> bytes:
    """16 bytes that stand for an object: a collision takes 2^64 hashes, and would be one of the attacker's own."""
    return sha256(pointer + address + path.encode("ascii")).digest()[:OBJECT_KEY_BYTES]
