"""WebP files (RFC 9649) that are one picture and nothing else, told by their headers. Nothing is decoded.

So there is no room for a second file behind the picture, for metadata beside it, or for an animation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plings.errors import PictureError

OPAQUE: Final = (b"VP8 ",)
TRANSPARENT: Final = (b"VP8X", b"ALPH", b"VP8 ")

_HEADER: Final = 12
_CHUNK_HEADER: Final = 8
_KEY_FRAME: Final = b"\x9d\x01\x2a"
_ALPHA_ALONE: Final = b"\x10\0\0\0"
"""Of what VP8X can say that there is: no animation, no colour profile, no EXIF, no XMP."""


def webp_sides(body: bytes, name: str) -> tuple[int, int]:
    """Width and height in pixels. `name` is what errors call it.

    Raises PictureError with rule `not_webp`, or `more_than_a_picture` for what is a WebP with other parts.
    """
    chunks = list(_chunks(body, name))
    names, (_, frame) = tuple(fourcc for fourcc, _ in chunks), chunks[-1]
    if names not in (OPAQUE, TRANSPARENT):
        raise _more(name)
    if len(frame) < 10 or frame[0] & 1 or frame[3:6] != _KEY_FRAME:
        raise _not_webp(name)
    width, height = int.from_bytes(frame[6:8], "little"), int.from_bytes(frame[8:10], "little")
    if names == TRANSPARENT and chunks[0][1] != _ALPHA_ALONE + _canvas(width) + _canvas(height):
        raise _more(name)
    return width, height


def _canvas(side: int) -> bytes:
    """As VP8X has it, which is one less."""
    return max(0, side - 1).to_bytes(3, "little")


def _chunks(body: bytes, name: str) -> Iterator[tuple[bytes, bytes]]:
    """At least one, each with its name. They fill the file to its last byte."""
    if body[:4] != b"RIFF" or body[8:_HEADER] != b"WEBP" or int.from_bytes(body[4:8], "little") != len(body) - 8:
        raise _not_webp(name)
    at = _HEADER
    while True:
        start = at + _CHUNK_HEADER
        end = start + int.from_bytes(body[at + 4 : start], "little")
        following = end + end % 2
        if start > len(body) or following > len(body) or any(body[end:following]):
            raise _not_webp(name)
        yield body[at : at + 4], body[start:end]
        if following == len(body):
            return
        at = following


def _not_webp(name: str) -> PictureError:
    return PictureError(name, "not_webp", "it is not a whole WebP file")


def _more(name: str) -> PictureError:
    return PictureError(name, "more_than_a_picture", "it is not one lossy picture, with or without transparency, alone")
