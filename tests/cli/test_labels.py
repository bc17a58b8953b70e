"""`plings print sheet` and `plings print stocks`."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import CODE, SIGNED, answer, json_answer, refusal, refused, run
from plings.pictures import read_codes


@pytest.fixture
def codes(tmp_path: Path) -> Path:
    file = tmp_path / "codes.csv"
    file.write_text(f"path,url\n{CODE.path},{CODE.text}\n{SIGNED.path},{SIGNED.text}\n")
    return file


def test_a_sheet(codes: Path, tmp_path: Path) -> None:
    output, preview = tmp_path / "sheets.pdf", tmp_path / "sheets.png"
    shown = answer("print", "sheet", codes, "--stock", "l7160", "-o", output, "--preview", preview)
    assert shown.splitlines() == [
        f"wrote             {output}",
        "labels            2 of 63.5 × 38.1 mm",
        "pages             1",
        "error correction  H (2)",
        "smallest module   0.396 mm",
    ]
    assert output.read_bytes().startswith(b"%PDF-")
    assert read_codes(preview) == [CODE.text, SIGNED.text]
    facts = json_answer("print", "sheet", codes, "--stock", "L7160", "-o", output)
    assert facts == {
        "files": [str(output)],
        "labels": 2,
        "pages": 1,
        "stock": "L7160",
        "levels": {"H": 2},
        "smallest_module_mm": 0.3956,
    }


def test_labels_of_any_size(codes: Path, tmp_path: Path) -> None:
    roll = json_answer("print", "sheet", codes, "--label", "30x25.4", "-o", tmp_path / "a.svg")
    assert (roll["pages"], roll["stock"], len(roll["files"])) == (2, "30x25.4", 2)
    sheet = ("--label", "40x30", "--columns", "2", "--gap", "3x3", "--marks", "borders", "--first-label", "2")
    assert json_answer("print", "sheet", codes, *sheet, "-o", tmp_path / "b.svg")["pages"] == 1
    each = json_answer("print", "sheet", codes, "--stock", "5163", "--each", "--dpi", "300", "-o", tmp_path / "c.svg")
    assert each["files"] == [str(tmp_path / f"c-00000{number}.svg") for number in (1, 2)]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--stock", "L4731"], "[no_room]"),
        (["--stock", "L0000"], "[unknown_stock]"),
        (["--label", "40x30", "--paper", "A9"], "[unknown_paper]"),
        (["--label", "40x30", "--columns", "6"], "[paper]"),
        (["--stock", "L7160", "--first-label", "22"], "[first_label]"),
        (["--stock", "L7160", "--module", "0"], "[module]"),
        (["--stock", "L7160", "--each"], "[suffix]"),
        (["--stock", "L7160", "--host", "example.com"], "[not_a_code]"),
    ],
)
def test_refusals_write_nothing(codes: Path, tmp_path: Path, options: list[str], said: str) -> None:
    assert refused("print", "sheet", codes, "-o", tmp_path / "sheets.pdf", *options).endswith(said)
    assert list(tmp_path.iterdir()) == [codes]


@pytest.mark.parametrize(
    "options",
    [
        [],
        ["--stock", "L7160", "--label", "40x30"],
        ["--label", "40"],
        ["--label", "-1x4"],
        ["--stock", "5160", "--rows", "2"],
    ],
)
def test_wrong_usage(codes: Path, tmp_path: Path, options: list[str]) -> None:
    assert "(see plings print sheet --help)" in refused("print", "sheet", codes, "-o", "x.pdf", *options, code=2)


def test_files_that_are_not_there(tmp_path: Path) -> None:
    missing = tmp_path / "codes.csv"
    shown = refused("print", "sheet", missing, "--stock", "L7160", "-o", tmp_path / "sheets.pdf")
    assert shown == f"{missing}: No such file or directory"


def test_stocks() -> None:
    facts = json_answer("print", "stocks")["stock"]
    by_name = {stock["name"]: stock for stock in facts}
    assert by_name["L7160"]["signed_code"] == {"level": "H", "module_mm": 0.3956}
    assert by_name["L4731"]["code"] is None
    assert {"L7160", "L4731", "5160", "22806", "roll-25x25", "roll-50x25"} <= by_name.keys()
    assert "L7160" in answer("print", "stocks") and "too small" in answer("print", "stocks")
    assert refusal(run("print", "stocks", "--module", "0")).endswith("[module]")
