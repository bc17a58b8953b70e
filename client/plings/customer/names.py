"""Names that strangers gave, fit to show: nothing in them changes how what is around them reads."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 120
"""Characters."""

_INVISIBLE: Final = frozenset(("Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"))
"""Controls, directions, joiners, private and unassigned characters, breaks of lines."""
_MOST_MARKS: Final = 2
"""On one letter; more of them climb into the lines above."""
_SCRIPTS: Final = frozenset(("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE", "COPTIC"))
"""Those with letters that look like one another's."""

FIRST_STRONG_ISOLATE: Final = "\u2068"
POP_ISOLATE: Final = "\u2069"


def shown_name(text: str | None) -> str | None:
    """`text` in one line without invisible characters, NFC, at most LONGEST characters; None where nothing is left."""
    if text is None:
        return None
    told: list[str] = []
    marks = 0
    for character in unicodedata.normalize("NFC", text[: 4 * LONGEST]):
        category = unicodedata.category(character)
        if character in "\t\n\r":
            category, character = "Zs", " "
        if category in _INVISIBLE:
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MOST_MARKS:
            told.append(" " if category == "Zs" else character)
    line = " ".join("".join(told).split())
    return f"{line[: LONGEST - 1]}…" if len(line) > LONGEST else line or None


def isolated(text: str) -> str:
    """`text` for a plain-text message: its direction stays its own."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


def mixes_scripts(text: str | None) -> bool:
    """Whether one word has letters of several alphabets that look alike, as names made to deceive have."""
    return any(len(_scripts(word)) > 1 for word in re.findall(r"[^\W\d_]+", text or ""))


def _scripts(word: str) -> set[str]:
    return {unicodedata.name(letter, "").split(" ", 1)[0] for letter in word} & _SCRIPTS
