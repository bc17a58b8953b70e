from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from labels.made import codes, decoded
from plings.errors import LabelError, PrintingError, SettingsError
from plings.identity import ScanUrl
from plings.labels import Quality, Sheets, find_stock, read_codes, write_sheets
from plings.pictures import find_codes

L7160 = find_stock("L7160")


def test_the_same_codes_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf", "a.svg", "b.svg"):
        write_sheets(codes(5, signed=True), Sheets(L7160, tmp_path / name))
    for suffix in (".pdf", ".svg"):
        assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_a_sheet_in_use_is_gone_on_with(tmp_path: Path) -> None:
    sheets = Sheets(L7160, tmp_path / "sheets.svg", first_label=20, preview=tmp_path / "sheets.png")
    written = write_sheets(codes(4), sheets)
    assert (written.labels, written.pages, len(written.files)) == (4, 2, 2)
    assert [file.read_text().count("<text") for file in written.files] == [2, 2]
    assert [code.text for code in find_codes(tmp_path / "sheets.png")] == [code.text for code in codes(2)]
    with Image.open(tmp_path / "sheets.png") as picture:
        assert picture.size == (1240, 1754)


def test_many_labels_become_several_pdfs(tmp_path: Path) -> None:
    done: list[int] = []
    sheets = Sheets(L7160, tmp_path / "sheets.pdf", labels_per_pdf=42)
    written = write_sheets(codes(64), sheets, done.append)
    assert [file.name for file in written.files] == ["sheets-000001.pdf", "sheets-000002.pdf"]
    assert (written.labels, written.pages, done) == (64, 4, [21, 42, 63, 64])
    assert sorted(tmp_path.iterdir()) == sorted(written.files)


@pytest.mark.parametrize("suffix", [".pdf", ".svg"])
def test_what_fails_leaves_all_as_it_was(tmp_path: Path, suffix: str) -> None:
    def failing() -> Iterator[ScanUrl]:
        yield from codes(50)
        raise PrintingError("the codes end", "unreadable")

    output = tmp_path / f"sheets{suffix}"
    output.write_text("before")
    with pytest.raises(PrintingError):
        write_sheets(failing(), Sheets(L7160, output, preview=tmp_path / "sheets.png", labels_per_pdf=21))
    assert [file.name for file in tmp_path.iterdir()] == [output.name] and output.read_text() == "before"
    with pytest.raises(LabelError, match="no_room"):
        write_sheets(codes(50), Sheets(L7160, output, Quality(1)))
    assert [file.name for file in tmp_path.iterdir()] == [output.name] and output.read_text() == "before"


def test_files_of_another_run_are_not_mixed_with_these(tmp_path: Path) -> None:
    output = tmp_path / "sheets.svg"
    write_sheets(codes(1), Sheets(L7160, output))
    written = write_sheets(codes(22), Sheets(L7160, output))
    assert not output.exists() and len(written.files) == 2  # it was named to be replaced
    with pytest.raises(LabelError, match=r"numbered files of that name are there: remove them first") as caught:
        write_sheets(codes(1), Sheets(L7160, output))
    assert caught.value.rule == "in_place"
    write_sheets(codes(1), Sheets(L7160, tmp_path / "sheet.svg"))
    write_sheets(codes(1), Sheets(L7160, tmp_path / "sheets.pdf"))


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    for name in ("sheets.pdf", "sheets.svg"):
        with pytest.raises(OSError):
            write_sheets(codes(1), Sheets(L7160, tmp_path / "missing" / name))


@pytest.mark.parametrize("name", [".sheets-000001-{pid}.pdf", ".sheets-000001-{pid}.svg", ".sheets-{pid}.png"])
def test_a_full_disk(tmp_path: Path, name: str) -> None:
    """Of the disk that this file would be on."""
    full = tmp_path / name.format(pid=os.getpid())
    full.symlink_to("/dev/full")
    sheets = Sheets(L7160, tmp_path / f"sheets.{'svg' if 'svg' in name else 'pdf'}", preview=tmp_path / "sheets.png")
    with pytest.raises(OSError) as caught:
        write_sheets(codes(1), sheets)
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"output": Path("sheets.png")}, "suffix"),
        ({"output": Path("sheets.pdf"), "each": True}, "suffix"),
        ({"first_label": 0}, "first_label"),
        ({"first_label": 22}, "first_label"),
        ({"output": Path("label.svg"), "each": True, "first_label": 2}, "first_label"),
        ({"preview": Path("sheets.jpg")}, "preview"),
    ],
)
def test_what_cannot_be_wanted(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(LabelError) as caught:
        Sheets(**{"stock": L7160, "output": Path("sheets.pdf"), **changes})  # type: ignore[arg-type]
    assert caught.value.rule == rule


def test_without_reportlab_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab", None)
    with pytest.raises(SettingsError, match=r"plings\[print\]"):
        write_sheets(codes(1), Sheets(L7160, tmp_path / "sheets.pdf"))
    assert list(tmp_path.iterdir()) == []


CODE = codes(1)[0].text


@pytest.mark.parametrize(
    ("content", "rule", "part"),
    [
        ("", "no_codes", "it holds no code"),
        (f"{CODE}\nhello\n", "not_a_code", "line 2"),
        (f"{CODE}\n\n{CODE}&x=1\n", "not_a_code", "line 3"),
        (f"{CODE.replace('t=q', 't=n')}\n", "nfc", "line 1"),
        (f"{CODE.replace('s.plings.io', 'example.com')}\n", "not_a_code", "line 1"),
    ],
)
def test_files_that_are_refused(tmp_path: Path, content: str, rule: str, part: str) -> None:
    (tmp_path / "codes.txt").write_text(content)
    with pytest.raises(PrintingError, match=part) as caught:
        list(read_codes(tmp_path / "codes.txt"))
    assert caught.value.rule == rule


def test_codes_without_a_url_are_refused(tmp_path: Path) -> None:
    code = codes(1)[0]
    (tmp_path / "codes.csv").write_text(f"path,class_pointer,address\n{code.path},{code.class_pointer},x\n")
    with pytest.raises(PrintingError, match="line 2: it has no url") as caught:
        list(read_codes(tmp_path / "codes.csv"))
    assert caught.value.rule == "no_url"


def test_files_that_are_read(tmp_path: Path) -> None:
    texts = [code.text for code in codes(3)]
    (tmp_path / "codes.txt").write_text("\n".join(texts))
    (tmp_path / "codes.csv").write_text("nr,url\r\n" + "".join(f'1,"{text}"\r\n' for text in texts))
    (tmp_path / "codes.jsonl").write_text("".join(f'{{"url": "{text}"}}\n' for text in texts))
    for name in ("codes.txt", "codes.csv", "codes.jsonl"):
        assert [code.text for code in read_codes(tmp_path / name)] == texts


def test_a_preview_is_what_is_printed(tmp_path: Path) -> None:
    import numpy as np

    sheets = Sheets(find_stock("roll-50x50"), tmp_path / "sheets.pdf", preview=tmp_path / "sheets.png")
    write_sheets(codes(2), sheets)
    with Image.open(tmp_path / "sheets.png") as picture:
        assert decoded(np.asarray(picture)) == codes(1)[0].text
