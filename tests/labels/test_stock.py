from __future__ import annotations

import pytest

from plings.errors import LabelError
from plings.labels import Stock, find_stock, known_stock
from plings.labels.stock import other_stock

MARGINS = {
    "L7160": (7.21, 15.15),
    "L7651": (4.67, 10.7),
    "L7163": (4.65, 15.15),
    "5160": (4.7625, 12.7),
    "5163": (3.97, 12.7),
    "22806": (15.875, 15.875),
}
"""Left and top, in mm, as the maker gives them."""


@pytest.mark.parametrize("stock", known_stock().values(), ids=lambda stock: stock.name)
def test_labels_lie_on_their_paper_and_not_on_each_other(stock: Stock) -> None:
    corners = [stock.corner_of(position) for position in range(stock.labels_per_page)]
    assert len(set(corners)) == stock.columns * stock.rows
    left, top = corners[0]
    right, bottom = corners[-1][0] + stock.width_mm, corners[-1][1] + stock.height_mm
    assert (left, top) == pytest.approx((stock.paper_width_mm - right, stock.paper_height_mm - bottom))
    assert left > -0.01 and top > -0.01 and stock.gap_x_mm >= 0 and stock.gap_y_mm >= 0


@pytest.mark.parametrize(("name", "margins"), MARGINS.items())
def test_margins_are_the_maker_s(name: str, margins: tuple[float, float]) -> None:
    assert find_stock(name.lower()).corner_of(0) == pytest.approx(margins, abs=0.02)


def test_positions_go_row_by_row() -> None:
    stock = find_stock("L7160")
    assert stock.corner_of(1) == pytest.approx((7.21 + 66.04, 15.15), abs=0.01)
    assert stock.corner_of(3) == pytest.approx((7.21, 15.15 + 38.1), abs=0.01)


def test_other_stock() -> None:
    roll = other_stock((40, 30))
    assert (roll.labels_per_page, roll.paper_width_mm, roll.paper_height_mm, roll.corner_of(0)) == (1, 40, 30, (0, 0))
    sheet = other_stock((40, 30), "letter", gap_mm=(2, 0))
    assert (sheet.columns, sheet.rows, sheet.paper) == (5, 9, "Letter")
    assert other_stock((105, 148.5)).labels_per_page == 1
    assert other_stock((105, 148.5), "A4").labels_per_page == 4
    assert other_stock((40, 30), columns=2, rows=3).labels_per_page == 6
    assert other_stock((50, 30), "100x150").labels_per_page == 10


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        (((0, 30),), "size"),
        (((30, 1001),), "size"),
        (((float("inf"), 30),), "size"),
        (((40, 30), "A3"), "unknown_paper"),
        (((40, 30), "0x100"), "size"),
        (((40, 30), "A4", 0), "grid"),
        (((40, 30), "A4", 6), "paper"),
        (((40, 30), "A4", 2, 10), "paper"),
        (((220, 30), "A4"), "paper"),
        (((40, 30), "A4", 2, 2, (-1, 0)), "grid"),
    ],
)
def test_stock_that_cannot_be(arguments: tuple[object, ...], rule: str) -> None:
    with pytest.raises(LabelError) as caught:
        other_stock(*arguments)  # type: ignore[arg-type]
    assert caught.value.rule == rule


def test_unknown_stock() -> None:
    with pytest.raises(LabelError, match="plings print stocks") as caught:
        find_stock("L0000")
    assert caught.value.rule == "unknown_stock"
