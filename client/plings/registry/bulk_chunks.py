"""Chunks of encoded rows: what one stream copies at once.

A row is encoded as PostgreSQL's binary COPY of pointer, key, path and class, which the server reads in half the time
that text takes it. Which stream a row goes to follows from its pointer, so that two streams never have the same one.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from plings.registry.bulk_maker import Maker

COPY_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_TRAILER: Final = b"\xff\xff"

ROW_START: Final = (4).to_bytes(2, "big") + (8).to_bytes(4, "big")
"""Four fields, the first of 8 bytes: the pointer."""


@dataclass(frozen=True)
class PointerRow:
    """One row, decoded again. `pointer` are the 8 bytes; its class is known by `class_id` (16 bytes) or by `sku`."""

    line: int
    pointer: bytes
    path: str
    class_id: bytes | None
    sku: str | None


@dataclass(frozen=True)
class Piece:
    """Some encoded rows and the lines that they stand in. `by_sku`: their last field is a SKU's text and no id."""

    rows: bytes
    lines: array[int]
    by_sku: bool


class Chunk:
    """Pieces of one kind for one stream."""

    def __init__(self, maker: Maker, by_sku: bool) -> None:
        self.maker = maker
        self.by_sku = by_sku
        self.pieces: list[Piece] = []
        self.row_count = 0

    def add(self, piece: Piece) -> None:
        self.pieces.append(piece)
        self.row_count += len(piece.lines)

    def decoded(self) -> Iterator[PointerRow]:
        """What was encoded."""
        path_at = len(ROW_START) + 8 + 4 + len(self.maker.public_key)
        for piece in self.pieces:
            rows, at = piece.rows, 0
            for line in piece.lines:
                path, class_at = _field(rows, at + path_at)
                known, end = _field(rows, class_at)
                pointer = rows[at + len(ROW_START) : at + len(ROW_START) + 8]
                sku = known.decode() if self.by_sku else None
                yield PointerRow(line, pointer, path.decode(), None if self.by_sku else known, sku)
                at = end


def fill_chunks(
    pieces: Iterable[list[Piece]], maker: Maker, streams: int, rows_per_chunk: int
) -> Iterator[tuple[int, Chunk]]:
    """Each stream's pieces, one list after the other, in chunks of at most so many rows, which no piece exceeds."""
    filling: list[Chunk | None] = [None] * streams
    for parts in pieces:
        for stream, piece in enumerate(parts):
            if not piece.lines:
                continue
            chunk = filling[stream]
            is_full = chunk is not None and chunk.row_count + len(piece.lines) > rows_per_chunk
            if chunk is not None and (is_full or chunk.by_sku != piece.by_sku):
                yield stream, chunk
                chunk = None
            if chunk is None:
                chunk = filling[stream] = Chunk(maker, piece.by_sku)
            chunk.add(piece)
    for stream, chunk in enumerate(filling):
        if chunk is not None:
            yield stream, chunk


def _field(rows: bytes, at: int) -> tuple[bytes, int]:
    """A field's value, and where it ends."""
    start = at + 4
    end = start + int.from_bytes(rows[at:start], "big")
    return rows[start:end], end
