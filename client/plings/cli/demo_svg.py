"""The page as an SVG that looks the same in every viewer and asks no server for a font.

rich places each run of characters as one text. Fonts leave gaps between block characters, so those are drawn; viewers
differ in how they treat spaces, so words are placed one by one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from html import escape, unescape
from typing import Final

from rich.console import Console, RenderableType
from rich.terminal_theme import TerminalTheme

from plings.cli.paper import WIDEST

PAPER: Final = TerminalTheme(
    (15, 20, 28),
    (214, 220, 230),
    [
        (15, 20, 28),
        (255, 107, 107),
        (126, 211, 143),
        (240, 198, 116),
        (122, 162, 247),
        (201, 160, 240),
        (94, 200, 216),
        (214, 220, 230),
    ],
)
CHARACTER_HEIGHT: Final = 20
CHARACTER_WIDTH: Final = CHARACTER_HEIGHT * 0.61
LINE_HEIGHT: Final = CHARACTER_HEIGHT * 1.22
BACKGROUND_OFFSET: Final = 1.5
"""These four are rich's own geometry; a test reads the drawn code back."""

FONTS: Final = "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
TEXT: Final = re.compile(r'<text class="([^"]+)" x="([^"]+)" y="([^"]+)"[^>]*clip-path="([^"]+)">([^<]*)</text>')
FONT_FACE: Final = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
BLOCK_CHARACTERS: Final = frozenset("█▀▄ ")


def draw(parts: Iterable[RenderableType], title: str) -> str:
    """`parts` as they look on a terminal of 100 columns, the same on every machine."""
    paper = Console(
        record=True,
        width=WIDEST,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        legacy_windows=False,
        highlight=False,
        emoji=False,
        markup=False,
        _environ={},
    )
    for part in parts:
        paper.print(part)
    svg = paper.export_svg(title=title, theme=PAPER, unique_id="plings")
    svg = FONT_FACE.sub("", svg).replace("Fira Code, monospace", FONTS)
    return TEXT.sub(_placed, svg)


def _placed(found: re.Match[str]) -> str:
    kind, left, baseline, clip, escaped = found.groups()
    text = unescape(escaped).replace("\xa0", " ")
    if BLOCK_CHARACTERS.issuperset(text):
        return _blocks(kind, float(left), float(baseline), text)
    return "".join(
        f'<text class="{kind}" x="{float(left) + words.start() * CHARACTER_WIDTH:.2f}" y="{baseline}" '
        f'textLength="{len(words[0]) * CHARACTER_WIDTH:.2f}" clip-path="{clip}">{escape(words[0])}</text>'
        for words in re.finditer(r"\S+( \S+)*", text)
    )


def _blocks(kind: str, left: float, baseline: float, text: str) -> str:
    # The text's own numbers are rounded to six digits; whole lines are not.
    top = round((baseline - CHARACTER_HEIGHT) / LINE_HEIGHT) * LINE_HEIGHT + BACKGROUND_OFFSET
    half = LINE_HEIGHT / 2
    ink = [*_runs(text, "█▀", left, top, half), *_runs(text, "█▄", left, top + half, half)]
    return f'<path class="{kind}" shape-rendering="crispEdges" d="{"".join(ink)}"/>'


def _runs(text: str, inked: str, left: float, top: float, height: float) -> Iterable[str]:
    """A rectangle for each run of characters that have ink in this half of the line."""
    for run in re.finditer(f"[{inked}]+", text):
        start, width = left + run.start() * CHARACTER_WIDTH, len(run[0]) * CHARACTER_WIDTH
        yield f"M{start:.2f} {top:.2f}h{width:.2f}v{height + 0.05:.2f}h-{width:.2f}z"
