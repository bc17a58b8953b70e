"""A bundle's header: who publishes it, its number and times, how much it holds. The publisher signs it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from plings.errors import BundleInvalid, ReceiptInvalid, SettingsError, UrlError
from plings.identity import ScanUrl, format_address
from plings.identity.tag import verify_message
from plings.proofs.document import HASH_BYTES, U64, UNIX, Part, read_document
from plings.shop.layout import MOST_BLOCKS, MOST_HEADER, SECTIONS

FORMAT: Final = "plings-shop-bundle"
VERSION: Final = 1
SIGNED_PREFIX: Final = b"plings:shop-bundle:1:"
"""Before the header in what is signed, so that the signature is one of nothing else: a publisher may sign tags, too."""

MOST_NAME: Final = 200
"""Characters."""
MOST_BYTES: Final = 2**40
PART: Final = "bundle.header"

_MEMBERS: Final = (
    "publisher",
    "sequence",
    "created_at_unix",
    "expires_at_unix",
    "host",
    "file_bytes",
    "index_sha256",
    "sections",
)
_HEXADECIMAL: Final = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class Extent:
    """How many blocks and records a section has."""

    blocks: int
    records: int


@dataclass(frozen=True, slots=True)
class Header:
    """What the publisher (name, 32-byte key) signs. Times are unix seconds; `host` is the one that codes name.

    `sequence` rises from bundle to bundle. `index_sha256` covers the index, which has every block's hash: so the
    signature covers every byte of the file.
    """

    publisher_name: str
    publisher_key: bytes
    sequence: int
    created_at_unix: int
    expires_at_unix: int
    host: str
    file_bytes: int
    index_sha256: bytes
    sections: dict[str, Extent]

    @property
    def blocks(self) -> int:
        """Of all sections."""
        return sum(extent.blocks for extent in self.sections.values())

    @property
    def encoded(self) -> bytes:
        """Its bytes in the file: one line of ASCII, members in the documented order."""
        sections = {
            name: {"blocks": self.sections[name].blocks, "records": self.sections[name].records} for name in SECTIONS
        }
        members: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "publisher": {"name": self.publisher_name, "key": format_address(self.publisher_key)},
            "sequence": self.sequence,
            "created_at_unix": self.created_at_unix,
            "expires_at_unix": self.expires_at_unix,
            "host": self.host,
            "file_bytes": self.file_bytes,
            "index_sha256": self.index_sha256.hex(),
            "sections": sections,
        }
        return (json.dumps(members, separators=(",", ":")) + "\n").encode("ascii")


def signed_message(encoded_header: bytes) -> bytes:
    """What the publisher's Ed25519 key (RFC 8032) signs: `plings:shop-bundle:1:` and the header's bytes."""
    return SIGNED_PREFIX + encoded_header


def read_header(encoded: bytes, signature: bytes, publisher_key: bytes) -> Header:
    """The header that the publisher of this 32-byte key signed. Nothing of it is read before that is shown.

    Raises BundleInvalid with rule `signature`, or the rule of what is wrong with a part of it (`version`, …).
    """
    if not verify_message(publisher_key, signed_message(encoded), signature):
        reason = f"it is not signed by {format_address(publisher_key)}: altered, or another publisher's"
        raise BundleInvalid(PART, "signature", reason)
    try:
        header = _read(encoded)
    except ReceiptInvalid as error:
        raise BundleInvalid(error.part, error.rule, error.reason) from error
    if header.publisher_key != publisher_key:
        raise BundleInvalid(f"{PART}.publisher.key", "another_key", "it is not the key that signed it")
    return header


def _read(encoded: bytes) -> Header:
    members = read_document(encoded[: MOST_HEADER + 1], PART, FORMAT, VERSION).members(_MEMBERS)
    publisher = members["publisher"].members(("name", "key"))
    created, expires = (members[name].number(UNIX) for name in ("created_at_unix", "expires_at_unix"))
    if expires <= created:
        raise members["expires_at_unix"].refused("order", "it expires before it was made")
    return Header(
        _short(publisher["name"]),
        publisher["key"].key(),
        members["sequence"].number(U64),
        created,
        expires,
        _read_host(members["host"]),
        members["file_bytes"].number(MOST_BYTES),
        _hash(members["index_sha256"]),
        _read_sections(members["sections"]),
    )


def _read_sections(part: Part) -> dict[str, Extent]:
    sections = {}
    for name, section in part.members(SECTIONS).items():
        numbers = section.members(("blocks", "records"))
        sections[name] = Extent(numbers["blocks"].number(MOST_BLOCKS), numbers["records"].number(U64))
    if sum(extent.blocks for extent in sections.values()) > MOST_BLOCKS:
        raise part.refused("range", f"they have more than {MOST_BLOCKS} blocks")
    return {name: sections[name] for name in SECTIONS}


def _short(part: Part) -> str:
    text = part.text()
    if not 1 <= len(text) <= MOST_NAME:
        raise part.refused("length", f"it has not 1 to {MOST_NAME} characters")
    return text


def _read_host(part: Part) -> str:
    host = part.text()
    try:
        ScanUrl.parse("", host)
    except SettingsError as error:
        raise part.refused("host", "it is no host that codes can name") from error
    except UrlError:
        return host
    raise AssertionError("unreachable")


def _hash(part: Part) -> bytes:
    text = part.text()
    if len(text) != 2 * HASH_BYTES or not _HEXADECIMAL.issuperset(text):
        raise part.refused("hash", f"it is not {2 * HASH_BYTES} hexadecimal digits in lower case")
    return bytes.fromhex(text)
