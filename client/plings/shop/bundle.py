"""A bundle that is open: its header and index were verified, and every block is when it is read.

So a start takes no longer for a large bundle than the hash of its index, and whatever happens to the file on disk
afterwards, nothing is answered from it but what the publisher signed.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NoReturn

from plings.errors import BundleInvalid, ShopError, shown
from plings.shop.header import Header, read_header
from plings.shop.layout import ENTRY, KEY_BYTES, MAGIC, MOST_BLOCK, MOST_HEADER, RECORD, SECTIONS, TRAILER

_ENTRY_BYTES: Final = ENTRY.size


class Bundle:
    """A bundle of a publisher. Several threads may ask it. Close it, or use it in `with`."""

    def __init__(self, descriptor: int, header: Header, index: bytes, header_bytes: bytes) -> None:
        self.header = header
        self.digest = sha256(header_bytes).digest()
        """Of the header, and so of all of it."""
        self._descriptor = descriptor
        self._index = index
        self._end = header.file_bytes - TRAILER.size - len(header_bytes) - len(index)
        self._places: dict[str, tuple[int, int]] = {}
        at = 0
        for name in SECTIONS:
            self._places[name] = (at, at + header.sections[name].blocks)
            at += header.sections[name].blocks

    @classmethod
    def open(cls, file: Path, publisher_key: bytes) -> Bundle:
        """The bundle of a file that the publisher of this 32-byte key signed.

        Raises BundleInvalid, and ShopError with rule `not_read` when there is no such file.
        """
        try:
            descriptor = os.open(file, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            raise ShopError(f"bundle {shown(str(file))}", "not_read", f"{error.strerror}") from error
        try:
            return cls._opened(descriptor, publisher_key)
        except BaseException:
            os.close(descriptor)
            raise

    @classmethod
    def _opened(cls, descriptor: int, publisher_key: bytes) -> Bundle:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            raise BundleInvalid("bundle", "not_a_file", "it is no regular file")
        trailer_at = found.st_size - TRAILER.size
        if trailer_at < len(MAGIC) or _read(descriptor, 0, len(MAGIC)) != MAGIC:
            raise BundleInvalid("bundle", "format", "it is no bundle, or one of another version")
        signature, size, magic = TRAILER.unpack(_read(descriptor, trailer_at, TRAILER.size))
        if magic != MAGIC or not 0 < size <= min(MOST_HEADER, trailer_at - len(MAGIC)):
            raise BundleInvalid("bundle", "truncated", "it does not end as a bundle does: a part of it is missing")
        encoded = _read(descriptor, trailer_at - size, size)
        header = read_header(encoded, signature, publisher_key)
        index_bytes = header.blocks * _ENTRY_BYTES
        index_at = trailer_at - size - index_bytes
        if header.file_bytes != found.st_size or index_at < len(MAGIC):
            raise BundleInvalid("bundle", "size", f"it has {found.st_size} bytes and not {header.file_bytes}")
        index = _read(descriptor, index_at, index_bytes)
        if sha256(index).digest() != header.index_sha256:
            raise BundleInvalid("bundle.index", "hash", "it is not what the publisher signed: the file is damaged")
        return cls(descriptor, header, index, encoded)

    def close(self) -> None:
        """Twice is fine."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def __enter__(self) -> Bundle:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def find(self, section: str, key: bytes) -> bytes | None:
        """The record of a 16-byte key, or None. Raises BundleInvalid when the block that would have it is damaged."""
        first, last = self._places[section]
        at = self._block_of(key, first, last)
        if at < first:
            return None
        for found, record in self.records_of(section, at):
            if found == key:
                return record
        return None

    def blocks(self, section: str) -> range:
        """The numbers of a section's blocks."""
        return range(*self._places[section])

    def first_key(self, number: int) -> bytes:
        """As the index has it."""
        at = number * _ENTRY_BYTES
        return self._index[at : at + KEY_BYTES]

    def extent(self, number: int) -> tuple[int, int]:
        """Where a block begins and ends."""
        last = (number + 1) * _ENTRY_BYTES == len(self._index)
        return self._offset(number), self._end if last else self._offset(number + 1)

    def records_of(self, section: str, number: int) -> Iterator[tuple[bytes, bytes]]:
        """The keys and records of a block, which is hashed before anything in it is believed. Raises BundleInvalid."""
        start, end = self.extent(number)
        if not len(MAGIC) <= start < end <= min(start + MOST_BLOCK, self._end):
            _refuse(section, number, "place", "it is empty, too long, or not where blocks are")
        block = _read(self._descriptor, start, end - start)
        if sha256(block).digest() != self._index[(number + 1) * _ENTRY_BYTES - 32 : (number + 1) * _ENTRY_BYTES]:
            _refuse(section, number, "hash", "it is not what the publisher signed: the file is damaged")
        at = 0
        while at < len(block):
            if at + RECORD.size > len(block):
                _refuse(section, number, "record", "a record is cut off")
            key, size = RECORD.unpack_from(block, at)
            at += RECORD.size + size
            if at > len(block):
                _refuse(section, number, "record", "a record is cut off")
            yield key, block[at - size : at]

    def _offset(self, number: int) -> int:
        at = number * _ENTRY_BYTES + KEY_BYTES
        return int.from_bytes(self._index[at : at + 8], "big")

    def _block_of(self, key: bytes, first: int, last: int) -> int:
        """The last block that begins with this key or a smaller one; `first - 1` when there is none."""
        low, high = first, last
        while low < high:
            middle = (low + high) // 2
            if self.first_key(middle) <= key:
                low = middle + 1
            else:
                high = middle
        return low - 1


def _read(descriptor: int, at: int, size: int) -> bytes:
    """These bytes. The file is read and not mapped: of one that is cut off meanwhile, a mapping would end the process.

    Raises BundleInvalid.
    """
    parts = []
    while size:
        try:
            part = os.pread(descriptor, size, at)
        except OSError as error:
            raise BundleInvalid("bundle", "not_read", f"it cannot be read: {error.strerror}") from error
        if not part:
            raise BundleInvalid("bundle", "truncated", "a part of it is missing")
        parts.append(part)
        at, size = at + len(part), size - len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _refuse(section: str, number: int, rule: str, reason: str) -> NoReturn:
    raise BundleInvalid(f"bundle.{section}.block {number}", rule, reason)
