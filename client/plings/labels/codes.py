"""The codes that are put on labels, from a file of them, one after the other."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TextIO

from plings.errors import SettingsError, shown
from plings.identity import DEFAULT_HOST, ScanUrl

LONGEST_LINE: Final = 65_536
"""Characters: more than a code and all that may be written beside it."""


def read_codes(file: Path, host: str = DEFAULT_HOST) -> Iterator[ScanUrl]:
    """The codes of a .csv (column `url`), a .jsonl (member `url`), or of any other file: one URL a line.

    Raises SettingsError, which names the line, for what is not a code for `host` or one for an NFC tag; and for a
    file that cannot be read or holds none.
    """
    name = f"codes file {shown(str(file))}"
    lines = _Lines(file)
    try:
        with lines:
            count = 0
            for url in _urls(lines, file.suffix.lower()):
                yield _code(url, host)
                count += 1
    except (ValueError, csv.Error) as error:  # of what is read: a code's errors are values' errors, too
        reason = "it is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else error
        raise SettingsError(f"{name}: line {lines.number}: {reason}") from error
    except OSError as error:
        raise SettingsError(f"{name}: it cannot be read: {error.strerror}") from error
    if not count:
        raise SettingsError(f"{name}: it holds no code")


class _Lines:
    """A file's lines; `number` is that of the last one that was asked for."""

    def __init__(self, file: Path) -> None:
        self.number = 1
        self._file = file
        self._stream: TextIO

    def __enter__(self) -> None:
        self._stream = self._file.open(encoding="utf-8-sig")

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def __iter__(self) -> Iterator[str]:
        self.number = 0
        while True:
            self.number += 1
            line = self._stream.readline(LONGEST_LINE + 1)
            if len(line) > LONGEST_LINE:
                raise ValueError(f"it has more than {LONGEST_LINE:,} characters")
            if not line:
                return
            yield line


def _urls(lines: _Lines, suffix: str) -> Iterator[str]:
    if suffix == ".csv":
        yield from _column(csv.reader(lines, strict=True))
    elif suffix in (".jsonl", ".ndjson"):
        yield from (_member(line) for line in lines if line.strip())
    else:
        yield from (line.strip() for line in lines if line.strip())


def _column(rows: Iterator[list[str]]) -> Iterator[str]:
    header = next(rows, [])
    if header.count("url") != 1:
        raise ValueError("it is not a header with one column named url")
    column = header.index("url")
    for row in rows:
        if row and len(row) != len(header):
            raise ValueError(f"it has {len(row)} columns and not {len(header)}")
        if row:
            yield row[column]


def _member(line: str) -> str:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    url = row.get("url") if isinstance(row, dict) else None
    if not isinstance(url, str):
        raise ValueError("it is not a JSON object with a text named url")
    return url


def _code(url: str, host: str) -> ScanUrl:
    code = ScanUrl.parse(url, host)
    if code.kind != "q":
        raise ValueError(f"the code of {code.path} is for an NFC tag (t=n), which no label shows")
    return code
