"""The quick way through a file: lines that all are a canonical path, a comma and a UUID.

Half of a load's time would go by here if each line was looked at by itself, so that all of a block are taken together,
in operations that are loops in C. Whatever is unusual in a block, if only a longer number, sends it the other way.
"""

from __future__ import annotations

import re
from array import array
from binascii import Error as NotHexadecimal
from binascii import unhexlify
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import compress
from typing import Final, TypeVar

from plings.registry.bulk_chunks import ROW_START, Piece
from plings.registry.bulk_maker import Maker

Value = TypeVar("Value")

_ALPHABET: Final = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_UUID_CHARACTERS: Final = 36
_DASHES: Final = (8, 13, 18, 23)
_SHORT_PATH: Final = 28
"""Bytes: in so many there are no more segments than a path may have."""
_LEADING_ONE: Final = re.compile(rb"\.1[^.,]")
_LONG_NUMBER: Final = re.compile(rb"[^.,]{6}")
"""It may be 2^31 or more."""


class PlainLines:
    """Reads blocks of plain lines of one manufacturer, for so many streams."""

    def __init__(self, maker: Maker, streams: int, most_rows: int) -> None:
        self._prefix = f"{maker.prefix}.".encode()
        self._hashed = maker.hash_prefix
        key = maker.public_key.encode()
        key_field = len(key).to_bytes(4, "big") + key
        self._before_path = [key_field + size.to_bytes(4, "big") for size in range(_SHORT_PATH + 1)]
        self._most_rows = most_rows
        first_bytes = bytes(range(256))
        self._goes_to = [bytes(byte * streams >> 8 == stream for byte in first_bytes) for stream in range(streams)]

    def pieces(self, text: bytes, first_line: int) -> Iterator[list[Piece]] | None:
        """The rows of a block, a list with each stream's part at a time; None when not all lines are plain."""
        cells = text.replace(b"\r\n", b"\n").replace(b"\n", b",").split(b",")
        paths, ids = cells[:-1:2], cells[1::2]
        if len(paths) != len(ids) or len(ids) != text.count(b"\n") or not self._are_paths(paths):
            return None
        id_fields = _id_fields(ids)
        return None if id_fields is None else self._encoded(paths, id_fields, first_line)

    def _are_paths(self, paths: list[bytes]) -> bool:
        text = b"," + b",".join(paths) + b","
        return (
            text.count(b"," + self._prefix) == len(paths)
            and len(max(paths, key=len)) <= _SHORT_PATH
            and not text.translate(None, _ALPHABET + b".,")
            and b".." not in text
            and b".," not in text
            and (b".1" not in text or not _LEADING_ONE.search(text))
            and not _LONG_NUMBER.search(text)
        )

    def _encoded(self, paths: list[bytes], id_fields: list[bytes], first_line: int) -> Iterator[list[Piece]]:
        for at in range(0, len(paths), self._most_rows):
            some, ids = paths[at : at + self._most_rows], id_fields[at : at + self._most_rows]
            hashed = self._hashed
            digests = [sha256(hashed + path).digest() for path in some]
            lines = range(first_line + at, first_line + at + len(some))
            if len(self._goes_to) == 1:
                yield [self._piece(digests, some, ids, lines)]
                continue
            first_bytes = bytes([digest[0] for digest in digests])
            chosen = [first_bytes.translate(table) for table in self._goes_to]
            yield [
                self._piece(_of(digests, mine), _of(some, mine), _of(ids, mine), _of(lines, mine)) for mine in chosen
            ]

    def _piece(self, digests: list[bytes], paths: list[bytes], ids: list[bytes], lines: Sequence[int]) -> Piece:
        before_path = self._before_path
        fields = [b""] * (5 * len(paths))
        fields[0::5] = [ROW_START] * len(paths)
        fields[1::5] = [digest[:8] for digest in digests]
        fields[2::5] = [before_path[len(path)] for path in paths]
        fields[3::5] = paths
        fields[4::5] = ids
        return Piece(b"".join(fields), array("q", lines), by_sku=False)


def _of(values: Sequence[Value], chosen: bytes) -> list[Value]:
    return list(compress(values, chosen))


def _id_fields(ids: list[bytes]) -> list[bytes] | None:
    """UUIDs as 16 bytes, each after its size; None when one is none."""
    text = b"".join(ids)
    if {*map(len, ids)} != {_UUID_CHARACTERS}:
        return None
    if any(text[at::_UUID_CHARACTERS] != b"-" * len(ids) for at in _DASHES):
        return None
    try:
        fields = unhexlify(b"00000010" + b"00000010".join(ids).replace(b"-", b""))
    except NotHexadecimal:
        return None
    return [fields[at : at + 20] for at in range(0, len(fields), 20)] if len(fields) == 20 * len(ids) else None
