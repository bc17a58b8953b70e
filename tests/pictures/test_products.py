"""A product's picture out of whatever file: small, upright, and nothing else of it. And what is taken for one."""

from __future__ import annotations

import struct
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageCms

from pictures.drawings import armchair, as_product, bookcase, noise
from pictures.hostile import bomb, damaged
from plings.errors import PictureError
from plings.pictures import ProductPicture, find_codes, product_picture, read_product_picture, write_qr
from plings.pictures.products import MOST_BYTES, MOST_SIDE


def marked(width: int = 400, height: int = 200, mode: str = "RGB") -> Image.Image:
    """Green, and red in its top left quarter."""
    picture = Image.new("RGB", (width, height), (0, 160, 0))
    picture.paste((220, 0, 0), (0, 0, width // 2, height // 2))
    return picture.convert(mode)


def seen(picture: ProductPicture) -> Image.Image:
    with Image.open(BytesIO(picture.body)) as opened:
        opened.load()
        return opened.convert("RGBA")


def made(file: Path, picture: Image.Image, **options: Any) -> ProductPicture:
    picture.save(file, **options)
    return product_picture(file)


def pixel(picture: ProductPicture, x: float, y: float) -> tuple[int, ...]:
    """Red, green, blue and alpha at that part of its sides."""
    found = seen(picture).getpixel((round(x * picture.width_pixels), round(y * picture.height_pixels)))
    assert isinstance(found, tuple)
    return tuple(map(int, found))


def is_red(picture: ProductPicture, x: float, y: float) -> bool:
    red, green, _, _ = pixel(picture, x, y)
    return red > green + 60


def refused(file: Path) -> str:
    with pytest.raises(PictureError) as caught:
        product_picture(file)
    assert str(caught.value).isprintable() and str(file)[:40] in str(caught.value)  # long ones are cut
    return caught.value.rule


def test_a_photograph_becomes_a_small_webp(tmp_path: Path) -> None:
    picture = made(tmp_path / "photo.jpg", bookcase(1600, 1200), quality=92)
    assert (picture.width_pixels, picture.height_pixels) == (480, 360) == seen(picture).size
    assert 1_000 < len(picture.body) <= MOST_BYTES
    assert picture.digest == sha256(picture.body).hexdigest()
    assert read_product_picture(picture.body) == picture


@pytest.mark.parametrize(
    ("size", "kept"),
    [
        ((480, 480), (480, 480)),
        ((40, 30), (40, 30)),
        ((1, 1), (1, 1)),
        ((481, 240), (480, 240)),
        ((300, 900), (160, 480)),
        ((40_000, 1), (480, 1)),
        ((1, 65_535), (1, 480)),
    ],
)
def test_it_fits_and_is_never_enlarged(tmp_path: Path, size: tuple[int, int], kept: tuple[int, int]) -> None:
    picture = made(tmp_path / "any.png", Image.new("RGB", size, "teal"))
    assert (picture.width_pixels, picture.height_pixels) == kept


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_noise_fits_too(mode: str) -> None:
    picture = as_product(noise(700, 700, mode))
    assert len(picture.body) <= MOST_BYTES
    assert picture.width_pixels == picture.height_pixels < MOST_SIDE
    assert read_product_picture(picture.body) == picture


def test_one_file_gives_the_same_bytes(tmp_path: Path) -> None:
    bookcase().save(tmp_path / "photo.png")
    assert product_picture(tmp_path / "photo.png") == product_picture(tmp_path / "photo.png")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_it_is_upright_and_says_nothing_of_where_it_was_taken(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "SECRET camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (57.0, 42.0, 0.0), 3: "E", 4: (11.0, 58.0, 0.0)})
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    turned = marked().transpose(undo[orientation]) if orientation > 1 else marked()
    file = tmp_path / "photo.jpg"
    picture = made(file, turned, exif=exif, comment="SECRET place", xmp=b"<x:xmpmeta>SECRET</x:xmpmeta>")
    assert file.read_bytes().count(b"SECRET") == 3
    assert (picture.width_pixels, picture.height_pixels) == (400, 200)
    assert is_red(picture, 0.2, 0.2)
    assert not any(is_red(picture, *place) for place in ((0.8, 0.2), (0.2, 0.8), (0.8, 0.8)))
    assert b"SECRET" not in picture.body and b"Exif" not in picture.body
    with Image.open(BytesIO(picture.body)) as opened:
        assert not opened.getexif() and not {"exif", "xmp", "icc_profile", "comment"} & set(opened.info)


@pytest.mark.parametrize("suffix", ["png", "webp", "tiff"])
def test_metadata_of_other_formats_is_gone_too(tmp_path: Path, suffix: str) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "SECRET"
    picture = made(tmp_path / f"any.{suffix}", armchair(), exif=exif, icc_profile=srgb())
    assert b"SECRET" in (tmp_path / f"any.{suffix}").read_bytes()
    assert b"SECRET" not in picture.body and b"ICCP" not in picture.body
    assert read_product_picture(picture.body) == picture


def test_what_is_behind_a_picture_stays_behind(tmp_path: Path) -> None:
    marked().save(tmp_path / "both.jpg")
    with (tmp_path / "both.jpg").open("ab") as file:
        file.write(b"<script>alert(1)</script>PK\x03\x04")
    picture = product_picture(tmp_path / "both.jpg")
    assert b"<script>" not in picture.body and b"PK\x03\x04" not in picture.body


def test_transparency_is_kept() -> None:
    picture = as_product(armchair())
    assert (pixel(picture, 0.01, 0.01)[3], pixel(picture, 0.5, 0.3)[3]) == (0, 255)
    assert picture.body[12:16] == b"VP8X"


def test_colours_that_are_transparent_are_kept(tmp_path: Path) -> None:
    for name, picture in (("palette.gif", marked(mode="P")), ("colour.png", marked())):
        clear = (0, 160, 0) if picture.mode == "RGB" else picture.getpixel((390, 190))
        shown = made(tmp_path / name, picture, transparency=clear)
        assert (pixel(shown, 0.9, 0.9)[3], pixel(shown, 0.1, 0.1)[3]) == (0, 255)


def test_transparency_that_nothing_uses_is_left_out() -> None:
    assert as_product(marked().convert("RGBA")).body[12:16] == b"VP8 "


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tiff"])
def test_of_several_frames_it_is_the_first(tmp_path: Path, suffix: str) -> None:
    others = [Image.new("RGB", (400, 200), colour) for colour in ("blue", "white")]
    picture = made(tmp_path / f"moving.{suffix}", marked(), save_all=True, append_images=others)
    assert is_red(picture, 0.2, 0.2) and not is_red(picture, 0.8, 0.8)
    assert b"ANIM" not in picture.body


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        *(("1", "png"), ("L", "png"), ("LA", "png"), ("P", "png"), ("I;16", "png"), ("RGBA", "png")),
        *(("CMYK", "jpg"), ("L", "jpg"), ("F", "tiff"), ("CMYK", "tiff"), ("LAB", "tiff"), ("RGB", "bmp")),
    ],
)
def test_every_kind_of_pixel_is_taken(tmp_path: Path, mode: str, suffix: str) -> None:
    grey = mode in ("1", "L", "LA", "I;16", "F")
    picture = marked() if not grey else Image.new("L", (400, 200), 255)
    if grey:
        picture.paste(0, (0, 0, 200, 100))
    if mode == "LAB":
        srgb_profile, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        stored = ImageCms.profileToProfile(picture, srgb_profile, lab, outputMode="LAB")
        assert stored is not None
    elif mode == "I;16":
        stored = Image.frombytes("I;16", picture.size, b"".join(bytes((0, one)) for one in picture.tobytes()))
    else:
        stored = picture.convert(mode)
    shown = made(tmp_path / f"any.{suffix}", stored)
    dark, light = pixel(shown, 0.1, 0.1), pixel(shown, 0.9, 0.9)
    if grey:
        assert max(dark[:3]) < 40 and min(light[:3]) > 215
    else:
        assert dark[0] > dark[1] + 60 and light[1] > light[0] + 60


@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_shades_of_16_bits_are_those_of_8(tmp_path: Path, suffix: str) -> None:
    """As scanners and cameras write them. A code that is printed in grey on grey is read in one, too."""
    halves = Image.new("L", (400, 200), 180)
    halves.paste(60, (0, 0, 200, 200))
    product = made(tmp_path / f"deep.{suffix}", deep(halves))
    assert [round(pixel(product, at, 0.5)[0] / 20) for at in (0.2, 0.8)] == [3, 9]
    write_qr("https://s.plings.io?t=q", tmp_path / "code.png")
    with Image.open(tmp_path / "code.png") as written:
        deep(written.convert("L").point(lambda shade: 60 + shade // 2)).save(tmp_path / f"code.{suffix}")
    assert find_codes(tmp_path / f"code.{suffix}")


def deep(picture: Image.Image) -> Image.Image:
    """A picture in shades of grey, of 16 bits each."""
    return Image.frombytes("I;16", picture.size, b"".join(bytes((one, one)) for one in picture.tobytes()))


def srgb() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_colours_are_what_the_file_s_profile_says(tmp_path: Path) -> None:
    """A profile in which red is what others call green."""
    swapped = srgb().replace(b"rXYZ", b"----").replace(b"gXYZ", b"rXYZ").replace(b"----", b"gXYZ")
    picture = made(tmp_path / "swapped.png", marked(), icc_profile=swapped)
    assert not is_red(picture, 0.2, 0.2) and is_red(picture, 0.8, 0.8)
    clear = marked().convert("RGBA")
    clear.putpixel((399, 199), (0, 0, 0, 0))
    assert is_red(made(tmp_path / "clear.png", clear, icc_profile=swapped), 0.8, 0.6)


@pytest.mark.parametrize("profile", [b"nonsense", b"\0" * 200, srgb()[:150]])
def test_a_profile_that_cannot_be_read_says_nothing(tmp_path: Path, profile: bytes) -> None:
    assert is_red(made(tmp_path / "odd.png", marked(), icc_profile=profile), 0.2, 0.2)


def test_files_that_are_no_picture_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "missing.png") == "not_read"
    marked().save(tmp_path / "whole.png")
    whole = (tmp_path / "whole.png").read_bytes()
    for name, data, rule in (
        ("empty", b"", "not_a_picture"),
        ("cut", whole[: len(whole) // 2], "not_a_picture"),
        ("vector", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not_a_picture"),
        ("phone.heic", b"\0\0\0\x18ftypheic\0\0\0\0", "heic"),
    ):
        (tmp_path / name).write_bytes(data)
        assert refused(tmp_path / name) == rule


def test_a_decompression_bomb_is_refused_by_its_header(tmp_path: Path) -> None:
    (tmp_path / "bomb.png").write_bytes(bomb(60_000))
    assert refused(tmp_path / "bomb.png") == "too_large"


@pytest.mark.parametrize("suffix", ["png", "jpg", "webp", "gif", "bmp", "tiff"])
def test_damaged_files_are_refused_or_become_pictures(tmp_path: Path, suffix: str) -> None:
    marked(120, 80).save(tmp_path / f"whole.{suffix}")
    whole = (tmp_path / f"whole.{suffix}").read_bytes()
    for data in damaged(whole, 40, suffix):
        (tmp_path / "damaged").write_bytes(data)
        try:
            picture = product_picture(tmp_path / "damaged")
        except PictureError as error:
            assert error.rule in ("not_a_picture", "too_large")
        else:
            assert read_product_picture(picture.body) == picture


OPAQUE, CLEAR = as_product(marked()), as_product(armchair(90, 110))


def rule_of(body: bytes) -> str:
    with pytest.raises(PictureError) as caught:
        read_product_picture(body)
    assert str(caught.value).isprintable()
    return caught.value.rule


def saved(picture: Image.Image, **options: Any) -> bytes:
    stream = BytesIO()
    picture.save(stream, "WEBP", **options)
    return stream.getvalue()


def with_chunk(body: bytes, chunk: bytes) -> bytes:
    """Another chunk at the end, which the length in front covers."""
    longer = body + chunk
    return longer[:4] + struct.pack("<I", len(longer) - 8) + longer[8:]


@pytest.mark.parametrize("picture", [OPAQUE, CLEAR], ids=["opaque", "transparent"])
def test_what_we_made_is_read_back_as_it_is(picture: ProductPicture) -> None:
    assert read_product_picture(picture.body) == picture


@pytest.mark.parametrize("picture", [OPAQUE, CLEAR], ids=["opaque", "transparent"])
def test_what_is_cut_anywhere_or_goes_on_is_no_picture(picture: ProductPicture) -> None:
    for length in range(len(picture.body)):
        assert rule_of(picture.body[:length]) == "not_webp"
    for behind in (b"x", b"PK\x03\x04", b"<script>alert(1)</script>", picture.body):
        assert rule_of(picture.body + behind) == "not_webp"


@pytest.mark.parametrize(
    "chunk",
    [
        *(b"EXIF\x04\0\0\0GPS!", b"XMP \x04\0\0\0here", b"ICCP\0\0\0\0"),
        *(b"JUNK\x02\0\0\0PK", b"VP8 \0\0\0\0", b"ANMF\0\0\0\0"),
    ],
)
def test_nothing_is_beside_the_picture(chunk: bytes) -> None:
    for picture in (OPAQUE, CLEAR):
        assert rule_of(with_chunk(picture.body, chunk)) in ("more_than_a_picture", "not_webp")


@pytest.mark.parametrize(
    "body",
    [
        saved(marked(), lossless=True),
        saved(marked(), save_all=True, append_images=[Image.new("RGB", (400, 200), "blue")]),
        saved(marked(), exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0"),
        saved(marked(), icc_profile=srgb()),
        saved(marked(), xmp=b"<x:xmpmeta/>"),
    ],
    ids=["lossless", "animated", "exif", "profile", "xmp"],
)
def test_other_webps_are_more_than_a_picture(body: bytes) -> None:
    assert rule_of(body) == "more_than_a_picture"


def test_other_files_are_no_webp() -> None:
    stream = BytesIO()
    marked().save(stream, "PNG")
    for body in (b"", b"RIFF", b"RIFF\x04\0\0\0WEBP", b"RIFF\x04\0\0\0WAVE", stream.getvalue(), bytes(1000)):
        assert rule_of(body) == "not_webp"


def test_it_is_no_heavier_and_no_larger_than_ours() -> None:
    assert rule_of(saved(noise(480, 480), quality=90)) == "too_heavy"
    assert rule_of(with_chunk(OPAQUE.body, b"JUNK" + struct.pack("<I", MOST_BYTES) + bytes(MOST_BYTES))) == "too_heavy"
    for size in ((481, 10), (10, 481), (2_000, 2_000), (16_383, 1)):
        assert rule_of(saved(Image.new("RGB", size))) == "sides"
    for side in (0, 481, 0x3FFF, 0x4001, 0xFFFF):  # the last two would be scaled, if decoders did
        bomb = OPAQUE.body[:26] + struct.pack("<H", side) + OPAQUE.body[28:]
        assert rule_of(bomb) == "sides"


def test_a_canvas_that_is_not_the_frame_s_is_refused() -> None:
    for at, byte in ((24, 255), (26, 255), (27, 1), (29, 255)):
        assert CLEAR.body[at] != byte
        assert rule_of(CLEAR.body[:at] + bytes([byte]) + CLEAR.body[at + 1 :]) == "more_than_a_picture"


@pytest.mark.parametrize("picture", [OPAQUE, CLEAR], ids=["opaque", "transparent"])
def test_a_flipped_bit_in_the_header_is_refused_or_nothing(picture: ProductPicture) -> None:
    for bit in range(30 * 8):
        body = bytearray(picture.body)
        body[bit // 8] ^= 1 << bit % 8
        try:
            read = read_product_picture(bytes(body))
        except PictureError:
            continue
        assert 1 <= read.width_pixels <= MOST_SIDE and 1 <= read.height_pixels <= MOST_SIDE


def test_nothing_is_decoded() -> None:
    """What is behind the header is the browser's to decode, in a canvas that is small whatever it says."""
    hollow = OPAQUE.body[:30] + bytes(len(OPAQUE.body) - 30)
    assert (read_product_picture(hollow).width_pixels, read_product_picture(hollow).height_pixels) == (400, 200)
