"""Pictures of products, drawn here: what a manufacturer photographs, and what it cuts out."""

from __future__ import annotations

import random
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageDraw, ImageFilter

from plings.pictures import ProductPicture, product_picture

BOOKS = ("#a4483b", "#d9a441", "#2f5d62", "#5e8b7e", "#394867", "#c8b6a6", "#7d5a5a", "#e8e2d6")


def bookcase(width: int = 1200, height: int = 1200) -> Image.Image:
    """A photograph of a full bookcase in a room, with a camera's noise."""
    unit, chance = min(width, height) / 100, random.Random(7)
    picture = Image.new("RGB", (width, height), "#dcd7cd")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 88 * unit, width, height), fill="#b59f84")
    left, right, top, foot = width / 2 - 24 * unit, width / 2 + 24 * unit, 8 * unit, 92 * unit
    shade = Image.new("L", picture.size)
    ImageDraw.Draw(shade).rectangle((left + 3 * unit, top + 3 * unit, right + 5 * unit, foot + unit), fill=90)
    picture.paste("#6b6358", mask=shade.filter(ImageFilter.GaussianBlur(2 * unit)))
    pen.rectangle((left, top, right, foot), fill="#fbfaf7")
    for shelf in range(5):
        low = top + (shelf + 1) * (foot - top) / 5 - 2 * unit
        high = top + shelf * (foot - top) / 5 + 2 * unit
        pen.rectangle((left + 2 * unit, high, right - 2 * unit, low), fill="#ebe7df")
        at = left + 3 * unit
        while at < right - 7 * unit:
            thick, tall = chance.uniform(1.5, 3.5) * unit, chance.uniform(0.6, 0.95) * (low - high)
            pen.rectangle((at, low - tall, at + thick, low), fill=chance.choice(BOOKS))
            at += thick + chance.choice((0.2, 0.2, 0.2, 4)) * unit
    noise = Image.effect_noise(picture.size, 24).convert("RGB")
    return Image.blend(picture, noise, 0.08)


def armchair(width: int = 900, height: int = 1100) -> Image.Image:
    """A chair that was cut out: nothing around it, in colours near black and near white."""
    picture = Image.new("RGBA", (width, height))
    pen = ImageDraw.Draw(picture)
    x, y = width / 100, height / 100
    for side in (12, 82):
        pen.line((side * x, 58 * y, (side + 4) * x, 96 * y), fill="#c69a6b", width=round(5 * x))
    pen.rounded_rectangle((20 * x, 4 * y, 80 * x, 62 * y), 9 * x, fill="#23282f")
    pen.rounded_rectangle((16 * x, 54 * y, 86 * x, 72 * y), 7 * x, fill="#f1efe9")
    pen.rounded_rectangle((8 * x, 44 * y, 18 * x, 62 * y), 5 * x, fill="#c69a6b")
    pen.rounded_rectangle((82 * x, 44 * y, 92 * x, 62 * y), 5 * x, fill="#c69a6b")
    return picture


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """What compresses worst."""
    chance = random.Random(f"{width} {height} {mode}")
    return Image.frombytes(mode, (width, height), chance.randbytes(width * height * len(mode)))


def as_product(picture: Image.Image) -> ProductPicture:
    """What the registry keeps of a file with this picture."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "drawn.png"
        picture.save(file, compress_level=1)
        return product_picture(file)
