"""Pictures of products: one small WebP each, which shows what the file showed and holds nothing else of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageCms

from plings.errors import PictureError
from plings.pictures.loading import in_8_bits, open_upright
from plings.pictures.webp import webp_sides

MOST_SIDE: Final = 480
"""Pixels: as wide as the page shows one, on a screen with two pixels to a point."""

MOST_BYTES: Final = 20_000
"""A third of what a page may weigh."""

SIDES: Final = (480, 400, 320, 240, 160, 80)
QUALITIES: Final = (92, 85, 75, 65, 50)
"""What is tried, one after the other, until it fits. Noise of 80 × 80 pixels, transparent at random, does."""

_EFFORT: Final = 5
"""Of 0 to 6: the last takes a hundred times as long for transparency that is noise, and gains a hundredth."""


@dataclass(frozen=True, slots=True)
class ProductPicture:
    """`body` is the WebP file, `digest` its SHA-256 in 64 hexadecimal digits."""

    body: bytes
    width_pixels: int
    height_pixels: int
    digest: str


def product_picture(file: Path) -> ProductPicture:
    """The first frame of a picture file, upright, in sRGB, transparent where it was, without metadata.

    It fits MOST_SIDE by MOST_SIDE pixels, is never enlarged, and has at most MOST_BYTES. One file gives the same bytes
    each time, as long as libwebp is the same. Raises PictureError as `plings.pictures.loading.open_upright` does.
    """
    whole = open_upright(file, _fitted)
    for side in SIDES:
        picture = whole.copy()
        picture.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in QUALITIES:
            body = _webp(picture, quality)
            if len(body) <= MOST_BYTES:
                return read_product_picture(body)
    raise AssertionError("unreachable")


def read_product_picture(body: bytes) -> ProductPicture:
    """What `product_picture` made, out of a place that others may write to. Only its header is looked at.

    Raises PictureError with rule `too_heavy`, `not_webp`, `more_than_a_picture` (metadata, frames, colour profiles) or
    `sides`.
    """
    digest = sha256(body).hexdigest()
    if len(body) > MOST_BYTES:
        raise PictureError(digest, "too_heavy", f"it has more than {MOST_BYTES:,} bytes")
    width, height = webp_sides(body, digest)
    if not (1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE):
        raise PictureError(digest, "sides", f"it is not from 1 to {MOST_SIDE} pixels wide and high")
    return ProductPicture(body, width, height, digest)


def _fitted(picture: Image.Image) -> Image.Image:
    made = _coloured(picture)
    made.thumbnail((MOST_SIDE, MOST_SIDE), Image.Resampling.LANCZOS, reducing_gap=3.0)
    if profile := picture.info.get("icc_profile"):
        with suppress(Exception):  # one that is broken, or of other colours than these, says nothing
            ImageCms.profileToProfile(made, BytesIO(profile), ImageCms.createProfile("sRGB"), inPlace=True)
    made.info.clear()  # all that is known of the file goes on in there
    return made


def _coloured(picture: Image.Image) -> Image.Image:
    """In 8 bits, with transparency where something is transparent."""
    picture = in_8_bits(picture)
    if picture.mode in ("I", "F"):
        picture = picture.convert("L")
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    made = picture.convert("RGBA")
    return made if made.getchannel("A").getextrema() != (255, 255) else made.convert("RGB")


def _webp(picture: Image.Image, quality: int) -> bytes:
    stream = BytesIO()
    picture.save(stream, "WEBP", quality=quality, method=_EFFORT)
    return stream.getvalue()
