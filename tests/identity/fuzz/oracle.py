"""The grade of a text by tests/vectors/reference.py: what is well-formed is what the reference would write the same."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Set

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from vectors.reference import (
    ALPHABET,
    HOST,
    base58_bytes,
    base58_number,
    base64url,
    class_hash,
    class_of,
    number_of,
    pointer_text,
    prefix_of,
)

GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493
"""Of Ed25519 (RFC 8032, 5.1): a signature's second half is below it."""


def slow_grade(text: object, keys: Mapping[str, bytes], weak: Set[bytes]) -> str:
    """What a check must say. `weak` are those of the keys under which anybody can sign."""
    parts = well_formed(text)
    if parts is None:
        return "malformed"
    key = keys.get(prefix_of(parts["p"]))
    if key is None:
        return "unknown manufacturer"
    if pointer_text(class_hash(key, class_of(parts["p"]))) != parts["cp"]:
        return "counterfeit class"
    if "s" not in parts:
        return "class genuine"
    return "tag genuine" if key not in weak and is_signed(parts, key) else "counterfeit class"


def well_formed(text: object) -> dict[str, str] | None:
    """The parameters of a text that is a code."""
    start = HOST + "?"
    if not isinstance(text, str) or len(text) > 300 or text[: len(start)] != start:
        return None
    pairs = [pair.partition("=") for pair in text[len(start) :].split("&")]
    if sorted(name for name, _, _ in pairs) not in (["cp", "i", "p", "t"], ["cp", "i", "p", "s", "t"]):
        return None
    parts = {name: value for name, _, value in pairs}
    right = parts["t"] in ("q", "n") and is_path(parts["p"]) and is_pointer(parts["cp"]) and is_address(parts["i"])
    return parts if right and is_signature(parts.get("s", base64url(bytes(64)))) else None


def is_path(text: str) -> bool:
    segments = text.split(".")
    if len(text) > 96 or not 4 <= len(segments) <= 16 or not all(map(is_number, segments)):
        return False
    wallet = segments[0]
    return all(number_of(segment) < 2**31 for segment in segments) and (
        all(digit in "123456789" for digit in wallet) and 1 <= number_of(wallet) <= 255
    )


def is_number(text: str) -> bool:
    return is_base58(text) and base58_number(number_of(text)) == text


def is_base58(text: str) -> bool:
    return bool(text) and all(character in ALPHABET for character in text)


def is_pointer(text: str) -> bool:
    return len(text) == 11 and is_base58(text) and number_of(text) < 2**64


def is_address(text: str) -> bool:
    if not is_base58(text) or len(text) > 44 or number_of(text) >= 2**256:
        return False
    return base58_bytes(number_of(text).to_bytes(32, "big")) == text


def is_signature(text: str) -> bool:
    try:
        signature = base64.urlsafe_b64decode(text + "==")
    except ValueError:
        return False
    return len(signature) == 64 and base64url(signature) == text


def is_signed(parts: dict[str, str], key: bytes) -> bool:
    signature = base64.urlsafe_b64decode(parts["s"] + "==")
    if int.from_bytes(signature[32:], "little") >= GROUP_ORDER:
        return False
    message = f"plings:1:{parts['p']}:{parts['cp']}:{parts['i']}"
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message.encode())
    except InvalidSignature:
        return False
    return True
