"""Label stock: what labels there are, on what paper, and where each lies on it. Known stock is in stock.toml.

Lengths are millimetres, from the top left corner of the paper.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from plings.errors import LabelError

MM_PER_INCH: Final = 25.4
PAPERS: Final = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "Letter": (215.9, 279.4)}
"""Width and height."""

LARGEST_MM: Final = 1_000.0
"""A side of a paper or label; PDF readers end at five times that."""

ROUNDING_MM: Final = 0.01
"""What stock given in inches may exceed its paper by."""


@dataclass(frozen=True, slots=True)
class Stock:
    """Labels of one size in a grid in the middle of a paper; on a roll, one label is a page.

    Raises LabelError with rule `size` for lengths that are not from above 0 to 1,000 mm, `grid` for a grid without
    labels, and `paper` for one that is larger than its paper.
    """

    name: str
    width_mm: float
    height_mm: float
    paper: str = ""
    paper_width_mm: float = 0.0
    paper_height_mm: float = 0.0
    columns: int = 1
    rows: int = 1
    gap_x_mm: float = 0.0
    gap_y_mm: float = 0.0
    corner_mm: float = 0.0
    """Radius."""
    maker: str = ""

    def __post_init__(self) -> None:
        if not self.paper:
            object.__setattr__(self, "paper_width_mm", self.width_mm)
            object.__setattr__(self, "paper_height_mm", self.height_mm)
        sides = (self.width_mm, self.height_mm, self.paper_width_mm, self.paper_height_mm)
        if not all(0 < side <= LARGEST_MM for side in sides):
            raise LabelError(self.name, "size", f"a side is above 0 and at most {LARGEST_MM:,.0f} mm")
        if self.columns < 1 or self.rows < 1 or not (self.gap_x_mm >= 0 and self.gap_y_mm >= 0):
            raise LabelError(self.name, "grid", "a grid has columns and rows, and no gap below 0")
        if self.left_mm < -ROUNDING_MM or self.top_mm < -ROUNDING_MM:
            raise LabelError(self.name, "paper", f"{self.columns} × {self.rows} of it do not fit its paper")

    @property
    def labels_per_page(self) -> int:
        return self.columns * self.rows

    @property
    def left_mm(self) -> float:
        """Margin left of the first column, and right of the last."""
        return (self.paper_width_mm - self.columns * self.width_mm - (self.columns - 1) * self.gap_x_mm) / 2

    @property
    def top_mm(self) -> float:
        """Margin above the first row, and below the last."""
        return (self.paper_height_mm - self.rows * self.height_mm - (self.rows - 1) * self.gap_y_mm) / 2

    def corner_of(self, position: int) -> tuple[float, float]:
        """Left and top of a label by its position on the page, from 0, row by row."""
        row, column = divmod(position, self.columns)
        left = self.left_mm + column * (self.width_mm + self.gap_x_mm)
        return left, self.top_mm + row * (self.height_mm + self.gap_y_mm)


@cache
def known_stock() -> dict[str, Stock]:
    """All of stock.toml by name, in its order."""
    data = tomllib.loads(Path(__file__).with_name("stock.toml").read_text(encoding="utf-8"))
    known = [*map(_sheet, data["sheet"]), *map(_roll, data["roll"])]
    return {stock.name: stock for stock in known}


def find_stock(name: str) -> Stock:
    """Known stock, however its name is capitalised. Raises LabelError with rule `unknown_stock`."""
    for stock in known_stock().values():
        if stock.name.lower() == name.lower():
            return stock
    raise LabelError(name, "unknown_stock", "no such stock is known; plings print stocks lists it")


def _sheet(row: dict[str, Any]) -> Stock:
    unit = MM_PER_INCH if row.get("inches") else 1.0
    paper_width, paper_height = PAPERS[row["paper"]]
    return Stock(
        name=row["name"],
        width_mm=row["label"][0] * unit,
        height_mm=row["label"][1] * unit,
        paper=row["paper"],
        paper_width_mm=paper_width,
        paper_height_mm=paper_height,
        columns=row["grid"][0],
        rows=row["grid"][1],
        gap_x_mm=row["gap"][0] * unit,
        gap_y_mm=row["gap"][1] * unit,
        corner_mm=row["corner"] * unit,
        maker=row["maker"],
    )


def _roll(row: dict[str, Any]) -> Stock:
    width, height = row["label"]
    return Stock(row["name"], float(width), float(height))


def other_stock(
    label_mm: tuple[float, float],
    paper: str | None = None,
    columns: int | None = None,
    rows: int | None = None,
    gap_mm: tuple[float, float] = (0.0, 0.0),
) -> Stock:
    """Stock that is not known: alone on a roll, or as soon as a paper, columns or rows are told, in a grid on sheets.

    `paper` is a name of PAPERS, or `WxH` in mm; A4 if not told. As many columns and rows as fit, if not told. Raises
    LabelError as Stock does, or with rule `unknown_paper`.
    """
    width, height = label_mm
    name = f"{width:g}x{height:g}"
    if paper is None and columns is None and rows is None:
        return Stock(name, width, height)
    paper_name, paper_width, paper_height = _paper(paper or "A4")
    gap_x, gap_y = gap_mm
    across = _fitting(paper_width, width, gap_x) if columns is None else columns
    down = _fitting(paper_height, height, gap_y) if rows is None else rows
    return Stock(name, width, height, paper_name, paper_width, paper_height, across, down, gap_x, gap_y)


def _fitting(side: float, length: float, gap: float) -> int:
    """How many of a length fit a side; one where none does, for Stock to refuse."""
    return max(1, int((side + gap + ROUNDING_MM) / (length + gap))) if length > 0 else 1


def _paper(text: str) -> tuple[str, float, float]:
    for name, sides in PAPERS.items():
        if text.lower() == name.lower():
            return name, *sides
    found = re.fullmatch(r"(\d{1,4}(?:\.\d{1,3})?)x(\d{1,4}(?:\.\d{1,3})?)", text)
    if not found:
        raise LabelError(text, "unknown_paper", f"a paper is {', '.join(PAPERS)} or two lengths in mm such as 100x150")
    return text, float(found[1]), float(found[2])
