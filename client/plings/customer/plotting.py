"""Plots as SVG: bars over days, stacked by series, told in words beside it for whoever does not see them.

Colours are attributes and no styles, so that a page's policy has nothing against them; they differ in lightness, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 260
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 8, 32, 44
_COLOURS: Final = ("#0b6e99", "#e0912f", "#7a4fa3", "#4f9e5b", "#b8405e", "#8a8f98")
"""At least 3:1 on white and on near-black."""
_GREY: Final = "#8a8f98"


@dataclass(frozen=True)
class Unit:
    """What figures are shown in, and how many of the series' are one of it."""

    name: str
    size: int = 1

    def text(self, value: float) -> str:
        """`0.1`, `1,000`: exact, without trailing zeros."""
        return f"{Decimal(str(value)) / self.size:,f}".rstrip("0").rstrip(".") if self.size > 1 else f"{value:,.6g}"


@dataclass(frozen=True)
class Plot:
    """A picture, and the same in a sentence."""

    title: str
    text: str
    svg: str


def stacked_bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[int]], unit: Unit) -> Plot:
    """One bar for each of `labels`; each of `series` has a number for each. Of more than six the rest are one."""
    shown = _largest(series)
    totals = [sum(values) for values in zip(*shown.values(), strict=True)] if shown else [0] * len(labels)
    top = _ceiling(max(totals, default=0))
    said = ", ".join(f"{name} {unit.text(sum(values))}" for name, values in shown.items()) or "nothing"
    text = f"{title}, {labels[0]} to {labels[-1]}, in {unit.name}: {said}." if labels else f"{title}: no days."
    parts = [*_axis(top, unit), *_bars(labels, shown, top, unit), *_days(labels), *_legend(shown)]
    size = f'viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" font-family="sans-serif" font-size="12">'
    told = f"<title>{escape(title)}</title><desc>{escape(text)}</desc>"
    return Plot(title, text, f"{head}{told}{''.join(parts)}</svg>")


def _largest(series: Mapping[str, Sequence[int]]) -> dict[str, Sequence[int]]:
    order = sorted(series, key=lambda name: (-sum(series[name]), name))
    if len(order) <= len(_COLOURS):
        return {name: series[name] for name in order}
    kept, rest = order[: len(_COLOURS) - 1], order[len(_COLOURS) - 1 :]
    others = [sum(values) for values in zip(*(series[name] for name in rest), strict=True)]
    return {**{name: series[name] for name in kept}, f"{len(rest)} others": others}


def _ceiling(value: int) -> int:
    """The next of 1, 2, 5, 10, 20, …"""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if factor * step >= value:
                return factor * step
        step *= 10


def _axis(top: int, unit: Unit) -> list[str]:
    parts = []
    for share in (0, 0.5, 1):
        y = _y(share)
        ends = f'x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"'
        line = f'<line {ends} stroke="{_GREY}" stroke-width="0.5"/>'
        label = unit.text(top * share)
        parts += [line, f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="{_GREY}">{label}</text>']
    return [*parts, f'<text x="4" y="16" fill="{_GREY}">{escape(unit.name)}</text>']


def _bars(labels: Sequence[str], series: Mapping[str, Sequence[int]], top: int, unit: Unit) -> list[str]:
    width = (WIDTH - _LEFT - _RIGHT) / max(1, len(labels))
    parts, below = [], [0] * len(labels)
    for colour, (name, values) in zip(_COLOURS, series.items(), strict=False):
        for place, value in enumerate(values):
            if not value:
                continue
            y, height = _y((below[place] + value) / top), _y(0) - _y(value / top)
            below[place] += value
            told = f"<title>{escape(f'{labels[place]}: {name} {unit.text(value)}')}</title>"
            x, wide = _LEFT + place * width + 1, max(1, width - 2)
            at = f'x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{height:.1f}"'
            parts.append(f'<rect {at} fill="{colour}">{told}</rect>')
    return parts


def _days(labels: Sequence[str]) -> list[str]:
    """The first and the last."""
    y = HEIGHT - _BOTTOM + 16
    ends = ((labels[0], _LEFT, "start"), (labels[-1], WIDTH - _RIGHT, "end")) if labels else ()
    return [
        f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{_GREY}">{escape(day)}</text>' for day, x, anchor in ends
    ]


def _legend(series: Mapping[str, Sequence[int]]) -> list[str]:
    parts, step = [], (WIDTH - _LEFT) / len(_COLOURS)
    for place, (colour, name) in enumerate(zip(_COLOURS, series, strict=False)):
        x, y = _LEFT + place * step, HEIGHT - 10
        short = name if len(name) <= 14 else f"{name[:13]}…"
        parts.append(f'<rect x="{x:.1f}" y="{y - 9}" width="10" height="10" fill="{colour}"/>')
        parts.append(f'<text x="{x + 14:.1f}" y="{y}" fill="{_GREY}">{escape(short)}</text>')
    return parts


def _y(share: float) -> float:
    return _TOP + (HEIGHT - _TOP - _BOTTOM) * (1 - share)
