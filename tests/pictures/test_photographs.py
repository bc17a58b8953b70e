"""Codes in photographs: how many are read, and that none is read as another."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from pictures.photographs import MODERATE, Damage, photograph
from pictures.test_pictures import CODE, SIGNED
from plings.errors import PictureError
from plings.pictures import find_codes, read_codes, write_qr

TEXTS = (CODE.text, SIGNED.text)


def texts_in(photographs: list[tuple[str, bytes]], folder: Path) -> list[list[str]]:
    """What is read from each; never another text than its own."""
    found: list[list[str]] = []
    for text, data in photographs:
        (folder / "photo.jpg").write_bytes(data)
        try:
            found.append(read_codes(folder / "photo.jpg"))
        except PictureError as error:
            assert error.rule == "no_code"
            found.append([])
        assert found[-1] in ([], [text])
    return found


def test_moderate_damage(tmp_path: Path) -> None:
    """196 of 200 are read: 49 in 50."""
    taken = [(TEXTS[seed % 2], photograph(TEXTS[seed % 2], seed)) for seed in range(200)]
    assert sum(map(bool, texts_in(taken, tmp_path))) >= 196


@pytest.mark.parametrize(
    ("damage", "level", "least"),
    [
        (replace(MODERATE, blur_modules=0.2, dirt=0.0), "m", 30),
        (replace(MODERATE, inverted=1.0, dirt=0.02), "m", 29),
        (replace(MODERATE, dirt=0.1), "h", 28),
        (replace(MODERATE, tilt=0.3, dirt=0.02), "q", 27),
    ],
    ids=["clean", "inverted", "dirtier", "tilted"],
)
def test_one_thing_worse(tmp_path: Path, damage: Damage, level: str, least: int) -> None:
    taken = [(TEXTS[seed % 2], photograph(TEXTS[seed % 2], 1000 + seed, damage, level)) for seed in range(30)]
    assert sum(map(bool, texts_in(taken, tmp_path))) >= least


def test_beyond_repair_nothing_is_read_rather_than_something_else(tmp_path: Path) -> None:
    worst = Damage((1.8, 3.0), 0.5, 1.2, 60.0, 0.9, (120, 140), 0.35, 8)
    taken = [(TEXTS[seed % 2], photograph(TEXTS[seed % 2], 2000 + seed, worst, "l")) for seed in range(40)]
    assert sum(map(bool, texts_in(taken, tmp_path))) < 20


def test_noise_holds_no_code(tmp_path: Path) -> None:
    for seed in range(10):
        noise = np.random.default_rng(seed).integers(0, 256, (200, 200), np.uint8)
        coarse = cv2.resize(noise[:60, :60], (420, 420), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(tmp_path / "noise.png"), coarse)
        with pytest.raises(PictureError, match="no_code"):
            read_codes(tmp_path / "noise.png")


def test_where_a_code_is(tmp_path: Path) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        code = picture.convert("L")
    sheet = Image.new("L", (1500, 900), 200)
    sheet.paste(code, (900, 300))
    sheet.save(tmp_path / "sheet.png")
    (found,) = find_codes(tmp_path / "sheet.png")
    left, right = 940, 900 + code.width - 40
    top, bottom = 340, 300 + code.height - 40
    assert np.allclose(found.corners, [(left, top), (right, top), (right, bottom), (left, bottom)], atol=3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_corners_are_those_of_the_upright_picture(tmp_path: Path, orientation: int) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    turns = {1: None, 2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # what a camera did, for its note to undo
    with Image.open(tmp_path / "code.png") as picture:
        upright = Image.new("L", (1000, 700), 255)
        upright.paste(picture.convert("L"), (0, 0))
    turn = turns[orientation]
    stored = upright if turn is None else upright.transpose(Image.Transpose(turn))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.jpg", exif=exif)
    (found,) = find_codes(tmp_path / "photo.jpg")
    assert found.text == CODE.text
    assert np.allclose(found.corners[0], (40, 40), atol=4)


def test_broken_exif_data_make_no_picture_unreadable(tmp_path: Path) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as picture:
        picture.convert("L").save(tmp_path / "photo.jpg", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff")
    assert read_codes(tmp_path / "photo.jpg") == [CODE.text]


def test_among_many_codes_the_damaged_ones_are_found_by_looking_on(tmp_path: Path) -> None:
    write_qr(CODE.text, tmp_path / "good.png")
    unsharp = next(
        data for data in (photograph(SIGNED.text, seed) for seed in range(200)) if _only_later(data, tmp_path)
    )
    photo = cv2.imdecode(np.frombuffer(unsharp, np.uint8), cv2.IMREAD_GRAYSCALE)
    good = cv2.imread(str(tmp_path / "good.png"), cv2.IMREAD_GRAYSCALE)
    both = np.full((max(photo.shape[0], good.shape[0]), photo.shape[1] + good.shape[1]), 255, np.uint8)
    both[: photo.shape[0], : photo.shape[1]] = photo
    both[: good.shape[0], photo.shape[1] :] = good
    cv2.imwrite(str(tmp_path / "both.png"), both)
    assert read_codes(tmp_path / "both.png") == [CODE.text]
    assert sorted(code.text for code in find_codes(tmp_path / "both.png", thorough=True)) == sorted(TEXTS)


def _only_later(data: bytes, folder: Path) -> bool:
    """Whether a code is read, but not at first sight."""
    import zxingcpp

    grey = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    (folder / "photo.jpg").write_bytes(data)
    if zxingcpp.read_barcodes(grey):
        return False
    try:
        return bool(read_codes(folder / "photo.jpg"))
    except PictureError:
        return False


def test_a_crooked_sheet_is_read_row_by_row(tmp_path: Path) -> None:
    sheet = np.full((1500, 1900), 255, np.uint8)
    texts = [f"code {number}" for number in range(12)]
    for number, text in enumerate(texts):
        write_qr(text, tmp_path / "code.png")
        code = cv2.imread(str(tmp_path / "code.png"), cv2.IMREAD_GRAYSCALE)
        row, column = divmod(number, 4)
        top, left = 100 + row * 450, 100 + column * 450
        sheet[top : top + code.shape[0], left : left + code.shape[1]] = code
    for angle in (-2.5, 0.4, 2.5):
        turned = Image.fromarray(sheet).rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
        turned.save(tmp_path / "sheet.png")
        assert read_codes(tmp_path / "sheet.png") == texts


def test_one_symbol_is_found_once_and_two_of_one_text_twice(tmp_path: Path) -> None:
    write_qr(CODE.text, tmp_path / "code.png")
    assert len(find_codes(tmp_path / "code.png", thorough=True)) == 1
    code = cv2.imread(str(tmp_path / "code.png"), cv2.IMREAD_GRAYSCALE)
    cv2.imwrite(str(tmp_path / "two.png"), np.hstack([code, code]))
    assert [found.text for found in find_codes(tmp_path / "two.png", thorough=True)] == [CODE.text] * 2


@pytest.mark.parametrize("brand", [b"heic", b"mif1", b"avif"])
def test_pictures_of_telephones_that_are_not_read_say_so(tmp_path: Path, brand: bytes) -> None:
    (tmp_path / "photo.heic").write_bytes(b"\x00\x00\x00\x18ftyp" + brand + bytes(100))
    with pytest.raises(PictureError, match="save it as JPEG or PNG") as caught:
        read_codes(tmp_path / "photo.heic")
    assert caught.value.rule == "heic"
