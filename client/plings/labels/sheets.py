"""Codes to sheets of labels: fitted, laid out page by page, and written to files that appear when all are whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from plings.errors import LabelError
from plings.identity import ScanUrl
from plings.labels.fitting import Label, Quality, fit
from plings.labels.page import Marks, Page, paginate
from plings.labels.parts import Parts
from plings.labels.preview import write_preview
from plings.labels.stock import Stock
from plings.labels.svg import write_svg
from plings.labels.symbol import LEVELS

LABELS_PER_PDF: Final = 5_000
"""A PDF is made in memory, where a label takes up to 25 kB: more of them become several files."""

SUFFIXES: Final = (".pdf", ".svg")


@dataclass(frozen=True, slots=True)
class Sheets:
    """What is wanted. Raises LabelError with rule `suffix`, `first_label` or `preview`."""

    stock: Stock
    output: Path
    """A .pdf, or a .svg. Where one file is not enough, or with `each`, their names end with numbers."""
    quality: Quality = field(default_factory=Quality)
    first_label: int = 1
    """Where to begin on the first page, for one of which some labels are used up."""
    marks: Marks = Marks.NONE
    each: bool = False
    """One SVG a label."""
    preview: Path | None = None
    """A .png of the first page; replaced if there."""
    labels_per_pdf: int = LABELS_PER_PDF

    def __post_init__(self) -> None:
        suffix = self.output.suffix.lower()
        if suffix not in SUFFIXES or (self.each and suffix != ".svg"):
            wanted = "a label alone is written as .svg" if self.each else "sheets are written as .pdf or .svg"
            raise LabelError(str(self.output), "suffix", wanted)
        if self.preview and self.preview.suffix.lower() != ".png":
            raise LabelError(str(self.preview), "preview", "a preview is written as .png")
        if not 1 <= self.first_label <= self.page_stock.labels_per_page:
            most = self.page_stock.labels_per_page
            raise LabelError(self.first_label, "first_label", f"the first label is from 1 to {most}")

    @property
    def page_stock(self) -> Stock:
        """What a page is: with `each`, one label."""
        return _alone(self.stock) if self.each else self.stock


@dataclass(frozen=True, slots=True)
class Written:
    files: tuple[Path, ...]
    labels: int
    pages: int
    levels: dict[str, int]
    """How many labels have each level of error correction, the best first."""
    smallest_module_mm: float


def write_sheets(codes: Iterable[ScanUrl], wanted: Sheets, tell: Callable[[int], None] = lambda done: None) -> Written:
    """Codes in their order on labels. When it fails, no file of it is there, and one that was there before still is.

    Raises LabelError (see `fit`; also rule `in_place`, when numbered files of that name are there), SettingsError
    (no reportlab), OSError, and what `codes` raises.
    """
    count = _Count(tell)
    labels = (count.add(fit(code, wanted.stock, wanted.quality)) for code in codes)
    pages = paginate(labels, wanted.page_stock, wanted.first_label, wanted.marks)
    with Parts(wanted.output, always_numbered=wanted.each) as parts:
        _write(pages, wanted, parts, count)
        files = parts.finish()
    levels = {level: count.levels[level] for level in LEVELS if count.levels[level]}
    return Written(files, count.labels, count.pages, levels, count.smallest_module_mm)


def _write(pages: Iterator[Page], wanted: Sheets, parts: Parts, count: _Count) -> None:
    drawn = count.pages_of(pages, parts.beside(wanted.preview) if wanted.preview else None)
    if wanted.output.suffix.lower() == ".svg":
        for page in drawn:
            write_svg(page, parts.new())
        return
    from plings.labels.pdf import PdfFile

    pages_per_file = max(1, wanted.labels_per_pdf // wanted.stock.labels_per_page)
    for first in drawn:
        file = PdfFile(parts.new(), wanted.stock)
        file.add(first)
        for _, page in zip(range(pages_per_file - 1), drawn, strict=False):
            file.add(page)
        file.close()


class _Count:
    """What has passed."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self.labels = self.pages = 0
        self.levels: Counter[str] = Counter()
        self.smallest_module_mm = float("inf")
        self._tell = tell

    def add(self, label: Label) -> Label:
        self.labels += 1
        self.levels[label.symbol.level] += 1
        self.smallest_module_mm = min(self.smallest_module_mm, label.module_mm)
        return label

    def pages_of(self, pages: Iterator[Page], preview: Path | None) -> Iterator[Page]:
        for page in pages:
            if not self.pages and preview:
                write_preview(page, preview)
            yield page
            self.pages += 1
            self._tell(self.labels)


def _alone(stock: Stock) -> Stock:
    """Each label a page of its own."""
    return replace(stock, paper="", columns=1, rows=1, gap_x_mm=0.0, gap_y_mm=0.0)
