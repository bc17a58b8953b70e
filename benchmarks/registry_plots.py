"""Plots of registry.json as small SVG files, readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from math import log10
from pathlib import Path
from typing import Any

WIDTH, ROW, LABEL, RIGHT = 720, 22, 210, 90
STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.faint{fill:#6e7781}.line{stroke:#8c959f;stroke-dasharray:4 3}"
    ".a{fill:#0969da}.b{fill:#8c959f}.c{fill:#bf8700}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.faint{fill:#9198a1}.a{fill:#4493f8}.c{fill:#d29922}}"
)
LOADS = {
    "bare_csv_1": ("bare COPY", "b"),
    "bare_csv_2": ("bare COPY, 2 streams", "b"),
    "bare_binary_1": ("bare COPY, binary", "b"),
    "single_table_1": ("one table, checked", "c"),
    "registry_1": ("registry", "a"),
    "registry_2": ("registry, 2 streams", "a"),
}
LOOKUPS = {
    "single_table": ("one table", "c"),
    "partitioned": ("16 partitions + registry", "a"),
    "find_product": ("find_product", "a"),
}
AIM_US = 1000


def write_plots(recorded: dict[str, Any], folder: Path) -> None:
    """registry-load.svg and registry-lookup.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "registry-load.svg").write_text(_load_plot(recorded))
    (folder / "registry-lookup.svg").write_text(_lookup_plot(recorded))


def _load_plot(recorded: dict[str, Any]) -> str:
    most = max(facts["rows_per_second"] for one in recorded.values() for facts in one["load"].values())
    groups = []
    for one in recorded.values():
        bars = []
        for name, (label, kind) in LOADS.items():
            if name in one["load"]:
                facts = one["load"][name]
                speed = f"{facts['rows_per_second'] / 1000:,.0f} k/s, {facts['to_bare_csv_1_stream']:.2f}"
                bars.append((label, kind, facts["rows_per_second"] / most, speed))
        groups.append((f"{_millions(one['rows'])} rows", bars))
    return _drawn("Bulk load of class pointers: rows a second, and as a share of a bare COPY", groups, None)


def _lookup_plot(recorded: dict[str, Any]) -> str:
    most = max(AIM_US, *(facts["p99_us"] for one in recorded.values() for facts in one["lookup"].values()))

    def share(microseconds: float) -> float:
        return log10(max(microseconds, 10) / 10) / log10(most / 10)

    groups = []
    for one in recorded.values():
        bars = []
        for name, (label, kind) in LOOKUPS.items():
            facts = one["lookup"][name]
            for rank in ("p50", "p99"):
                taken = facts[f"{rank}_us"]
                bars.append((f"{label}, {rank}", kind, share(taken), f"{taken:,.0f} us"))
        groups.append((f"{_millions(one['rows'])} rows", bars))
    return _drawn("Lookup of a product by its pointer, warm (logarithmic)", groups, (share(AIM_US), "1 ms"))


def _drawn(
    title: str,
    groups: Iterable[tuple[str, list[tuple[str, str, float, str]]]],
    mark: tuple[float, str] | None,
) -> str:
    length = WIDTH - LABEL - RIGHT - 40
    parts: list[str] = []
    y = 34
    for name, bars in groups:
        parts.append(f'<text x="0" y="{y + 14}" class="faint">{escape(name)}</text>')
        y += ROW
        for label, kind, share, told in bars:
            wide = max(share * length, 1)
            parts.append(f'<text x="{LABEL - 8}" y="{y + 14}" text-anchor="end">{escape(label)}</text>')
            parts.append(f'<rect class="{kind}" x="{LABEL}" y="{y + 3}" width="{wide:.1f}" height="14" rx="2"/>')
            parts.append(f'<text x="{LABEL + wide + 6:.1f}" y="{y + 14}">{escape(told)}</text>')
            y += ROW
        y += 8
    if mark is not None:
        x = LABEL + mark[0] * length
        parts.append(f'<line class="line" x1="{x:.1f}" x2="{x:.1f}" y1="30" y2="{y}"/>')
        parts.append(f'<text x="{x + 4:.1f}" y="{y + 12}" class="faint">{escape(mark[1])}</text>')
        y += ROW
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{escape(title)}">'
    return f'{head}<style>{STYLE}</style><text x="0" y="16">{escape(title)}</text>{"".join(parts)}</svg>\n'


def _millions(rows: int) -> str:
    return f"{rows / 1_000_000:g} million" if rows >= 1_000_000 else f"{rows:,}"
