"""Prices in large digits, three rows high, to be read from where a customer stands."""

from __future__ import annotations

from typing import Final

_ROWS: Final = (
    "█▀█ ▀█  ▀▀█ ▀▀█ █ █ █▀▀ █▀▀ ▀▀█ █▀█ █▀█",
    "█ █  █  █▀▀ ▀▀█ ▀▀█ ▀▀█ █▀█   █ █▀█ ▀▀█",
    "▀▀▀ ▀▀▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀   ▀ ▀▀▀ ▀▀▀",
)
"""The digits from 0 to 9, each three columns wide."""
_NARROW: Final = {".": (" ", " ", "▀"), ",": (" ", " ", " ")}


def large(number: str) -> list[str]:
    """The three rows of a number such as `1,249.95`."""
    return [" ".join(_glyph(mark, row) for mark in number) for row in range(3)]


def _glyph(mark: str, row: int) -> str:
    if mark in _NARROW:
        return _NARROW[mark][row]
    return _ROWS[row][4 * int(mark) : 4 * int(mark) + 3]
