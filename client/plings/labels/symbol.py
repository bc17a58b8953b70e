"""QR symbols as modules, for whoever draws them as vectors: which are dark, and the runs that they form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import zxingcpp

from plings.errors import LabelError

LEVELS: Final = "HQML"
"""Error correction, the best first: about 30, 25, 15 and 7 % of a symbol's codewords may be unreadable."""

QUIET_MODULES: Final = 4
"""White on every side, as ISO/IEC 18004 asks for."""

_DARK: Final = re.compile(rb"\x00+")


@dataclass(frozen=True, slots=True)
class Symbol:
    """`rows` has one byte a module, 0 where it is dark; no quiet zone."""

    level: str
    rows: tuple[bytes, ...]

    @property
    def side_modules(self) -> int:
        return len(self.rows)

    @property
    def quiet_side_modules(self) -> int:
        """The side with the quiet zone."""
        return len(self.rows) + 2 * QUIET_MODULES

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """Column, row and length of every run of dark modules in a row."""
        for row, modules in enumerate(self.rows):
            for run in _DARK.finditer(modules):
                yield run.start(), row, run.end() - run.start()


def make_symbol(text: str, level: str) -> Symbol:
    """`text` as the smallest symbol of a level of LEVELS. Raises LabelError with rule `too_much_text`."""
    try:
        barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    except ValueError as error:
        raise LabelError(text, "too_much_text", "it does not fit a QR symbol") from error
    image: Any = barcode.to_image(scale=1, add_quiet_zones=False)
    side, pixels = image.shape[0], memoryview(image).tobytes()
    return Symbol(level, tuple(pixels[row * side : (row + 1) * side] for row in range(side)))
