"""JSON from strangers, read part by part: each part knows its name, and what is wrong with it is said of that name.

Nothing is guessed or repaired: a member is known and there once, a number is a whole one without a sign, a text is the
only one for its bytes. Whitespace and the order of members are free.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

import base58

from plings.errors import IdentityError, ReceiptInvalid, shown
from plings.identity import ALPHABET, parse_address

LONGEST: Final = 16 * 1024
"""Bytes of a whole file."""
MOST_HASHES: Final = 64
"""A tree of 2^64 leaves has no longer proof."""
HASH_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
U64: Final = 2**64 - 1
UNIX: Final = 2**63 - 1
"""Seconds since 1970: the chain's are signed, but its clock was never before."""

T = TypeVar("T")


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it was written, with what was written twice."""


@dataclass(frozen=True, slots=True)
class Part:
    """A value of a document and its name: `receipt.leaf.number`, `receipt.proof.3`."""

    name: str
    value: object

    def refused(self, rule: str, reason: str) -> ReceiptInvalid:
        return ReceiptInvalid(self.name, rule, reason)

    def members(self, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Part]:
        """An object's members by name. Rules: `type`, `repeated`, `unknown`, `missing`."""
        members = self.all_members()
        for name in members:
            if name not in required and name not in optional:
                raise self.refused("unknown", f"it has no member {shown(name)}")
        for name in required:
            if name not in members:
                raise self.refused("missing", f"its member {name} is missing")
        return members

    def all_members(self) -> dict[str, Part]:
        """An object's members, known or not. Rules: `type`, `repeated`."""
        if not isinstance(self.value, _Pairs):
            raise self.refused("type", "it is no JSON object")
        members: dict[str, Part] = {}
        for name, value in self.value:
            if name in members:  # JSON leaves open which one counts
                raise self.refused("repeated", f"its member {shown(name)} is there twice")
            members[name] = Part(f"{self.name}.{name}", value)
        return members

    def number(self, most: int) -> int:
        """A whole number from 0 to `most`. Rules: `type`, `range`."""
        if type(self.value) is not int:  # a bool is an int, too
            raise self.refused("type", "it is no whole number")
        if not 0 <= self.value <= most:
            raise self.refused("range", f"it is not from 0 to {most}, without a sign")
        return self.value

    def text(self) -> str:
        """Rule: `type`."""
        if not isinstance(self.value, str):
            raise self.refused("type", "it is no text")
        return self.value

    def read(self, parse: Callable[[str], T]) -> T:
        """What `parse` makes of a text. Rules: `type`, and those of `parse`, which raises an IdentityError."""
        try:
            return parse(self.text())
        except IdentityError as error:
            raise self.refused(error.rule, error.reason) from error

    def key(self) -> bytes:
        """32 bytes in base58. Rules: `type`, and those of `parse_address`."""
        return self.read(parse_address)

    def hash(self) -> bytes:
        """32 bytes in base64 (RFC 4648, 4). Rules: `type`, `base64`, `size`."""
        text = self.text()
        try:
            data = b64decode(text, validate=True)
        except (Base64Error, ValueError):
            raise self.refused("base64", "it is no base64") from None
        if format_hash(data) != text:  # unused bits would spell one hash in several ways
            raise self.refused("base64", "it is not the base64 of its bytes")
        if len(data) != HASH_BYTES:
            raise self.refused("size", f"it is {len(data)} bytes and not {HASH_BYTES}")
        return data

    def hashes(self) -> tuple[bytes, ...]:
        """An array of up to 64 hashes. Rules: `type`, `too_many`, and those of `hash`."""
        return tuple(item.hash() for item in self.items(MOST_HASHES, "hashes"))

    def items(self, most: int, of: str = "items") -> list[Part]:
        """An array of up to `most` of anything. Rules: `type`, `too_many`."""
        if not isinstance(self.value, list) or isinstance(self.value, _Pairs):
            raise self.refused("type", "it is no JSON array")
        if len(self.value) > most:
            raise self.refused("too_many", f"it has more than {most} {of}")
        return [Part(f"{self.name}.{at}", value) for at, value in enumerate(self.value)]

    def signature(self) -> bytes:
        """64 bytes in base58. Rules: `type`, `length` (characters), `alphabet`, `size`."""
        text = self.text()
        if not SIGNATURE_BYTES <= len(text) <= 88:  # before decoding, which is quadratic
            raise self.refused("length", "it has not 64 to 88 characters")
        if not set(ALPHABET).issuperset(text):
            raise self.refused("alphabet", "it has a character that is not base58")
        number: int = base58.b58decode_int(text)  # the library's own way to bytes goes one byte at a time
        size = len(text) - len(text.lstrip("1")) + (number.bit_length() + 7) // 8
        if size != SIGNATURE_BYTES:
            raise self.refused("size", f"it is {size} bytes and not {SIGNATURE_BYTES}")
        return number.to_bytes(SIGNATURE_BYTES, "big")


def read_document(text: str | bytes, name: str, form: str, version: int) -> Part:
    """A document of ours: a JSON object whose `format` is `form` and whose `version` is `version`, named `name`.

    The part is without those two members. Raises ReceiptInvalid with rule `too_long`, `not_utf8`, `not_json`, `type`,
    `repeated`, `missing`, `format` or `version`.
    """
    return document_in(parse_json(text, name), form, version)


def document_in(whole: Part, form: str, version: int) -> Part:
    """The same of a part that was read already. Raises ReceiptInvalid, but not for what is wrong with its text."""
    members = whole.all_members()
    if "format" not in members or members["format"].value != form:
        raise whole.refused("format", f'its format is not "{form}"')
    if "version" not in members or members["version"].number(U64) != version:
        raise whole.refused("version", f"its version is not {version}")
    rest = [(member, part.value) for member, part in members.items() if member not in ("format", "version")]
    return Part(whole.name, _Pairs(rest))


def format_hash(data: bytes) -> str:
    """A hash in base64, 44 characters for 32 bytes."""
    return b64encode(data).decode("ascii")


def parse_json(text: str | bytes, name: str, longest: int = LONGEST) -> Part:
    """One JSON value of at most `longest` bytes, named `name`. Rules: `too_long`, `not_utf8`, `not_json`."""
    whole = Part(name, None)
    # a text has no more characters than bytes, so one that is too long is not even encoded
    if len(text) > longest or (isinstance(text, str) and len(text.encode("utf-8", "replace")) > longest):
        raise whole.refused("too_long", f"it has more than {longest} bytes")
    try:
        decoded = text.decode("utf-8") if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        raise whole.refused("not_utf8", "it is not UTF-8 text") from None
    try:
        return Part(name, json.loads(decoded, object_pairs_hook=_Pairs, parse_int=_whole))
    except (ValueError, RecursionError):
        raise whole.refused("not_json", "it is not one JSON value") from None


def _whole(digits: str) -> int:
    """The number, or one that is out of every range: for a sign (-0 spells 0 again), or for more digits than 2^64."""
    return -1 if digits[0] == "-" else int(digits) if len(digits) <= 20 else 2**64
