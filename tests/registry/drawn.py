"""Pictures of one colour, for tests that want some and do not look at them."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from plings.pictures import ProductPicture, read_product_picture


def drawn(colour: str, width: int = 8, height: int = 6) -> ProductPicture:
    """A small one; of another colour, another."""
    stream = BytesIO()
    Image.new("RGB", (width, height), colour).save(stream, "WEBP")
    return read_product_picture(stream.getvalue())


def as_values(picture: ProductPicture) -> str:
    """Its body and sides in SQL."""
    return f"'\\x{picture.body.hex()}', {picture.width_pixels}, {picture.height_pixels}"
