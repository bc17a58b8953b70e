"""Labels as SVG, a page or a single label a file: modules are one path a code, and the font is in the file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from plings.labels.fitting import Label
from plings.labels.lettering import ASCENT, LINE, MM_PER_POINT, font_bytes, width_mm
from plings.labels.page import MARK_GREY, MARK_WIDTH_MM, Marks, Page, Placed, corner_lines


def write_svg(page: Page, file: Path) -> None:
    """One page as a file of its own. Raises OSError when it cannot be written."""
    file.write_text("\n".join(_lines(page)) + "\n", encoding="ascii")


def _lines(page: Page) -> Iterator[str]:
    width, height = _number(page.stock.paper_width_mm), _number(page.stock.paper_height_mm)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" height="{height}mm" viewBox="0 0 {width} {height}">'
    )
    yield f"<style>{_style()}</style>"
    yield f'<rect width="{width}" height="{height}" fill="#fff"/>'
    if page.marks is not Marks.NONE:
        yield from _marks(page)
    for placed in page.labels:
        yield f'<g transform="translate({_number(placed.left_mm)} {_number(placed.top_mm)})">'
        yield from _label(placed.label)
        yield "</g>"
    yield "</svg>"


def _label(label: Label) -> Iterator[str]:
    """The code in units of modules, and its path, each line held to its width whatever font a reader takes."""
    module, left, top = f"{label.module_mm:.6f}", _number(label.left_mm), _number(label.top_mm)
    runs = "".join([f"M{x} {y}h{length}v1h-{length}z" for x, y, length in label.symbol.runs()])
    yield f'<path transform="translate({left} {top}) scale({module})" d="{runs}"/>'
    middle = _number(label.left_mm + label.symbol.side_modules * label.module_mm / 2)
    size = label.size_points * MM_PER_POINT
    for number, line in enumerate(label.lines):
        baseline = _number(label.text_top_mm + (number * LINE + ASCENT) * size)
        width = _number(width_mm(line, label.size_points))
        yield f'<text x="{middle}" y="{baseline}" font-size="{_number(size)}" textLength="{width}">{line}</text>'


def _marks(page: Page) -> Iterator[str]:
    stock, grey = page.stock, f"#{round(MARK_GREY * 255):02x}" + f"{round(MARK_GREY * 255):02x}" * 2
    yield f'<g fill="none" stroke="{grey}" stroke-width="{MARK_WIDTH_MM}">'
    size = f'width="{_number(stock.width_mm)}" height="{_number(stock.height_mm)}" rx="{_number(stock.corner_mm)}"'
    for placed in page.labels:
        yield from [_border(placed, size)] if page.marks is Marks.BORDERS else [_corners(page, placed)]
    yield "</g>"


def _border(placed: Placed, size: str) -> str:
    return f'<rect x="{_number(placed.left_mm)}" y="{_number(placed.top_mm)}" {size}/>'


def _corners(page: Page, placed: Placed) -> str:
    lines = (map(_number, line) for line in corner_lines(page.stock, placed.left_mm, placed.top_mm))
    return '<path d="' + "".join("M{} {}L{} {}".format(*line) for line in lines) + '"/>'


@cache
def _style() -> str:
    """Programs that do not read fonts from SVG take one of the others, which tell the characters apart as well."""
    font = b64encode(font_bytes()).decode("ascii")
    face = f'@font-face{{font-family:"Plings";src:url(data:font/ttf;base64,{font})}}'
    return face + 'text{font-family:"Plings","DejaVu Sans Mono",Menlo,Consolas,monospace;text-anchor:middle}'


def _number(value: float) -> str:
    """To a tenth of a micrometre."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
