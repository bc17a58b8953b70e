"""Ways to look at a picture, the cheapest first. Each finds codes that those before it miss.

Their number and their pixels are bounded, so that no picture takes long: about 3 s for the largest without a code.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PIL import Image, ImageFilter

from plings.pictures.loading import SIDE_LIMIT

MOST_PIXELS: Final = 12_000_000
"""What a pass after the first works on: larger pictures are made smaller for it, small ones may be made larger."""


@dataclass(frozen=True, slots=True)
class Pass:
    """`prepare` changes no size; `scale` is done before it."""

    prepare: Callable[[Image.Image], Image.Image]
    scale: float = 1.0
    binarizer: zxingcpp.Binarizer = zxingcpp.Binarizer.LocalAverage

    def apply(self, picture: Image.Image) -> tuple[Image.Image, float]:
        """What to look at, and how much larger it is than `picture`."""
        most = min((MOST_PIXELS / (picture.width * picture.height)) ** 0.5, SIDE_LIMIT / max(picture.size))
        scale = 1.0 if self is PASSES[0] else min(self.scale, most)
        if scale == 1.0:
            return self.prepare(picture), 1.0
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        return self.prepare(picture.resize(size, Image.Resampling.BICUBIC)), scale


def _filtered(*filters: ImageFilter.Filter) -> Callable[[Image.Image], Image.Image]:
    def prepare(picture: Image.Image) -> Image.Image:
        for each in filters:
            picture = picture.filter(each)
        return picture

    return prepare


PASSES: Final = (
    Pass(_filtered()),
    Pass(_filtered(ImageFilter.UnsharpMask(radius=4, percent=200, threshold=0)), 2.0),
    Pass(_filtered(ImageFilter.MedianFilter(3))),
    Pass(_filtered(ImageFilter.GaussianBlur(2)), 2.0),
    Pass(
        _filtered(ImageFilter.UnsharpMask(radius=2, percent=250, threshold=0)), 1.0, zxingcpp.Binarizer.GlobalHistogram
    ),
    Pass(_filtered(ImageFilter.MedianFilter(3), ImageFilter.UnsharpMask(radius=4, percent=200, threshold=0)), 2.0),
)
