from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pictures.hostile import bomb, damaged
from plings.errors import PictureError
from plings.identity import ClassPath, Identity, ScanUrl, make_code
from plings.identity import Path as ObjectPath
from plings.pictures import MODULE_PIXELS, PIXEL_LIMIT, QUIET_ZONE_MODULES, read_codes, write_qr

IDENTITY = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
CODE = make_code(IDENTITY, ObjectPath("2.3.4F.2aB.5.3j"))
SIGNED = make_code(IDENTITY, ObjectPath("2.3.4F.2aB.5.3j"), signed=True)


def refused(file: Path) -> str:
    with pytest.raises(PictureError) as caught:
        read_codes(file)
    assert str(caught.value).isprintable()
    return caught.value.rule


@pytest.mark.parametrize("code", [CODE, SIGNED], ids=["unsigned", "signed"])
def test_a_written_code_reads_back(tmp_path: Path, code: ScanUrl) -> None:
    file = tmp_path / "code.png"
    write_qr(code.text, file)
    assert read_codes(file) == [code.text]


def test_a_picture_is_crisp_with_a_quiet_zone(tmp_path: Path) -> None:
    file = tmp_path / "code.PNG"
    write_qr(CODE.text, file)
    with Image.open(file) as picture:
        grey = picture.convert("L")
    assert grey.width == grey.height
    assert grey.width % MODULE_PIXELS == 0
    assert {value for _, value in grey.getcolors() or []} == {0, 255}
    border = QUIET_ZONE_MODULES * MODULE_PIXELS
    assert grey.point(lambda value: 255 - value).getbbox() == (border, border, *[grey.width - border] * 2)


def test_writing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    for suffix in ("png", "svg"):
        files = [tmp_path / f"{name}.{suffix}" for name in "ab"]
        for file in files:
            write_qr(CODE.text, file)
        assert files[0].read_bytes() == files[1].read_bytes()


def test_a_vector_picture_has_its_own_white(tmp_path: Path) -> None:
    file = tmp_path / "code.svg"
    write_qr(CODE.text, file)
    text = file.read_text(encoding="utf-8")
    assert "<svg" in text
    assert "#fff" in text


def test_two_codes_in_one_picture_are_read_from_top_to_bottom(tmp_path: Path) -> None:
    sheet = Image.new("L", (1000, 2000), 255)
    for text, top in (("second", 1000), ("first", 0)):
        write_qr(text, tmp_path / "part.png")
        with Image.open(tmp_path / "part.png") as part:
            sheet.paste(part.convert("L"), (100, top))
    sheet.save(tmp_path / "sheet.png")
    assert read_codes(tmp_path / "sheet.png") == ["first", "second"]


@pytest.mark.parametrize("suffix", ["jpg", "webp", "gif", "bmp", "tiff"])
def test_other_raster_formats_are_read(tmp_path: Path, suffix: str) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        picture.convert("L").rotate(90).save(tmp_path / f"code.{suffix}")
    assert read_codes(tmp_path / f"code.{suffix}") == [CODE.text]


def test_a_transparent_picture_is_read_as_on_white(tmp_path: Path) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        dark = picture.convert("L").point(lambda value: 255 - value)
    transparent = Image.new("RGBA", dark.size, (0, 0, 0, 0))
    transparent.putalpha(dark)
    transparent.save(tmp_path / "transparent.png")
    assert read_codes(tmp_path / "transparent.png") == [CODE.text]


@pytest.mark.parametrize(
    ("name", "text", "rule"),
    [
        ("code.jpg", "x", "suffix"),
        ("code", "x", "suffix"),
        ("code.png", "", "empty"),
        ("code.png", "x" * 3000, "too_much_text"),
        ("missing/code.png", "x", "not_written"),
        ("missing/code.svg", "x", "not_written"),
    ],
)
def test_refused_writing(tmp_path: Path, name: str, text: str, rule: str) -> None:
    with pytest.raises(PictureError) as caught:
        write_qr(text, tmp_path / name)
    assert caught.value.rule == rule
    assert list(tmp_path.iterdir()) == []


def test_the_longest_text_fits(tmp_path: Path) -> None:
    write_qr("x" * 2331, tmp_path / "code.svg")
    with pytest.raises(PictureError):
        write_qr("x" * 2332, tmp_path / "code.svg")


def test_files_that_are_no_picture_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.png") == "not_read"
    assert refused(tmp_path) == "not_read"
    write_qr(CODE.text, tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    for name, data in (
        ("empty", b""),
        ("text", b"hello"),
        ("cut", whole[: len(whole) // 2]),
        ("postscript", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n"),
        ("vector", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("damaged", whole[:60] + bytes(40) + whole[100:]),
    ):
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name) == "not_a_picture", name


def test_a_picture_without_a_code_is_refused(tmp_path: Path) -> None:
    Image.new("RGB", (300, 300), "white").save(tmp_path / "blank.png")
    assert refused(tmp_path / "blank.png") == "no_code"


@pytest.mark.parametrize("side", [7072, 12_000, 60_000])
def test_decompression_bombs_are_refused_by_their_header(tmp_path: Path, side: int) -> None:
    assert side * side > PIXEL_LIMIT
    (tmp_path / "bomb.png").write_bytes(bomb(side))
    assert refused(tmp_path / "bomb.png") == "too_large"


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (1, 40_000), (65_535, 1), (5_000, 2)])
def test_pictures_of_odd_sizes_hold_no_code(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("L", size, 255).save(tmp_path / "odd.png")
    assert refused(tmp_path / "odd.png") == "no_code"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_damaged_files_are_refused_or_read_and_nothing_else(tmp_path: Path, suffix: str) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        picture.convert("L").reduce(2).save(tmp_path / f"whole.{suffix}")
    whole = (tmp_path / f"whole.{suffix}").read_bytes()
    for data in damaged(whole, 60, suffix):
        (tmp_path / "damaged").write_bytes(data)
        try:
            assert read_codes(tmp_path / "damaged") == [CODE.text]
        except PictureError as error:
            assert error.rule in ("not_a_picture", "no_code", "too_large")


@pytest.mark.parametrize("size", [(65_536, 1), (1, 70_000)])
def test_pictures_longer_than_the_decoder_takes_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    Image.new("L", size, 255).save(tmp_path / "long.png")
    assert refused(tmp_path / "long.png") == "too_large"
