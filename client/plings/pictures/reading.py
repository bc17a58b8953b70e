"""QR symbols in pictures: printed, scanned or photographed; turned, tilted, unsharp, dirty, light on dark."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zxingcpp
from PIL import Image

from plings.errors import PictureError
from plings.pictures.loading import load_picture
from plings.pictures.passes import PASSES, Pass

QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])
"""Not Micro QR and its like, which are so small that noise can look like one."""


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A text, and where it is: `corners` are x and y in pixels of the upright picture, from the symbol's top left on
    clockwise, as the symbol itself is turned."""

    text: str
    corners: tuple[tuple[int, int], ...]

    @property
    def middle(self) -> tuple[float, float]:
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4


def read_codes(file: Path) -> list[str]:
    """The texts of the QR symbols in a picture, as `find_codes` finds them; at least one."""
    return [code.text for code in find_codes(file)]


def find_codes(file: Path, thorough: bool = False) -> list[FoundCode]:
    """The QR symbols in a picture, row by row from top to bottom, from left to right; at least one.

    It looks in several ways until one finds something, or in all of them if it is to be `thorough`, as for a picture
    of many codes of which some are damaged. Raises PictureError with rule `not_read`, `not_a_picture`, `heic`,
    `too_large` (over 50 million pixels) or `no_code`.
    """
    picture = load_picture(file)
    found: list[FoundCode] = []
    for each in PASSES:
        found += [code for code in _look(picture, each) if not any(_is_same(code, other) for other in found)]
        if found and not thorough:
            break
    if not found:
        raise PictureError(str(file), "no_code", "there is no readable QR code in it")
    return list(_by_rows(found))


def _look(picture: Image.Image, how: Pass) -> list[FoundCode]:
    shown, scale = how.apply(picture)
    symbols = zxingcpp.read_barcodes(shown, formats=QR, text_mode=zxingcpp.TextMode.Plain, binarizer=how.binarizer)
    return [FoundCode(symbol.text, _corners(symbol.position, scale)) for symbol in symbols if symbol.text]


def _corners(position: zxingcpp.Position, scale: float) -> tuple[tuple[int, int], ...]:
    points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
    return tuple((round(point.x / scale), round(point.y / scale)) for point in points)


def _by_rows(found: list[FoundCode]) -> Iterator[FoundCode]:
    """Row by row: codes belong to one, however crooked, when their middles are less than half a code's height apart."""
    left = sorted(found, key=lambda code: code.middle[1])
    while left:
        limit = left[0].middle[1] + _height(left[0]) / 2
        row = [code for code in left if code.middle[1] < limit]
        yield from sorted(row, key=lambda code: code.middle[0])
        left = left[len(row) :]


def _height(code: FoundCode) -> int:
    ys = [y for _, y in code.corners]
    return max(1, max(ys) - min(ys))


def _is_same(code: FoundCode, other: FoundCode) -> bool:
    """Whether two passes found one symbol, and not two with one text."""
    (x, y), (other_x, other_y) = code.middle, other.middle
    half = max(abs(corner[0] - x) + abs(corner[1] - y) for corner in code.corners) / 2
    return code.text == other.text and abs(x - other_x) + abs(y - other_y) < half
