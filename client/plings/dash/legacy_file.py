"""Files of legacy codes: CSV with a header, one object a line, read as it comes.

The columns are `path` and, where it is known, `instance_key`; or `url`, which holds both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from plings.dash.legacy import LegacyCode, LegacyPath
from plings.dash.problems import Problem
from plings.errors import LegacyError, ValueRefused

if TYPE_CHECKING:
    from _csv import Reader

HEADERS: Final = (["path"], ["path", "instance_key"], ["url"])
LONGEST_LINE: Final = 1000
"""Characters."""


@dataclass(frozen=True)
class Line:
    """The code of line `number`, counted from 1."""

    number: int
    code: LegacyCode


def read_lines(file: Path, prefix: str, host: str) -> Iterator[Line | Problem]:
    """What is in each line: a code of the manufacturer, or what is wrong. Empty lines are none.

    Raises OSError, ValueRefused (`columns`, `not_utf8`, `csv`, `long_line`) for what is no such file.
    """
    with file.open(encoding="utf-8-sig", newline="") as opened:
        try:
            yield from _read(csv.reader(_short(opened), strict=True), prefix, host)
        except UnicodeDecodeError as error:
            raise ValueRefused(f"{file.name} is not UTF-8", "not_utf8") from error


def _read(reader: Reader, prefix: str, host: str) -> Iterator[Line | Problem]:
    try:
        header: list[str] = next(reader, [])
        if header not in HEADERS:
            told = " or ".join(",".join(each) for each in HEADERS)
            raise ValueRefused(f"line 1: the columns are {told}", "columns")
        for values in reader:
            if values:
                yield _line(reader.line_num, header, values, prefix, host)
    except csv.Error as error:
        raise ValueRefused(f"line {reader.line_num}: {error}", "csv") from error


def _line(number: int, header: list[str], values: list[str], prefix: str, host: str) -> Line | Problem:
    where = f"line {number}"
    if len(values) != len(header):
        return Problem(where, values[0], "columns", f"it has {len(values)} columns and not {len(header)}")
    try:
        if header == ["url"]:
            code = LegacyCode.parse(values[0], host)
        else:
            code = LegacyCode(LegacyPath(values[0]), (values[1] or None) if len(values) > 1 else None)
    except LegacyError as error:
        return Problem(where, values[0], error.rule, error.reason)
    wallet, maker = prefix.split(".")
    its = code.path.prefix.split(".")
    if its[0] != wallet:
        return Problem(where, values[0], "other_wallet", f"it is of wallet {its[0]}, not of {wallet}")
    if its[1] != maker:
        return Problem(where, values[0], "other_manufacturer", f"it is of {code.path.prefix}, not of {prefix}")
    return Line(number, code)


def _short(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            raise ValueRefused(f"line {number} has more than {LONGEST_LINE:,} characters", "long_line")
        yield line
