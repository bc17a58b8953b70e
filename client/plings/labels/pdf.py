"""Pages of labels as PDF: modules are vectors, one path a code, and the font is in the file."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from plings.errors import SettingsError
from plings.labels.fitting import Label
from plings.labels.lettering import ASCENT, FONT_FILE, FONT_NAME, LINE, MM_PER_POINT
from plings.labels.page import MARK_GREY, MARK_WIDTH_MM, Marks, Page, Placed, corner_lines
from plings.labels.stock import Stock

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

POINTS: Final = 1 / MM_PER_POINT
"""In a millimetre."""


class PdfFile:
    """A PDF that grows page by page, and is written when it is closed. All of it is in memory until then.

    The same pages make the same bytes. Raises SettingsError where reportlab is not installed.
    """

    def __init__(self, file: Path, stock: Stock) -> None:
        self._height = stock.paper_height_mm * POINTS
        self._file = file
        self._canvas = _canvas(stock)

    def add(self, page: Page) -> None:
        self._draw_marks(page)
        for placed in page.labels:
            self._draw_symbol(placed)
        for placed in page.labels:
            self._draw_text(placed)
        self._canvas.showPage()

    def close(self) -> None:
        """Raises OSError when it cannot be written."""
        self._file.write_bytes(self._canvas.getpdfdata())

    def _draw_symbol(self, placed: Placed) -> None:
        """Rectangles in units of modules, of which the first is at the top: one path, so nothing shows between."""
        label = placed.label
        side = label.module_mm * POINTS
        left = (placed.left_mm + label.left_mm) * POINTS
        top = self._height - (placed.top_mm + label.top_mm) * POINTS
        runs = "".join([f"{x} {y} {length} 1 re " for x, y, length in label.symbol.runs()])
        self._canvas.addLiteral(f"q {side:.5f} 0 0 {-side:.5f} {left:.4f} {top:.4f} cm {runs}f Q")

    def _draw_text(self, placed: Placed) -> None:
        label = placed.label
        middle = (placed.left_mm + _middle_mm(label)) * POINTS
        top = self._height - (placed.top_mm + label.text_top_mm) * POINTS
        self._canvas.setFont(FONT_NAME, label.size_points)
        for number, line in enumerate(label.lines):
            baseline = top - (number * LINE + ASCENT) * label.size_points
            self._canvas.drawCentredString(middle, baseline, line)

    def _draw_marks(self, page: Page) -> None:
        if page.marks is Marks.NONE:
            return
        self._canvas.setLineWidth(MARK_WIDTH_MM * POINTS)
        self._canvas.setStrokeGray(MARK_GREY)
        stock = page.stock
        for placed in page.labels:
            if page.marks is Marks.BORDERS:
                bottom = self._height - (placed.top_mm + stock.height_mm) * POINTS
                size = (stock.width_mm * POINTS, stock.height_mm * POINTS, stock.corner_mm * POINTS)
                self._canvas.roundRect(placed.left_mm * POINTS, bottom, *size)
            else:
                for x1, y1, x2, y2 in corner_lines(stock, placed.left_mm, placed.top_mm):
                    ends = (x1 * POINTS, self._height - y1 * POINTS, x2 * POINTS, self._height - y2 * POINTS)
                    self._canvas.line(*ends)


def _middle_mm(label: Label) -> float:
    return label.left_mm + label.symbol.side_modules * label.module_mm / 2


def _canvas(stock: Stock) -> Canvas:
    try:
        from reportlab import rl_config
        from reportlab.pdfbase.pdfmetrics import registerFont
        from reportlab.pdfbase.ttfonts import TTFont
        from reportlab.pdfgen.canvas import Canvas
    except ImportError as error:
        raise SettingsError("sheets as PDF need reportlab: pip install 'plings[print]'; .svg needs nothing") from error
    rl_config.useA85 = 0  # streams of bytes, a fifth smaller than as text
    registerFont(TTFont(FONT_NAME, str(FONT_FILE)))
    size = (stock.paper_width_mm * POINTS, stock.paper_height_mm * POINTS)
    canvas = Canvas(BytesIO(), pagesize=size, pageCompression=1, invariant=1, initialFontName=FONT_NAME)
    canvas.setTitle("Plings codes")
    canvas.setCreator("plings")
    return canvas
