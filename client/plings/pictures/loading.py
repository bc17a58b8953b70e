"""Picture files of strangers, the right way up. What they hold is decoded only when its size is known."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

from PIL import ExifTags, Image

from plings.errors import PictureError

PIXEL_LIMIT: Final = 50_000_000
"""More than any phone's camera makes by default; bounds what a hostile file can make us allocate."""

SIDE_LIMIT: Final = 65_535
"""Pixels that the decoder of symbols takes in a row, or of rows."""

FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Raster formats only: others start external programs. Of several frames the first is read."""

PICTURE_SUFFIXES: Final = frozenset((".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff"))
"""How files of FORMATS are named."""

_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF's orientation."""

_HEIC: Final = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif")


def load_picture(file: Path) -> Image.Image:
    """The picture in grey, on white where it is transparent. Raises as `open_upright` does."""
    return open_upright(file, _grey)


def open_upright(file: Path, prepare: Callable[[Image.Image], Image.Image]) -> Image.Image:
    """What `prepare` makes of the first frame, decoded whole, turned then as its camera says.

    Raises PictureError with rule `not_read`, `not_a_picture`, `heic` or `too_large` (over 50 million pixels,
    or 65,535 on a side).
    """
    try:
        data = file.open("rb")
    except OSError as error:
        raise PictureError(str(file), "not_read", f"it cannot be read: {error.strerror}") from error
    with data, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dubious metadata and size: the size is checked here
        try:
            with Image.open(data, formats=FORMATS) as picture:
                if _is_too_large(*picture.size):  # known from the header, before any pixel is decoded
                    raise _too_large(file)
                picture.load()  # here, so that what is damaged is told
                turn = _turn(picture)  # before it is prepared, which loses what some formats say of it
                prepared = prepare(picture)
                return prepared if turn is None else prepared.transpose(turn)
        except PictureError:
            raise
        except Image.DecompressionBombError as error:
            raise _too_large(file) from error
        except Exception as error:  # decoders of hostile files raise whatever they like
            raise _refusal(file, data) from error


def in_8_bits(picture: Image.Image) -> Image.Image:
    """Shades of grey of 16 bits in 8, the rest as it is: PIL makes white of whatever is not nearly black."""
    if not picture.mode.startswith("I;16"):
        return picture
    made = picture.convert("I").point(lambda shade: shade * (1 / 256)).convert("L")
    made.info.pop("transparency", None)  # it is one of the 16 bits' shades
    return made


def _grey(picture: Image.Image) -> Image.Image:
    """Shades of grey, on white where the picture is transparent."""
    picture = in_8_bits(picture)
    if not picture.has_transparency_data:
        return picture.convert("L")
    coloured = picture.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(paper, coloured).convert("L")


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What makes it upright, by its EXIF data; None where these say nothing, or are broken."""
    with suppress(Exception):
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    return None


def _is_too_large(width: int, height: int) -> bool:
    return width * height > PIXEL_LIMIT or max(width, height) > SIDE_LIMIT


def _too_large(file: Path) -> PictureError:
    return PictureError(str(file), "too_large", f"it has more than {PIXEL_LIMIT:,} pixels, or {SIDE_LIMIT:,} on a side")


def _refusal(file: Path, data: IO[bytes]) -> PictureError:
    data.seek(0)
    head = data.read(12)
    if head[4:8] == b"ftyp" and head[8:] in _HEIC:
        return PictureError(str(file), "heic", "HEIC and AVIF are not read: save it as JPEG or PNG")
    return PictureError(str(file), "not_a_picture", "it is not a picture that can be read")
