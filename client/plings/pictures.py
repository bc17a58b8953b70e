"""Pictures of codes: QR symbols written for printing, and read back from photographs and scans."""

from __future__ import annotations

import warnings
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Final

import segno
import zxingcpp
from PIL import Image

from plings.errors import PictureError

MODULE_PIXELS: Final = 10
"""Side of one module: whole pixels, so that edges are crisp; a usual code is about 530 pixels wide."""

QUIET_ZONE_MODULES: Final = 4
"""White border that ISO/IEC 18004 asks for."""

PIXEL_LIMIT: Final = 50_000_000
"""More than any phone's camera makes by default; bounds what a hostile file can make us allocate."""

QR: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
WRITTEN: Final = (".png", ".svg")
READ: Final = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
"""Raster formats only: others start external programs."""


def write_qr(text: str, file: Path) -> None:
    """Write `text` as a QR symbol (error correction M) to a .png or .svg file, replacing what is there.

    Raises PictureError with rule `suffix`, `empty`, `too_much_text` (over 2,331 bytes) or `not_written`.
    """
    suffix = file.suffix.lower()
    if suffix not in WRITTEN:
        raise PictureError(str(file), "suffix", "a code is written as .png or .svg")
    if not text:
        raise PictureError(str(file), "empty", "there is no text to write")
    symbol = _symbol(text, str(file))
    try:
        # An SVG is transparent unless told otherwise, and unreadable on a dark page.
        symbol.save(str(file), kind=suffix[1:], scale=MODULE_PIXELS, border=QUIET_ZONE_MODULES, light="white")
    except OSError as error:
        raise PictureError(str(file), "not_written", f"it cannot be written: {error.strerror}") from error


def qr_data_uri(text: str) -> str:
    """`text` as a QR symbol (error correction M) in an SVG that is a URI of its own, `data:image/svg+xml;base64,…`.

    A usual code is some 4,000 characters. Raises PictureError with rule `too_much_text` (over 2,331 bytes).
    """
    stream = BytesIO()
    _symbol(text, "data URI").save(
        stream, kind="svg", scale=MODULE_PIXELS, border=QUIET_ZONE_MODULES, light="white", xmldecl=False, nl=False
    )
    return "data:image/svg+xml;base64," + b64encode(stream.getvalue()).decode("ascii")


def _symbol(text: str, name: str) -> segno.QRCode:
    try:
        return segno.make_qr(text, error="m", boost_error=False)
    except segno.DataOverflowError as error:
        raise PictureError(name, "too_much_text", "the text does not fit a QR symbol") from error


def read_codes(file: Path) -> list[str]:
    """The texts of all QR symbols in a picture, from top to bottom and left to right; at least one.

    Raises PictureError with rule `not_read`, `not_a_picture`, `too_large` (over 50 million pixels) or `no_code`.
    """
    symbols = zxingcpp.read_barcodes(_load(file), formats=QR, text_mode=zxingcpp.TextMode.Plain)
    if not symbols:
        raise PictureError(str(file), "no_code", "there is no readable QR code in it")
    symbols.sort(key=lambda symbol: (symbol.position.top_left.y, symbol.position.top_left.x))
    return [symbol.text for symbol in symbols]


def _load(file: Path) -> Image.Image:
    """The picture in grey."""
    try:
        data = file.open("rb")
    except OSError as error:
        raise PictureError(str(file), "not_read", f"it cannot be read: {error.strerror}") from error
    with data, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of dubious metadata and size: the size is checked here
        try:
            with Image.open(data, formats=READ) as picture:
                if picture.width * picture.height > PIXEL_LIMIT:  # known from the header, before any pixel is decoded
                    raise _too_large(file)
                return _grey(picture)
        except PictureError:
            raise
        except Image.DecompressionBombError as error:
            raise _too_large(file) from error
        except Exception as error:  # decoders of hostile files raise whatever they like
            raise PictureError(str(file), "not_a_picture", "it is not a picture that can be read") from error


def _grey(picture: Image.Image) -> Image.Image:
    """Shades of grey, on white where the picture is transparent."""
    if not picture.has_transparency_data:
        return picture.convert("L")
    coloured = picture.convert("RGBA")
    paper = Image.new("RGBA", coloured.size, "white")
    return Image.alpha_composite(paper, coloured).convert("L")


def _too_large(file: Path) -> PictureError:
    return PictureError(str(file), "too_large", f"it has more than {PIXEL_LIMIT:,} pixels")
