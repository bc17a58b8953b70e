"""Every code of a sheet is read back from what is printed, by a decoder that shares nothing with the encoder."""

from __future__ import annotations

import re
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pypdfium2
import pytest

from labels.made import Grey, codes, cut, decoded, rendered
from plings.labels import Marks, Quality, Sheets, find_stock, write_sheets


def read_back(file: Path, stock_name: str, dots_per_inch: int) -> list[str]:
    """The texts of a PDF's labels, without the free ones."""
    stock = find_stock(stock_name)
    pages = rendered(file, dots_per_inch)
    labels = chain.from_iterable(cut(page, stock, dots_per_inch) for page in pages)
    return [decoded(label) for label in labels if label.min() < 128]


def test_a_thousand_codes_of_a_pdf(tmp_path: Path) -> None:
    """Half of them signed, at the resolution of a common printer, with marks where labels end."""
    wanted = [*codes(500), *codes(500, signed=True)]
    written = write_sheets(wanted, Sheets(find_stock("L7160"), tmp_path / "sheets.pdf", marks=Marks.CORNERS))
    assert (written.labels, written.pages, written.levels) == (1000, 48, {"H": 1000})
    assert read_back(tmp_path / "sheets.pdf", "L7160", 300) == [code.text for code in wanted]


@pytest.mark.parametrize("stock", ["L7651", "roll-25x25", "5160"])
@pytest.mark.parametrize("signed", [False, True])
def test_small_labels(tmp_path: Path, stock: str, signed: bool) -> None:
    wanted = codes(30, signed)
    written = write_sheets(wanted, Sheets(find_stock(stock), tmp_path / "sheets.pdf"))
    assert 0.25 <= written.smallest_module_mm < 0.35
    assert read_back(tmp_path / "sheets.pdf", stock, 400) == [code.text for code in wanted]


def test_whole_dots_of_a_label_printer(tmp_path: Path) -> None:
    """At 203 dots an inch, which thermal printers have, a module is two dots, and both ways of them are sharp."""
    wanted = codes(5)
    sheets = Sheets(find_stock("roll-25x25"), tmp_path / "sheets.pdf", Quality(0.25, 203))
    assert write_sheets(wanted, sheets).smallest_module_mm == pytest.approx(2 * 25.4 / 203)
    assert read_back(tmp_path / "sheets.pdf", "roll-25x25", 406) == [code.text for code in wanted]


def test_the_path_is_text_in_a_font_that_is_in_the_file(tmp_path: Path) -> None:
    wanted = codes(21)
    write_sheets(wanted, Sheets(find_stock("L7160"), tmp_path / "sheets.pdf"))
    with pypdfium2.PdfDocument(tmp_path / "sheets.pdf") as document:
        assert document[0].get_textpage().get_text_range().split() == [code.path.text for code in wanted]
    content = (tmp_path / "sheets.pdf").read_bytes()
    assert content.count(b"/FontFile2") == 1
    assert set(re.findall(rb"/BaseFont /([^ \n]+)", content)) == {b"AAAAAA+DejaVuSansMono"}
    assert b"/Subtype /Image" not in content  # vectors alone


def drawn(svg: Path, pixels: int = 6) -> list[Grey]:
    """The symbols of an SVG, from its geometry: each path a picture of its own, in whole modules."""
    pictures = []
    for path in ElementTree.parse(svg).iter("{http://www.w3.org/2000/svg}path"):
        runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", path.attrib["d"])]
        assert "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs) == path.attrib["d"]
        side = max(y for _, y, _ in runs) + 1
        modules = np.full((side, side), 255, np.uint8)
        for x, y, length in runs:
            modules[y, x : x + length] = 0
        pictures.append(np.pad(np.kron(modules, np.ones((pixels, pixels), np.uint8)), 4 * pixels, constant_values=255))
    return pictures


def test_codes_of_svg_pages(tmp_path: Path) -> None:
    wanted = codes(30, signed=True)
    written = write_sheets(wanted, Sheets(find_stock("22806"), tmp_path / "sheets.svg", marks=Marks.BORDERS))
    assert [file.name for file in written.files] == [f"sheets-00000{number}.svg" for number in (1, 2, 3)]
    pictures = chain.from_iterable(drawn(file) for file in written.files)
    assert [decoded(picture) for picture in pictures] == [code.text for code in wanted]
    texts = [
        text.text for file in written.files for text in ElementTree.parse(file).iter("{http://www.w3.org/2000/svg}text")
    ]
    assert texts == [code.path.text for code in wanted]


def test_an_svg_of_each_label(tmp_path: Path) -> None:
    wanted = codes(3)
    written = write_sheets(wanted, Sheets(find_stock("L7160"), tmp_path / "label.svg", each=True))
    assert len(written.files) == 3
    assert [decoded(picture) for file in written.files for picture in drawn(file)] == [code.text for code in wanted]
    root = ElementTree.parse(written.files[0]).getroot()
    assert (root.attrib["width"], root.attrib["height"], root.attrib["viewBox"]) == (
        "63.5mm",
        "38.1mm",
        "0 0 63.5 38.1",
    )


def test_the_quiet_zone_is_white_and_within_the_label(tmp_path: Path) -> None:
    wanted, dots = codes(1, signed=True), 600
    write_sheets(wanted, Sheets(find_stock("roll-25x25"), tmp_path / "sheets.pdf"))
    (page,) = rendered(tmp_path / "sheets.pdf", dots)
    module = 0.2539 * dots / 25.4
    dark = np.argwhere(page < 128)
    (top, left), right = dark.min(axis=0), dark[:, 1].max()
    assert min(top, left, page.shape[1] - 1 - right) >= 4 * module  # beside the text, which is narrower than the code
    below = top + round(73 * module)
    assert page[below + 2 : below + round(4 * module) - 2].min() > 200
