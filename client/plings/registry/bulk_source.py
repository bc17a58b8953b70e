"""Where rows of a load come from: a CSV file, a file of JSON lines, or pairs. Read in blocks, whatever its size."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID

from plings.errors import ValueRefused

BLOCK_BYTES: Final = 1 << 18
LONGEST_LINE_BYTES: Final = 1 << 16

COLUMNS: Final = frozenset({"path_to_pointer", "class_id", "sku", "class_pointer"})
PLAIN: Final = ("path_to_pointer", "class_id")
"""The header of files that are read the quick way."""


@dataclass(frozen=True)
class Cells:
    """One row as it stands in line `line`, from 1. Either `class_id` or `sku` is there."""

    line: int
    path: str
    class_id: str | None
    sku: str | None
    class_pointer: str | None = None

    @property
    def where(self) -> str:
        return f"line {self.line}"


@dataclass(frozen=True)
class Block:
    """Lines of a file, each to its newline. Without `columns` they are JSON objects, else CSV."""

    text: bytes
    first_line: int
    line_count: int
    columns: tuple[str, ...] | None

    @property
    def is_plain(self) -> bool:
        """Whether it can be read the quick way, which nearly every file can."""
        return self.columns == PLAIN

    def rows(self) -> Iterator[Cells]:
        """Row by row, quotes and all; empty lines are none."""
        for line, text in enumerate(_decoded(self.text, self.first_line).split("\n"), self.first_line):
            if text.strip():
                yield _cells(line, _object(line, text) if self.columns is None else _record(line, text, self.columns))


def read_blocks(path: Path) -> Iterator[Block]:
    """The lines of a file. Raises OSError, ValueRefused with rule `columns`, `not_utf8`, `long_line`."""
    with path.open("rb") as file:
        columns = None if path.suffix.lower() in (".jsonl", ".ndjson") else _header(file.readline(LONGEST_LINE_BYTES))
        for text, first_line in _whole_lines(file, 1 if columns is None else 2):
            yield Block(text, first_line, text.count(b"\n"), columns)


def read_rows(pairs: Iterable[tuple[str, UUID | str]]) -> Iterator[Cells]:
    """Pairs, of which the first is line 1."""
    for line, pair in enumerate(pairs, 1):
        try:
            path, known = pair
        except (TypeError, ValueError):
            raise ValueRefused(f"line {line}: {pair!a:.80} is no pair of a path and a class", "columns") from None
        by_id = isinstance(known, UUID)
        yield _cells(line, {"path_to_pointer": path, "class_id" if by_id else "sku": str(known) if by_id else known})


def _whole_lines(file: IO[bytes], line: int) -> Iterator[tuple[bytes, int]]:
    rest = b""
    while read := file.read(BLOCK_BYTES):
        text = rest + read
        end = text.rfind(b"\n") + 1
        text, rest = text[:end], text[end:]
        if len(rest) > LONGEST_LINE_BYTES:
            raise ValueRefused(f"a line after line {line} has more than {LONGEST_LINE_BYTES:,} bytes", "long_line")
        if text:
            yield text, line
            line += text.count(b"\n")
    if rest:
        yield rest + b"\n", line


def _decoded(text: bytes, line: int) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        at = line + text[: error.start].count(b"\n")
        raise ValueRefused(f"line {at}: it is not UTF-8", "not_utf8") from None


def _header(line: bytes) -> tuple[str, ...]:
    text = _decoded(line, 1).removeprefix("\ufeff").strip()
    columns = tuple(name.strip() for name in _values(1, text))
    unknown = next((name for name in columns if name not in COLUMNS), None)
    if unknown is not None:
        told = f"the column {unknown[:50]!a} is none of {', '.join(sorted(COLUMNS))}"
        raise ValueRefused(f"line 1: {told}", "columns")
    if (
        len({*columns}) < len(columns)
        or "path_to_pointer" not in columns
        or ("class_id" in columns) == ("sku" in columns)
    ):
        raise ValueRefused("line 1: the columns are path_to_pointer and either class_id or sku", "columns")
    return columns


def _record(line: int, text: str, columns: tuple[str, ...]) -> Mapping[str, str]:
    values = _values(line, text)
    if len(values) != len(columns):
        raise ValueRefused(f"line {line}: it has {len(values)} columns and not {len(columns)}", "columns")
    return dict(zip(columns, values, strict=True))


def _values(line: int, text: str) -> list[str]:
    try:
        return next(csv.reader([text.removesuffix("\r")], strict=True), [])
    except csv.Error as error:
        raise ValueRefused(f"line {line}: {error}", "csv") from None


def _object(line: int, text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueRefused(f"line {line}: it is no JSON", "json") from None
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueRefused(f"line {line}: it is no JSON object of texts", "json")
    unknown = next((name for name in value if name not in COLUMNS), None)
    if unknown is not None or "path_to_pointer" not in value or ("class_id" in value) == ("sku" in value):
        raise ValueRefused(f"line {line}: its keys are path_to_pointer and either class_id or sku", "columns")
    return value


def _cells(line: int, values: Mapping[str, Any]) -> Cells:
    cells = Cells(
        line, values["path_to_pointer"], values.get("class_id"), values.get("sku"), values.get("class_pointer")
    )
    if cells.class_id is None and not _is_sku(cells.sku):
        raise ValueRefused(f"line {line}: {str(cells.sku)[:50]!a} is no SKU", "sku_form")
    return cells


def _is_sku(value: object) -> bool:
    """Whether it could be one: text that PostgreSQL can store."""
    if not isinstance(value, str) or not 0 < len(value) <= 100 or "\0" in value:
        return False
    return not any("\ud800" <= character <= "\udfff" for character in value)
