"""Signed tags: a manufacturer's Ed25519 signature (RFC 8032) of one code, which shows offline who printed it.

The signed bytes are `plings:1:{path}:{class pointer}:{address}` in ASCII. No part can hold a colon, so no two tags
share them.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from plings.errors import TagError
from plings.identity.address import check_key, format_address, is_weak_key
from plings.identity.class_pointer import ClassPointer
from plings.identity.keys import Node
from plings.identity.path import Path

SIGNATURE_BYTES: Final = 64
SIGNATURE_CHARACTERS: Final = 86
"""64 bytes in base64url (RFC 4648, 5) without padding; the last character's low four bits are unused."""

_BASE64URL: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
_LAST: Final = frozenset("AQgw")
"""The characters whose low four bits are zero."""


def tag_message(path: Path, pointer: ClassPointer, address: bytes) -> bytes:
    """The bytes that a manufacturer signs for one code; `address` is the object's 32-byte key. Raises AddressError."""
    return message_of(path.text, pointer.text, format_address(address))


def message_of(path: str, pointer: str, address: str) -> bytes:
    """The same of the three parts' checked texts."""
    return f"plings:1:{path}:{pointer}:{address}".encode("ascii")


def sign_tag(node: Node, path: Path, pointer: ClassPointer, address: bytes) -> bytes:
    """The 64-byte signature of a code by a manufacturer's identity node. Raises AddressError."""
    return node.sign(tag_message(path, pointer, address))


def verify_tag(manufacturer_key: bytes, path: Path, pointer: ClassPointer, address: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is the manufacturer's own of exactly this code.

    False as well for a key of small order, under which a signature proves nothing. Raises AddressError for a key or
    address that is not 32 bytes.
    """
    return verify_message(manufacturer_key, tag_message(path, pointer, address), signature)


def verify_message(manufacturer_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the holder of this 32-byte key signed a message, of a tag or of anything else; False as well for a key of
    small order. Raises AddressError for a key that is not 32 bytes."""
    key = _verifier(manufacturer_key)
    if key is None:
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=1024)
def _verifier(manufacturer_key: bytes) -> Ed25519PublicKey | None:
    """None for a key of small order."""
    check_key(manufacturer_key)
    return None if is_weak_key(manufacturer_key) else Ed25519PublicKey.from_public_bytes(manufacturer_key)


def encode_signature(signature: bytes) -> str:
    """The 86 characters of a 64-byte signature. Raises TagError with rule `not_bytes` or `size`."""
    check_signature(signature)
    return urlsafe_b64encode(signature).decode("ascii").rstrip("=")


def decode_signature(text: str) -> bytes:
    """The 64-byte signature of exactly 86 characters.

    Raises TagError with rule `not_text`, `length`, `alphabet`, or `unused_bits` for a second spelling of a signature.
    """
    if not isinstance(text, str):
        raise TagError(text, "not_text", "a signature is text")
    if len(text) != SIGNATURE_CHARACTERS:
        raise TagError(text, "length", f"it has not {SIGNATURE_CHARACTERS} characters")
    if not _BASE64URL.issuperset(text):  # the decoder would skip strangers
        raise TagError(text, "alphabet", "it has a character that is not base64url")
    if text[-1] not in _LAST:
        raise TagError(text, "unused_bits", "its last character sets bits that belong to no byte")
    return urlsafe_b64decode(text + "==")


def check_signature(signature: bytes) -> None:
    """Refuse what is not 64 bytes. Raises TagError with rule `not_bytes` or `size`."""
    if not isinstance(signature, bytes):
        raise TagError(type(signature).__name__, "not_bytes", "a signature is bytes")
    if len(signature) != SIGNATURE_BYTES:
        raise TagError(f"{len(signature)} bytes", "size", f"a signature has {SIGNATURE_BYTES} bytes")
