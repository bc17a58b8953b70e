"""The files that codes are streamed to. A file is the texts of its runs, one after the other, and so is its half."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plings.printing import parquet
from plings.printing.code import ALWAYS, PrintedCode

Codes = Iterable[PrintedCode]
Columns = tuple[str, ...]
Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Format:
    """How codes are written. `encode` makes the bytes of one run, the first one told apart, for a file's header.

    `assemble` makes the finished file of the one that was appended to, where that is not it already: it gets that one,
    the places where its runs end, the columns, and the file to write. `pairs` reads a run of a finished file back, by
    its number and by where it began and ended when it was written: path and address of each code. It raises
    ValueError, LookupError, TypeError and OSError.
    """

    name: str
    encode: Callable[[Codes, Columns, bool], bytes]
    pairs: Callable[[Path, int, int, int], Pairs]
    assemble: Callable[[Path, Iterable[int], Columns, Path], None] | None = None


def _csv(codes: Codes, columns: Columns, is_first: bool) -> bytes:
    """RFC 4180 with line feeds. No field holds a comma, a quote or a line break, so none is quoted."""
    places = [PrintedCode._fields.index(column) for column in columns]
    header = [",".join(columns)] if is_first else []
    lines = [",".join([str(code[place]) for place in places]) for code in codes]
    return "\n".join([*header, *lines, ""]).encode("ascii")


def _jsonl(codes: Codes, columns: Columns, is_first: bool) -> bytes:
    """A JSON object per line. No text holds what JSON would escape."""
    places = [PrintedCode._fields.index(column) for column in columns]
    template = ",".join(f'"{column}":%s' if column == "instance" else f'"{column}":"%s"' for column in columns)
    line = f"{{{template}}}\n"
    return "".join([line % tuple([code[place] for place in places]) for code in codes]).encode("ascii")


def _csv_pairs(file: Path, number: int, start: int, end: int) -> Pairs:
    lines = _lines(file, start, end)
    rows = [line.split(",") for line in (lines[1:] if number == 0 else lines)]
    return [(row[_PATH], row[_ADDRESS]) for row in rows]


def _jsonl_pairs(file: Path, number: int, start: int, end: int) -> Pairs:
    rows = [json.loads(line) for line in _lines(file, start, end)]
    return [(row["path"], row["address"]) for row in rows]


def _lines(file: Path, start: int, end: int) -> list[str]:
    with file.open("rb") as opened:
        opened.seek(start)
        return opened.read(end - start).decode("ascii").splitlines()


_PATH: Final = ALWAYS.index("path")
_ADDRESS: Final = ALWAYS.index("address")

FORMATS: Final = {
    each.name: each
    for each in (
        Format("csv", _csv, _csv_pairs),
        Format("jsonl", _jsonl, _jsonl_pairs),
        Format("parquet", parquet.encode, parquet.pairs, parquet.assemble),
    )
}
