"""QR symbols as picture files, for printing."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Final

import segno

from plings.errors import PictureError

MODULE_PIXELS: Final = 10
"""Side of one module: whole pixels, so that edges are crisp; a usual code is about 530 pixels wide."""

QUIET_ZONE_MODULES: Final = 4
"""White border that ISO/IEC 18004 asks for."""

WRITTEN: Final = (".png", ".svg")


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
