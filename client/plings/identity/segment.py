"""One segment of a path: a base58 integer below 2^31.

The alphabet is Bitcoin's, `1` is zero, and the most significant digit comes first. One number has exactly one text:
a second spelling (`13` for `3`) is refused and never normalised, or one object would have two paths.
"""

from __future__ import annotations

from typing import Final

from plings.errors import SegmentError

ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
DIGITS: Final[dict[str, int]] = {character: value for value, character in enumerate(ALPHABET)}
"""Value of each character of the alphabet, 0 to 57."""

SEGMENT_LIMIT: Final = 2**31
"""Segments are SLIP-0010 indices, of which the top bit means "hardened"."""

SEGMENT_CHARACTERS: Final = 6
"""58^5 < 2^31 < 58^6: no longer text can be in range."""


def parse_segment(text: str) -> int:
    """The number that a segment's text stands for, 0 to 2^31 - 1.

    Raises SegmentError with rule `not_text`, `empty`, `dash_marker`, `leading_one`, `too_large` or `alphabet`.
    """
    if not isinstance(text, str):
        raise SegmentError(text, "not_text", "a segment is text")
    if not text:
        raise SegmentError(text, "empty", "a segment has at least one character")
    if text[0] == "1" and text != "1":
        raise SegmentError(text, "leading_one", "a number is not written with leading ones (1 is the digit zero)")
    if len(text) > SEGMENT_CHARACTERS:  # before any arithmetic: the text may be megabytes
        raise _refused_length(text)
    value = 0
    try:
        for character in text:
            value = value * 58 + DIGITS[character]
    except KeyError:
        raise _refused_character(text) from None
    if value >= SEGMENT_LIMIT:
        raise SegmentError(text, "too_large", f"{value} is not below 2^31")
    return value


def format_segment(value: int) -> str:
    """The one text of `value`, 0 to 2^31 - 1. Raises SegmentError with rule `not_number`, `negative` or `too_large`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise SegmentError(value, "not_number", "a segment is made from an integer")
    if value < 0:
        raise SegmentError("a negative number", "negative", "a segment is not negative")
    if value >= SEGMENT_LIMIT:
        raise SegmentError("a large number", "too_large", "a segment is below 2^31")
    text = ""
    while True:
        value, digit = divmod(value, 58)
        text = ALPHABET[digit] + text
        if not value:
            return text


def _refused_length(text: str) -> SegmentError:
    if text[0] == "-":
        return _dash_marker(text)
    return SegmentError(text, "too_large", f"more than {SEGMENT_CHARACTERS} characters are never below 2^31")


def _refused_character(text: str) -> SegmentError:
    if text[0] == "-":
        return _dash_marker(text)
    stranger = next(character for character in text if character not in DIGITS)
    return SegmentError(text, "alphabet", f"{stranger!a} is not a base58 character")


def _dash_marker(text: str) -> SegmentError:
    return SegmentError(text, "dash_marker", "dash class markers are legacy: convert the path with the migration tool")
