from __future__ import annotations

from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labels.made import MAKER, codes
from plings.errors import LabelError
from plings.identity import Path, ScanUrl, make_code
from plings.labels import Quality, Stock, find_stock, fit, known_stock
from plings.labels.fitting import MARGIN_MM
from plings.labels.lettering import LINE, MM_PER_POINT, width_mm, wrap
from plings.labels.symbol import LEVELS, make_symbol

CODE, SIGNED = codes(3)[2], codes(3, signed=True)[2]
LONG = make_code(MAKER, Path("2.3." + ".".join(["7YXq9"] * 13) + ".4F"), signed=True)


def square(side_mm: float) -> Stock:
    return Stock("square", side_mm, side_mm)


def test_the_highest_level_that_keeps_modules_large_enough() -> None:
    levels = [fit(SIGNED, square(side), Quality()).symbol.level for side in (60, 25, 23, 21, 20, 19)]
    assert levels == ["H", "H", "Q", "M", "L", "L"]
    assert [fit(SIGNED, square(60), Quality(module)).symbol.level for module in (0.6, 0.7, 0.8, 0.9)] == list("HQML")


@pytest.mark.parametrize("code", [CODE, SIGNED, LONG])
@pytest.mark.parametrize("stock", [*known_stock().values(), square(30), square(200)], ids=lambda stock: stock.name)
@pytest.mark.parametrize("quality", [Quality(), Quality(0.33), Quality(0.2, 300)])
def test_all_of_a_label_lies_on_it_and_no_better_level_does(code: ScanUrl, stock: Stock, quality: Quality) -> None:
    try:
        label = fit(code, stock, quality)
    except LabelError as error:
        assert error.rule == "no_room"
        return
    symbol, module = label.symbol, label.module_mm
    assert module >= quality.module_mm - 1e-9
    left, top, side = label.left_mm - 4 * module, label.top_mm - 4 * module, symbol.quiet_side_modules * module
    bottom = label.text_top_mm + len(label.lines) * LINE * label.size_points * MM_PER_POINT
    assert left >= MARGIN_MM - 1e-9 and left + side <= stock.width_mm - MARGIN_MM + 1e-9
    assert top >= MARGIN_MM - 1e-9 and bottom <= stock.height_mm - MARGIN_MM + 1e-9
    assert top + side == pytest.approx(label.text_top_mm)
    assert max(width_mm(line, label.size_points) for line in label.lines) <= stock.width_mm - 2 * MARGIN_MM
    assert "".join(label.lines) == label.path
    smallest = len(wrap(label.path, int((stock.width_mm - 2 * MARGIN_MM) / width_mm("x", 5))) or ()) * LINE * 5
    room = min(stock.width_mm, stock.height_mm - smallest * MM_PER_POINT) - 2 * MARGIN_MM
    dot = 25.4 / quality.dots_per_inch if quality.dots_per_inch else None
    least = ceil(quality.module_mm / dot - 1e-9) * dot if dot else quality.module_mm
    better = LEVELS[: LEVELS.index(symbol.level)]
    assert all(make_symbol(code.text, level).quiet_side_modules * least > room for level in better)


def test_whole_dots() -> None:
    dot = 25.4 / 300
    label = fit(CODE, find_stock("L7160"), Quality(0.25, 300))
    assert label.module_mm / dot == pytest.approx(round(label.module_mm / dot))
    assert label.module_mm > fit(CODE, find_stock("L7160"), Quality()).module_mm - dot


@pytest.mark.parametrize(
    ("stock", "quality", "reason"),
    [
        (
            find_stock("L4731"),
            Quality(),
            "a label of 25.4 × 10 mm leaves 6.0 mm above the path, and the code takes 11.2 mm",
        ),
        (square(3), Quality(), "its path does not fit a label of 3 × 3 mm"),
        (square(30), Quality(1), "with modules of 1 mm"),
        (square(30), Quality(0.25, 25), "with modules of 0.25 mm"),
    ],
)
def test_a_code_without_room_is_refused(stock: Stock, quality: Quality, reason: str) -> None:
    with pytest.raises(LabelError, match=reason) as caught:
        fit(CODE, stock, quality)
    assert caught.value.rule == "no_room"


@pytest.mark.parametrize(("arguments", "rule"), [((0,), "module"), ((11,), "module"), ((float("nan"),), "module")])
def test_quality_has_bounds(arguments: tuple[float], rule: str) -> None:
    with pytest.raises(LabelError) as caught:
        Quality(*arguments)
    assert caught.value.rule == rule
    with pytest.raises(LabelError) as caught:
        Quality(0.25, 0)
    assert caught.value.rule == "dots"


def test_a_symbol_has_its_text_s_modules() -> None:
    symbol = make_symbol(CODE.text, "M")
    assert {len(row) for row in symbol.rows} == {symbol.side_modules} and (symbol.side_modules - 17) % 4 == 0
    runs = list(symbol.runs())
    assert sum(length for _, _, length in runs) == sum(row.count(0) for row in symbol.rows)
    assert runs[0] == (0, 0, 7)  # the finder pattern's upper edge
    assert all(a[1] < b[1] or a[0] + a[2] < b[0] for a, b in pairwise(runs))
    with pytest.raises(LabelError, match="too_much_text"):
        make_symbol("x" * 3000, "H")


@given(st.lists(st.text("123456789ABCxyz", min_size=1, max_size=6), min_size=4, max_size=16), st.integers(1, 40))
def test_paths_break_at_dots_into_as_few_lines_as_it_takes(segments: list[str], most: int) -> None:
    path = ".".join(segments)
    lines = wrap(path, most)
    longest = max(len(segment) + 1 for segment in segments[:-1])
    if lines is None:
        assert max(longest, len(segments[-1])) > most
        return
    assert "".join(lines) == path and all(line.endswith(".") for line in lines[:-1])
    assert max(map(len, lines)) <= most
    assert len(lines) == 1 or len(path) > most
    narrower = wrap(path, max(map(len, lines)) - 1)
    assert narrower is None or len(narrower) > len(lines)  # as even as it can be


def test_a_long_path_is_several_lines_below_its_code() -> None:
    label = fit(LONG, find_stock("22806"), Quality())
    assert len(label.lines) == 3 and max(map(len, label.lines)) - min(map(len, label.lines)) <= 6
    assert len(label.lines) * LINE * label.size_points * MM_PER_POINT < 50.8 / 4
