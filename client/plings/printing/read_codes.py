"""Reading codes back from files: ours, and others' that have a column for the URL or for what it is made of."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple, TextIO

from plings.errors import PrintingError
from plings.printing.parquet import arrow

LONGEST_LINE: Final = 65_536
"""Characters: more than a code and all that may be written beside it."""


class ListedCode(NamedTuple):
    """What a file says of one code. Nothing of it is checked. What is not there is None."""

    line: int
    """the line, or in Parquet the row, from 1"""
    url: str | None = None
    path: str | None = None
    class_pointer: str | None = None
    address: str | None = None
    instance: str | None = None
    """a decimal number"""
    signature: str | None = None
    nfc_url: str | None = None
    ndef: str | None = None


MADE_OF: Final = ("path", "class_pointer", "address")
_NAMES: Final = ListedCode._fields[1:]
_NUMBER: Final = "instance"


def read_codes(file: Path) -> Iterator[ListedCode]:
    """The codes of a .csv with a header, a .jsonl, a .parquet, or of any other file: one URL a line.

    One line is in memory at a time, of Parquet one row group. Raises PrintingError with rule `unreadable`, which names
    the line, for what is no such file; SettingsError where Parquet cannot be read; and OSError.
    """
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        yield from _parquet(file)
        return
    lines = _Lines(file)
    with lines:
        try:
            if suffix == ".csv":
                yield from _csv(lines)
            elif suffix in (".jsonl", ".ndjson"):
                yield from (_member(lines.number, line) for line in lines if line.strip())
            else:
                yield from (ListedCode(lines.number, url=line.strip()) for line in lines if line.strip())
        except UnicodeDecodeError:
            raise _unreadable(file, lines.number, "it is not UTF-8 text") from None
        except (ValueError, csv.Error) as error:
            raise _unreadable(file, lines.number, str(error)) from None


class _Lines:
    """A file's lines; `number` is that of the last one that was asked for."""

    def __init__(self, file: Path) -> None:
        self.number = 0
        self._file = file
        self._stream: TextIO

    def __enter__(self) -> None:
        self._stream = self._file.open(encoding="utf-8-sig", newline="")

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[str]:
        while True:
            self.number += 1
            line = self._stream.readline(LONGEST_LINE + 1)
            if len(line) > LONGEST_LINE:
                raise ValueError(f"it has more than {LONGEST_LINE:,} characters")
            if not line:
                return
            yield line


def _csv(lines: _Lines) -> Iterator[ListedCode]:
    rows = csv.reader(lines, strict=True)
    header = next(rows, [])
    _check_columns(header)
    places = [header.index(name) if name in header else None for name in _NAMES]
    for row in rows:
        if row and len(row) != len(header):
            raise ValueError(f"it has {len(row)} columns and not {len(header)}")
        if row:
            yield ListedCode(lines.number, *(None if place is None else row[place] for place in places))


class _Members(list[tuple[str, Any]]):
    """A JSON object as it was written: of a member that is there twice, JSON leaves open which one counts."""


def _member(number: int, line: str) -> ListedCode:
    try:
        row: Any = json.loads(line, object_pairs_hook=_Members)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(row, _Members):
        raise ValueError("it is not a JSON object")
    _check_columns([name for name, _ in row])
    members = dict(row)
    return ListedCode(number, *(_text(name, members.get(name)) for name in _NAMES))


def _text(name: str, value: Any) -> str | None:
    if name == _NUMBER and type(value) is int:
        return str(value)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"its {name} is no text")
    return value


def _parquet(file: Path) -> Iterator[ListedCode]:
    pa = arrow()
    try:
        with pa.parquet.ParquetFile(file) as opened:
            _check_columns(opened.schema_arrow.names)
            names = [name for name in _NAMES if name in opened.schema_arrow.names]
            number = 0
            for batch in opened.iter_batches(columns=names):
                for row in batch.to_pylist():
                    number += 1
                    yield ListedCode(number, **{name: _text(name, value) for name, value in row.items()})
    except (pa.ArrowException, ValueError) as error:
        raise PrintingError(f"{file}: it is no Parquet file of codes: {error}", "unreadable") from None


def _check_columns(names: list[str]) -> None:
    if "url" not in names and not set(names).issuperset(MADE_OF):
        raise ValueError("there is neither a url nor path, class_pointer and address")
    for name in _NAMES:
        if names.count(name) > 1:
            raise ValueError(f"there are two columns named {name}")


def _unreadable(file: Path, number: int, reason: str) -> PrintingError:
    return PrintingError(f"{file}: line {number}: {reason}", "unreadable")
