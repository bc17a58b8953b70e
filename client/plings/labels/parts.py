"""Files that appear together, under their names, once all are whole."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from plings.errors import LabelError

DIGITS: Final = 6
"""So that names sort as their numbers do, up to a million files."""


class Parts:
    """`sheets.pdf` if it is one file, else `sheets-000001.pdf`, …; the former replaces one that is there.

    Numbered files of that name may be of another run, and would be printed among these: they are refused before any
    work, with LabelError and rule `in_place`.
    """

    def __init__(self, output: Path, always_numbered: bool = False) -> None:
        self._output = output
        self._always_numbered = always_numbered
        self._unfinished: list[Path] = []
        self._besides: dict[Path, Path] = {}

    def __enter__(self) -> Self:
        pattern = f"-{'[0-9]' * DIGITS}{self._output.suffix}"
        folder = self._output.parent
        for other in sorted(folder.glob(f"*{pattern}")) if folder.is_dir() else ():
            if other.name[: -len(self._output.suffix) - DIGITS - 1] == self._output.stem:
                raise LabelError(str(other), "in_place", "numbered files of that name are there: remove them first")
        return self

    def __exit__(self, *_: object) -> None:
        for part in (*self._unfinished, *self._besides):
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def new(self) -> Path:
        """Where to write the next file for now."""
        number = len(self._unfinished) + 1
        part = self._output.with_name(f".{self._output.stem}-{number:0{DIGITS}}-{os.getpid()}{self._output.suffix}")
        self._unfinished.append(part)
        return part

    def beside(self, file: Path) -> Path:
        """Where to write, for now, a file that is none of these and appears with them."""
        part = file.with_name(f".{file.stem}-{os.getpid()}{file.suffix}")
        self._besides[part] = file
        return part

    def finish(self) -> tuple[Path, ...]:
        """Gives the files their names, and tells them."""
        names = tuple(self._name(number) for number in range(1, len(self._unfinished) + 1))
        for part, name in (*zip(self._unfinished, names, strict=True), *self._besides.items()):
            os.replace(part, name)
        self._unfinished.clear()
        self._besides.clear()
        if self._output not in names:
            self._output.unlink(missing_ok=True)  # it was named to be replaced
        return names

    def _name(self, number: int) -> Path:
        if len(self._unfinished) == 1 and not self._always_numbered:
            return self._output
        return self._output.with_name(f"{self._output.stem}-{number:0{DIGITS}}{self._output.suffix}")
