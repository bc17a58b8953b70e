"""Rows of a load: read, checked as far as one can without the database, hashed and encoded."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Final
from uuid import UUID

from plings.errors import PathError, ValueRefused
from plings.identity import ClassPath, ClassPointer
from plings.registry.bulk_chunks import ROW_START, Chunk, Piece, fill_chunks
from plings.registry.bulk_maker import Maker
from plings.registry.bulk_plain import PlainLines
from plings.registry.bulk_source import Cells, read_blocks, read_rows

_AT_ONCE: Final = 1_000
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")


def chunks(
    source: Path | Iterable[tuple[str, UUID | str]], maker: Maker, streams: int, rows_per_chunk: int
) -> Iterator[tuple[int, Chunk]]:
    """Chunks of at most `rows_per_chunk`, each for the stream of a number. Raises OSError, ValueRefused."""
    return fill_chunks(_pieces(source, maker, streams, rows_per_chunk), maker, streams, rows_per_chunk)


def _pieces(
    source: Path | Iterable[tuple[str, UUID | str]], maker: Maker, streams: int, most_rows: int
) -> Iterator[list[Piece]]:
    if not isinstance(source, Path):
        yield from _checked(read_rows(source), maker, streams, most_rows)
        return
    plain = PlainLines(maker, streams, most_rows)
    for block in read_blocks(source):
        quick = plain.pieces(block.text, block.first_line) if block.is_plain else None
        yield from _checked(block.rows(), maker, streams, most_rows) if quick is None else quick


def _checked(rows: Iterable[Cells], maker: Maker, streams: int, most_rows: int) -> Iterator[list[Piece]]:
    """Rows in any form, looked at one by one."""
    rest = iter(rows)
    while some := list(islice(rest, min(_AT_ONCE, most_rows))):
        encoded = [(cells, *_encoded(cells, maker)) for cells in some]
        for by_sku in (False, True):
            parts: list[list[tuple[int, bytes]]] = [[] for _ in range(streams)]
            for cells, first_byte, row in encoded:
                if (cells.class_id is None) == by_sku:
                    parts[first_byte * streams >> 8].append((cells.line, row))
            yield [
                Piece(b"".join(row for _, row in part), array("q", [line for line, _ in part]), by_sku)
                for part in parts
            ]


def _encoded(cells: Cells, maker: Maker) -> tuple[int, bytes]:
    """The first byte of the pointer, and the row."""
    path = _checked_path(cells, maker)
    pointer = sha256(maker.hash_prefix + path).digest()[:8]
    _check_pointer(cells, pointer)
    known = str(cells.sku).encode() if cells.class_id is None else _id_bytes(cells, cells.class_id)
    fields = (maker.public_key.encode(), path, known)
    return pointer[0], ROW_START + pointer + b"".join(len(one).to_bytes(4, "big") + one for one in fields)


def _checked_path(cells: Cells, maker: Maker) -> bytes:
    try:
        path = ClassPath(cells.path)
    except PathError as error:
        raise ValueRefused(f"{cells.where}: path_to_pointer {error.value!a}: {error.reason}", error.rule) from error
    if path.prefix != maker.prefix:
        raise ValueRefused(f"{cells.where}: path_to_pointer {path.text} is not below {maker.prefix}", "below_prefix")
    return path.text.encode("ascii")


def _check_pointer(cells: Cells, pointer: bytes) -> None:
    right = ClassPointer(pointer).text
    if cells.class_pointer is not None and cells.class_pointer != right:
        told = f"class_pointer {cells.class_pointer[:20]!a} of {cells.path} is not {right}"
        raise ValueRefused(f"{cells.where}: {told}", "class_pointer")


def _id_bytes(cells: Cells, text: str) -> bytes:
    if not _UUID.fullmatch(text):
        raise ValueRefused(f"{cells.where}: class_id {text[:50]!a} is no UUID", "class_id_form")
    return UUID(text).bytes
