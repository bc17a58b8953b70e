"""A page of labels, as every way of drawing it sees it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from plings.labels.fitting import Label
from plings.labels.stock import Stock


class Marks(StrEnum):
    """What is drawn around labels, for whoever cuts them or looks whether a printer hits them."""

    NONE = "none"
    CORNERS = "corners"
    BORDERS = "borders"


MARK_WIDTH_MM: Final = 0.1
MARK_LENGTH_MM: Final = 2.0
MARK_GREY: Final = 0.6
"""0 is black."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A label and its top left corner on the page, in millimetres."""

    label: Label
    left_mm: float
    top_mm: float


@dataclass(frozen=True, slots=True)
class Page:
    stock: Stock
    labels: tuple[Placed, ...]
    marks: Marks = Marks.NONE


def paginate(labels: Iterable[Label], stock: Stock, first: int = 1, marks: Marks = Marks.NONE) -> Iterator[Page]:
    """Pages of labels in their order; on the first page, those before label `first` are used up and stay free."""
    left = iter(labels)
    position = first - 1
    while some := tuple(islice(left, stock.labels_per_page - position)):
        corners = (stock.corner_of(position + index) for index in range(len(some)))
        yield Page(stock, tuple(Placed(label, *corner) for label, corner in zip(some, corners, strict=True)), marks)
        position = 0


def corner_lines(stock: Stock, left_mm: float, top_mm: float) -> Iterator[tuple[float, float, float, float]]:
    """Both ends of each of the eight lines that mark a label's corners, in millimetres."""
    for x, inwards in ((left_mm, MARK_LENGTH_MM), (left_mm + stock.width_mm, -MARK_LENGTH_MM)):
        for y, down in ((top_mm, MARK_LENGTH_MM), (top_mm + stock.height_mm, -MARK_LENGTH_MM)):
            yield x, y, x + inwards, y
            yield x, y, x, y + down
