"""Codes to put on labels, and a reader of QR symbols that has nothing in common with the one that drew them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from numpy.typing import NDArray

from plings.identity import ClassPath, Identity, ScanUrl, format_segment, make_code
from plings.identity import Path as ObjectPath
from plings.labels import Stock

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
BATCH = "2.3.4F.2aB.5"
MM_PER_INCH = 25.4

Grey = NDArray[np.uint8]


def codes(count: int, signed: bool = False, batch: str = BATCH) -> list[ScanUrl]:
    paths = [ObjectPath(f"{batch}.{format_segment(number)}") for number in range(count)]
    return [make_code(MAKER, path, signed=signed) for path in paths]


def rendered(file: Path, dots_per_inch: int) -> Iterator[Grey]:
    """Each page of a PDF."""
    with pypdfium2.PdfDocument(file) as document:
        for page in document:
            yield page.render(scale=dots_per_inch / 72, grayscale=True).to_numpy().squeeze()


def cut(page: Grey, stock: Stock, dots_per_inch: int) -> Iterator[Grey]:
    """The labels of a page, as scissors cut them."""
    dots = dots_per_inch / MM_PER_INCH
    for position in range(stock.labels_per_page):
        left, top = stock.corner_of(position)
        rows = slice(round(top * dots), round((top + stock.height_mm) * dots))
        yield page[rows, round(left * dots) : round((left + stock.width_mm) * dots)]


def decoded(label: Grey) -> str:
    """The text that OpenCV reads; empty if it reads none."""
    return cv2.QRCodeDetectorAruco().detectAndDecode(np.ascontiguousarray(label))[0]
