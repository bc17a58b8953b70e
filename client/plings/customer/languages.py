"""Languages of the page: what a browser prefers, or what was chosen."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final

LANGUAGES: Final = {"en": "English", "sv": "Svenska"}

_MOST_PREFERENCES: Final = 16


def language_of(header: str) -> str:
    """The best of LANGUAGES for an Accept-Language header (RFC 9110, 12.5.4): English where none fits."""
    wanted: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[:_MOST_PREFERENCES]):
        tag, _, quality = part.strip().partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(quality.strip())
        if language in LANGUAGES and weight > 0:
            wanted.append((-weight, place, language))
    return min(wanted)[2] if wanted else "en"


def split_language(query: str) -> tuple[str, str | None]:
    """A query without its `lang`, which is not of the code, and the language that it names; None for none of ours."""
    parts = [part for part in query.split("&") if part]
    named = [part.removeprefix("lang=") for part in parts if part.startswith("lang=")]
    rest = "&".join(part for part in parts if not part.startswith("lang="))
    return rest, named[-1] if named and named[-1] in LANGUAGES else None


@cache
def texts(language: str) -> dict[str, str]:
    """The texts of a language by key."""
    file = files("plings.customer") / "translations" / f"{language}.json"
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


def _weight(quality: str) -> float:
    if not quality:
        return 1.0
    try:
        weight = float(quality.removeprefix("q="))
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
