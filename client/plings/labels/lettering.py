"""The text under a code: DejaVu Sans Mono, in which no two characters of base58 look alike, broken at the dots."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

FONT_FILE: Final = Path(__file__).with_name("lettering.ttf")
FONT_NAME: Final = "DejaVuSansMono"

MM_PER_POINT: Final = 25.4 / 72
ADVANCE: Final = 1233 / 2048
"""Of the font's size, for every character."""

LINE: Final = 1.15
"""From one baseline to the next, of the font's size."""

ASCENT: Final = 0.93
"""From a line's top to its baseline, of the font's size: what is left is below it."""

SIZES_POINTS: Final = (10.0, 9.0, 8.0, 7.0, 6.0, 5.0)
"""The largest first. Below 5 points print is not read, but guessed."""


@cache
def font_bytes() -> bytes:
    return FONT_FILE.read_bytes()


def width_mm(text: str, size_points: float) -> float:
    return len(text) * ADVANCE * size_points * MM_PER_POINT


def wrap(path: str, most: int) -> tuple[str, ...] | None:
    """`path` in as few lines as it takes, of at most `most` characters, each but the last ending with a dot.

    The lines are as even as they can be. None when a segment alone is too long.
    """
    segments = path.replace(".", ".\n").split("\n")
    if max(map(len, segments)) > most:
        return None
    lines = _fill(segments, most)
    for narrower in range(-(-len(path) // len(lines)), most):
        even = _fill(segments, narrower)
        if len(even) == len(lines) and max(map(len, even)) <= narrower:
            return even
    return lines


def _fill(segments: list[str], most: int) -> tuple[str, ...]:
    """Lines filled one after the other; a segment that is too long has one of its own."""
    lines = [segments[0]]
    for segment in segments[1:]:
        if len(lines[-1]) + len(segment) <= most:
            lines[-1] += segment
        else:
            lines.append(segment)
    return tuple(lines)
