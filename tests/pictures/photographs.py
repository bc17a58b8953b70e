"""Photographs of a code, made up: from every side, unsharp, noisy, in bad light, with dirt on it."""

from __future__ import annotations

import random
from dataclasses import dataclass

import cv2
import numpy as np
import segno
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

QUIET = 4
DRAWN_PIXELS = 12
"""Of a module, before the camera."""


@dataclass(frozen=True)
class Damage:
    """How bad it may get; each photograph draws from nothing to these."""

    module_pixels: tuple[float, float] = (3.5, 7.0)
    """How large modules are in the photograph."""
    tilt: float = 0.18
    """How far a corner moves by perspective, of the code's side."""
    blur_modules: float = 0.45
    """Standard deviation."""
    noise: float = 14.0
    """Standard deviation, of 255."""
    shade: float = 0.5
    """How much of the light is missing at the darker end."""
    contrast: tuple[int, int] = (70, 160)
    """Ink and paper at their worst."""
    dirt: float = 0.05
    """Of the code's area."""
    quality: int = 45
    """Of JPEG, at its worst."""
    inverted: float = 0.1
    """How often."""


MODERATE = Damage()


def photograph(text: str, seed: int, damage: Damage = MODERATE, level: str = "m") -> bytes:
    """A JPEG of `text` as a symbol of error correction `level`, and always the same for a seed."""
    chance = random.Random(seed)
    noise = np.random.default_rng(seed)
    code = _dirty(_drawn(text, level), damage.dirt * chance.random(), chance)
    modules = code.shape[0] / DRAWN_PIXELS
    pixels = chance.uniform(*damage.module_pixels)
    grey = _taken(code, modules * pixels, damage.tilt * chance.random(), chance).astype(np.float32)
    ink, paper = chance.uniform(0, damage.contrast[0]), chance.uniform(damage.contrast[1], 255)
    grey = ink + grey * (paper - ink) / 255
    if chance.random() < damage.inverted:
        grey = 255 - grey
    blur = damage.blur_modules * pixels * chance.random()
    grey = cv2.GaussianBlur(grey, (0, 0), max(blur, 0.01))
    grey = _lit(grey, damage.shade * chance.random(), chance) + noise.normal(
        0, damage.noise * chance.random(), grey.shape
    )
    quality = [cv2.IMWRITE_JPEG_QUALITY, chance.randint(damage.quality, 95)]
    return cv2.imencode(".jpg", np.clip(grey, 0, 255).astype(np.uint8), quality)[1].tobytes()


def _drawn(text: str, level: str) -> Grey:
    modules = np.array([list(row) for row in segno.make_qr(text, error=level, boost_error=False).matrix], np.uint8)
    large = np.kron(1 - modules, np.ones((DRAWN_PIXELS, DRAWN_PIXELS), np.uint8)) * 255
    return np.pad(large, QUIET * DRAWN_PIXELS, constant_values=255)


def _dirty(code: Grey, share: float, chance: random.Random) -> Grey:
    """Spots, black, grey or white, on `share` of the area; the three large marks stay, as finding is not correcting."""
    side, spots = code.shape[0], code.copy()
    mask = np.zeros_like(code)
    keep = (QUIET + 8) * DRAWN_PIXELS
    while mask.sum() < share * side * side:
        x, y = chance.randrange(side), chance.randrange(side)
        radius = chance.randint(DRAWN_PIXELS // 2, 3 * DRAWN_PIXELS)
        near = (x < keep + radius, x > side - keep - radius, y < keep + radius, y > side - keep - radius)
        if (near[0] and near[2]) or (near[1] and near[2]) or (near[0] and near[3]):
            continue
        axes = (radius, max(2, int(radius * chance.uniform(0.3, 1))))
        angle = chance.uniform(0, 180)
        cv2.ellipse(mask, (x, y), axes, angle, 0, 360, 1, -1)
        cv2.ellipse(spots, (x, y), axes, angle, 0, 360, chance.choice((0, 90, 255)), -1)
    return spots


def _taken(code: Grey, side: float, tilt: float, chance: random.Random) -> Grey:
    """Turned, tilted, somewhere on a surface that is not white."""
    angle, canvas = chance.uniform(0, 2 * np.pi), int(side * 1.9)
    middle = canvas / 2 + np.array([chance.uniform(-0.05, 0.05), chance.uniform(-0.05, 0.05)]) * canvas
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    corners = np.array([(-0.5, -0.5), (0.5, -0.5), (0.5, 0.5), (-0.5, 0.5)]) * side
    moved = (
        corners @ turn.T + middle + np.array([[chance.uniform(-tilt, tilt) * side / 2 for _ in "xy"] for _ in corners])
    )
    drawn = np.array([(0, 0), (1, 0), (1, 1), (0, 1)]) * code.shape[0]
    matrix = cv2.getPerspectiveTransform(drawn.astype(np.float32), moved.astype(np.float32))
    surface = chance.randint(40, 230)
    shrink = code.shape[0] / side
    soft = cv2.GaussianBlur(code, (0, 0), max(0.3, shrink / 3))  # as a lens, so that fine edges do not alias
    return cv2.warpPerspective(soft, matrix, (canvas, canvas), flags=cv2.INTER_AREA, borderValue=surface)


def _lit(grey: NDArray[np.float32], shade: float, chance: random.Random) -> NDArray[np.float32]:
    """Light from one side."""
    side, angle = grey.shape[0], chance.uniform(0, 2 * np.pi)
    y, x = np.mgrid[0:side, 0:side] / side - 0.5
    return grey * (1 - shade * (0.5 + (x * np.cos(angle) + y * np.sin(angle)) / 1.42)).astype(np.float32)
