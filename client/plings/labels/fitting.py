"""Fitting a code onto a label: the best error correction that leaves modules large enough, its text below it.

The quiet zone lies within the label, beside a margin for what a printer is off by. Of all ways to print a label, the
one with the highest level is taken, and of these the one with the largest text.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plings.errors import LabelError
from plings.identity import ScanUrl
from plings.labels.lettering import ADVANCE, LINE, MM_PER_POINT, SIZES_POINTS, wrap
from plings.labels.stock import MM_PER_INCH, Stock
from plings.labels.symbol import LEVELS, QUIET_MODULES, Symbol, make_symbol

LEAST_MODULE_MM: Final = 0.25
"""What phones read at arm's length, and three dots of a printer with 300 a inch."""

MARGIN_MM: Final = 1.0
"""Free along a label's edges."""

TEXT_SHARE: Final = 1 / 9
"""Of a label's height, the most that one line of text takes."""

LINES_SHARE: Final = 1 / 4
"""Of a label's height, the most that all lines take, unless they are as small as can be."""


@dataclass(frozen=True, slots=True)
class Quality:
    """What print must keep: no module below `module_mm`; with `dots_per_inch`, modules are whole dots of the printer.

    Raises LabelError with rule `module` for a module that is not from 0.05 to 10 mm, `dots` for 0 dots and fewer.
    """

    module_mm: float = LEAST_MODULE_MM
    dots_per_inch: int | None = None

    def __post_init__(self) -> None:
        if not 0.05 <= self.module_mm <= 10:
            raise LabelError(self.module_mm, "module", "a module is from 0.05 to 10 mm")
        if self.dots_per_inch is not None and self.dots_per_inch < 1:
            raise LabelError(self.dots_per_inch, "dots", "a printer has dots")

    def largest_module_mm(self, room_mm: float) -> float:
        """The largest module of at most `room_mm`."""
        if self.dots_per_inch is None:
            return room_mm
        dot_mm = MM_PER_INCH / self.dots_per_inch
        return int(room_mm / dot_mm + 1e-9) * dot_mm


@dataclass(frozen=True, slots=True)
class Label:
    """A code on a label, in millimetres from the label's top left corner."""

    path: str
    symbol: Symbol
    module_mm: float
    left_mm: float
    """Where the symbol's first module begins."""
    top_mm: float
    lines: tuple[str, ...]
    size_points: float
    text_top_mm: float
    """Where the first line begins."""


@dataclass(frozen=True, slots=True)
class _Text:
    """One way to set a path, and what it leaves for a square code above it."""

    lines: tuple[str, ...]
    size_points: float
    height_mm: float
    square_mm: float


def fit(code: ScanUrl, stock: Stock, quality: Quality) -> Label:
    """`code` on a label of `stock`. Raises LabelError with rule `no_room` when it cannot keep `quality` there."""
    path = code.path.text
    texts = tuple(_ways_to_set(path, stock))
    room_mm = max((text.square_mm for text in texts), default=0.0)
    for level in LEVELS:
        symbol = make_symbol(code.text, level)
        for text in texts:
            module_mm = quality.largest_module_mm(text.square_mm / symbol.quiet_side_modules)
            if module_mm >= quality.module_mm - 1e-9:
                return _place(path, symbol, module_mm, text, stock)
    needed_mm = symbol.quiet_side_modules * quality.module_mm
    size = f"{stock.width_mm:.4g} × {stock.height_mm:.4g} mm"
    if not texts:
        raise LabelError(path, "no_room", f"its path does not fit a label of {size}")
    reason = f"a label of {size} leaves {max(room_mm, 0):.1f} mm above the path, and the code takes {needed_mm:.1f} mm"
    raise LabelError(path, "no_room", f"{reason} with modules of {quality.module_mm:g} mm")


def _place(path: str, symbol: Symbol, module_mm: float, text: _Text, stock: Stock) -> Label:
    """Code and text in the middle of the label."""
    side_mm = symbol.quiet_side_modules * module_mm
    top_mm = (stock.height_mm - side_mm - text.height_mm) / 2
    return Label(
        path,
        symbol,
        module_mm,
        (stock.width_mm - symbol.side_modules * module_mm) / 2,
        top_mm + QUIET_MODULES * module_mm,
        text.lines,
        text.size_points,
        top_mm + side_mm,
    )


def _ways_to_set(path: str, stock: Stock) -> Iterator[_Text]:
    """The largest text first."""
    width_mm, height_mm = stock.width_mm - 2 * MARGIN_MM, stock.height_mm - 2 * MARGIN_MM
    for size_points in SIZES_POINTS:
        line_mm = LINE * size_points * MM_PER_POINT
        lines = wrap(path, int(width_mm / (ADVANCE * size_points * MM_PER_POINT)))
        if lines is None:
            continue
        text_mm = len(lines) * line_mm
        is_large = line_mm > stock.height_mm * TEXT_SHARE or text_mm > stock.height_mm * LINES_SHARE
        if not is_large or size_points == SIZES_POINTS[-1]:
            yield _Text(lines, size_points, text_mm, min(width_mm, height_mm - text_mm))
