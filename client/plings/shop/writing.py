"""Writing a bundle: records come in the order of sections and keys, and go to the file as they come."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import BinaryIO

from plings.shop.header import Extent, Header, signed_message
from plings.shop.layout import BLOCK_BYTES, ENTRY, KEY_BYTES, MAGIC, MOST_RECORD, RECORD, SECTIONS, TRAILER


class BundleWriter:
    """Writes one bundle to a new file. Memory: the index, 56 bytes for each 4 kB."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._offset = stream.write(MAGIC)
        self._index = bytearray()
        self._block = bytearray()
        self._first_key = self._last_key = b""
        self._section = 0
        self._blocks = dict.fromkeys(SECTIONS, 0)
        self._records = dict.fromkeys(SECTIONS, 0)

    def add(self, section: str, key: bytes, record: bytes) -> None:
        """The next record of a section, under a key of 16 bytes that is greater than the one before.

        Raises ValueError for a record out of order, or of more than 65,535 bytes.
        """
        number = SECTIONS.index(section)
        if number != self._section:
            self._begin(number)
        if len(key) != KEY_BYTES or (self._records[section] and key <= self._last_key):
            raise ValueError(f"a record of {section} is out of order")
        if len(record) > MOST_RECORD:
            raise ValueError(f"a record of {section} has more than {MOST_RECORD} bytes")
        if self._block and len(self._block) + RECORD.size + len(record) > BLOCK_BYTES:
            self._flush()
        if not self._block:
            self._first_key = key
        self._block += RECORD.pack(key, len(record))
        self._block += record
        self._last_key = key
        self._records[section] += 1

    def finish(
        self,
        *,
        publisher_name: str,
        publisher_key: bytes,
        sequence: int,
        created_at_unix: int,
        expires_at_unix: int,
        host: str,
        sign: Callable[[bytes], bytes],
    ) -> Header:
        """Writes index, header and signature: `sign` gives the publisher's Ed25519 signature of a message."""
        self._flush()

        def header(file_bytes: int) -> Header:
            sections = {name: Extent(self._blocks[name], self._records[name]) for name in SECTIONS}
            return Header(
                publisher_name,
                publisher_key,
                sequence,
                created_at_unix,
                expires_at_unix,
                host,
                file_bytes,
                sha256(self._index).digest(),
                sections,
            )

        made = _with_its_size(header, self._offset + len(self._index) + TRAILER.size)
        encoded = made.encoded
        self._stream.write(self._index)
        self._stream.write(encoded)
        self._stream.write(TRAILER.pack(sign(signed_message(encoded)), len(encoded), MAGIC))
        return made

    def _begin(self, number: int) -> None:
        if number < self._section:
            raise ValueError(f"{SECTIONS[number]} come before {SECTIONS[self._section]}")
        self._flush()
        self._section = number

    def _flush(self) -> None:
        if self._block:
            self._index += ENTRY.pack(self._first_key, self._offset, sha256(self._block).digest())
            self._offset += self._stream.write(self._block)
            self._blocks[SECTIONS[self._section]] += 1
            self._block.clear()


def _with_its_size(header: Callable[[int], Header], rest: int) -> Header:
    """The header says how long the file is, itself included."""
    size = rest
    while (total := rest + len(header(size).encoded)) != size:
        size = total
    return header(size)
