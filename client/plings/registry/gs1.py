"""GS1 codes, as far as a path's words hold them: which of them is a product's GTIN."""

from __future__ import annotations

import re
from typing import Final

from plings.interchange.gtin import GTIN_LENGTHS, check_digit_is_right

_ELEMENT: Final = re.compile(r"\(01\)([0-9]{14})")
"""An element string of application identifier 01, as it is written for people."""

_MAPPINGS: Final = frozenset(("01", "GTIN", *(f"GTIN{length}" for length in GTIN_LENGTHS)))


def gtin_of(code: str | None, mapping: str | None = None) -> str | None:
    """The GTIN that a level value's code is, or None: a level mapped to something else holds other codes.

    A GLN has as many digits as a GTIN-13, so only the mapping tells them apart; without one, what looks like a GTIN is.
    """
    if code is None or not (mapping is None or maps_to_gtin(mapping)):
        return None
    element = _ELEMENT.fullmatch(code)
    digits = element.group(1) if element else code
    return digits if len(digits) in GTIN_LENGTHS and check_digit_is_right(digits) else None


def maps_to_gtin(mapping: str) -> bool:
    """Whether a level's mapping names GTINs: `01`, `(01)`, `AI 01`, `GTIN`, `GTIN-13`."""
    return re.sub(r"[^A-Z0-9]", "", mapping.upper()).removeprefix("AI") in _MAPPINGS
