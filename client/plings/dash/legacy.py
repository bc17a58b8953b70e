"""Legacy codes: paths with a dash class marker, and the URLs that held them.

    2.G.2.2.-3.7P.9j                          wallet . manufacturer . levels … . -marker . … . batch . instance
    https://s.plings.io?t=q&p={legacy path}&i={instance key}

A marker is a number of its manufacturer's (-3 is 2), whatever stands before or behind it. Nowhere else does anything
read such paths.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

from plings.errors import LegacyError, PathError
from plings.identity import ALPHABET, DEFAULT_HOST, PATH_BYTES, Path
from plings.identity.query import read_parameters

KINDS: Final = ("q", "n")
URL_LIMIT: Final = 300
SHORTEST_KEY: Final = 32
LONGEST_KEY: Final = 64
"""Characters. What the keys were is not ours to judge: they are compared, character by character."""


@dataclass(frozen=True, slots=True)
class LegacyPath:
    """The legacy path of one object; without its dash, and without its marker, it is a path of today.

    Raises LegacyError with rule `not_text`, `no_marker`, `two_markers`, `marker_place`, `too_long`, or the rule of the
    path that it is without the dash.
    """

    text: str
    marker: str = field(init=False, compare=False)
    """`-3`."""
    class_path: str = field(init=False, compare=False)
    """All before batch and instance, marker and all: `2.G.2.2.-3`."""
    path: Path = field(init=False, repr=False, compare=False)
    """With the marker's number as a level: `2.G.2.2.3.7P.9j`."""

    def __post_init__(self) -> None:
        text = self.text
        if not isinstance(text, str):
            raise LegacyError(text, "not_text", "a path is text")
        if len(text) > PATH_BYTES + 1:
            raise LegacyError(text, "too_long", f"without its dash it has more than {PATH_BYTES} bytes")
        segments = text.split(".")
        places = [place for place, segment in enumerate(segments) if segment.startswith("-")]
        if not places:
            raise LegacyError(text, "no_marker", "no segment is a dash class marker")
        if len(places) > 1 or text.count("-") > 1:
            raise LegacyError(text, "two_markers", "it has more than one dash")
        if not 2 <= places[0] <= len(segments) - 3:
            raise LegacyError(text, "marker_place", "the marker is not between the manufacturer and the batch")
        try:
            object.__setattr__(self, "path", Path(text.replace("-", "", 1)))
        except PathError as error:
            raise LegacyError(text, error.rule, f"without its dash, {error.reason}") from error
        object.__setattr__(self, "marker", segments[places[0]])
        object.__setattr__(self, "class_path", text.rsplit(".", 2)[0])

    @property
    def prefix(self) -> str:
        """`wallet.manufacturer`."""
        return self.path.prefix

    def __str__(self) -> str:
        return self.text


def dropped(class_path: str) -> str:
    """The path of a legacy class without its marker: `2.G.2.2` for `2.G.2.2.-3`."""
    return ".".join(segment for segment in class_path.split(".") if not segment.startswith("-"))


def kept(class_path: str) -> str:
    """The path of a legacy class with its marker's number as a level: `2.G.2.2.3` for `2.G.2.2.-3`."""
    return class_path.replace("-", "", 1)


@dataclass(frozen=True, slots=True)
class LegacyCode:
    """A legacy path, and the instance key that was printed with it, where that is known.

    Raises LegacyError with rule `key_length` or `key_alphabet`.
    """

    path: LegacyPath
    instance_key: str | None = None

    def __post_init__(self) -> None:
        key = self.instance_key
        if key is None:
            return
        if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
            raise LegacyError(key, "key_length", f"an instance key has {SHORTEST_KEY} to {LONGEST_KEY} characters")
        if not set(ALPHABET).issuperset(key):
            raise LegacyError(key, "key_alphabet", "an instance key is base58")

    @classmethod
    def parse(cls, text: str, host: str = DEFAULT_HOST) -> Self:
        """The code of a legacy URL, or of a bare legacy path.

        Raises LegacyError, for a URL also with rule `too_long`, `origin`, `escape`, `parameter`, `unknown_parameter`,
        `repeated_parameter`, `missing_parameter` or `kind`.
        """
        if not isinstance(text, str) or "/" not in text:
            return cls(LegacyPath(text))
        values = _parameters(text, host)
        if values["t"] not in KINDS:
            raise LegacyError(text, "kind", "t is neither q nor n")
        return cls(LegacyPath(values["p"]), values["i"])


def _parameters(text: str, host: str) -> dict[str, str]:
    if len(text) > URL_LIMIT:
        raise LegacyError(text, "too_long", f"it has more than {URL_LIMIT} characters")
    origin = f"https://{host}?"
    if not text.startswith(origin):
        raise LegacyError(text, "origin", f"it does not start with {origin}")
    if any(mark in text for mark in "%+#"):
        raise LegacyError(text, "escape", "it has an escape or a fragment")
    return read_parameters(text[len(origin) :], text, required=("t", "p", "i"), of="a legacy code", error=LegacyError)
