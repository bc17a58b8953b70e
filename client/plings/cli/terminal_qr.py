"""A QR symbol in a terminal: two modules per character, which is as wide as half its height."""

from __future__ import annotations

from itertools import zip_longest
from typing import Final

import segno
from rich.text import Text

LIGHT_STYLE: Final = "#ffffff on #000000"
"""The light modules are the ink: right in colour, and without colours on a dark terminal."""

BORDER_MODULES: Final = 2
BLOCKS: Final = {(True, True): "█", (True, False): "▀", (False, True): "▄", (False, False): " "}


def qr_text(text: str) -> Text:
    """The symbol of `text`, with the least error correction: a screen is not scratched."""
    rows = [list(row) for row in segno.make_qr(text, error="l", boost_error=False).matrix_iter(border=BORDER_MODULES)]
    blank = [0] * len(rows[0])
    lines = []
    for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=blank):
        lines.append("".join(BLOCKS[not top, not bottom] for top, bottom in zip(upper, lower, strict=True)))
    return Text("\n".join(lines), style=LIGHT_STYLE, no_wrap=True)
