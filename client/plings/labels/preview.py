"""A picture of a page as it will look on its stock: the labels' edges drawn, and free ones too."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from plings.labels.fitting import Label
from plings.labels.lettering import ASCENT, LINE, MM_PER_POINT, font_bytes
from plings.labels.page import Page

DOTS_PER_INCH: Final = 150
PIXELS: Final = DOTS_PER_INCH / 25.4
"""In a millimetre."""

FINER: Final = 3
"""Drawn larger by this and then made smaller, which smoothes every edge."""

EDGE_GREY: Final = 190


def write_preview(page: Page, file: Path) -> None:
    """The page as a .png of 150 dots an inch. Raises OSError when it cannot be written."""
    stock, scale = page.stock, PIXELS * FINER
    size = (round(stock.paper_width_mm * scale), round(stock.paper_height_mm * scale))
    picture = Image.new("L", size, 255)
    draw = ImageDraw.Draw(picture)
    for position in range(stock.labels_per_page):
        left, top = stock.corner_of(position)
        box = [left * scale, top * scale, (left + stock.width_mm) * scale - 1, (top + stock.height_mm) * scale - 1]
        draw.rounded_rectangle(box, stock.corner_mm * scale, outline=EDGE_GREY, width=FINER)
    for placed in page.labels:
        _draw_label(picture, placed.label, placed.left_mm, placed.top_mm, scale)
    data = BytesIO()
    picture.reduce(FINER).save(data, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH), optimize=True)
    file.write_bytes(data.getvalue())


def _draw_label(picture: Image.Image, label: Label, left_mm: float, top_mm: float, scale: float) -> None:
    side = label.symbol.side_modules
    pixels = round(side * label.module_mm * scale)
    modules = Image.frombytes("L", (side, side), b"".join(label.symbol.rows))
    corner = (round((left_mm + label.left_mm) * scale), round((top_mm + label.top_mm) * scale))
    picture.paste(modules.resize((pixels, pixels), Image.Resampling.NEAREST), corner)
    size = label.size_points * MM_PER_POINT * scale
    font = ImageFont.truetype(BytesIO(font_bytes()), size)
    middle = corner[0] + pixels / 2
    for number, line in enumerate(label.lines):
        baseline = (top_mm + label.text_top_mm) * scale + (number * LINE + ASCENT) * size
        ImageDraw.Draw(picture).text((middle, baseline), line, fill=0, font=font, anchor="ms")
