"""GTINs: the 8, 12, 13 or 14 digits of a trade item (GS1 General Specifications, 3.2 and 7.9)."""

from __future__ import annotations

from typing import Final

from plings.errors import GtinError

GTIN_LENGTHS: Final = (8, 12, 13, 14)


def check_digit_is_right(digits: str) -> bool:
    """GS1 General Specifications, 7.9: weights 3 and 1 from the right. False for what is not digits alone."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    weighted = (int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(digits)))
    return sum(weighted) % 10 == 0


def gtin_14(text: str) -> str:
    """A GTIN of any length as the 14 digits that a link holds, filled with zeros on the left.

    Raises GtinError with rule `not_text`, `digits`, `length`, `check_digit` or `zero`.
    """
    if not isinstance(text, str):
        raise GtinError(text, "not_text", "a GTIN is text")
    if not (text.isascii() and text.isdigit()):
        raise GtinError(text, "digits", "it is not digits alone")
    if len(text) not in GTIN_LENGTHS:
        raise GtinError(text, "length", "it has not 8, 12, 13 or 14 digits")
    if not check_digit_is_right(text):
        raise GtinError(text, "check_digit", "its check digit is wrong")
    if not text.strip("0"):
        raise GtinError(text, "zero", "it is no trade item's")
    return text.zfill(14)
