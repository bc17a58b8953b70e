"""Where the next page begins, as a text that is of no use for anything else.

It holds a hash of the question and a place. Whoever changes it gets a refusal, or another page of the same answer,
which they could have had anyway: so there is nothing to sign.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from hashlib import sha256
from typing import Final

from plings.api.problems import Refused

QUESTION_BYTES: Final = 8
MOST_CHARACTERS: Final = 200


def cursor_of(question: str, place: bytes) -> str:
    """The cursor for what comes after `place` in the answer to `question`."""
    return urlsafe_b64encode(_mark(question) + place).decode().rstrip("=")


def place_of(question: str, cursor: str | None, size: int) -> bytes | None:
    """The place, of `size` bytes, that a cursor of this question holds; None without one. Raises Refused."""
    if cursor is None:
        return None
    if len(cursor) > MOST_CHARACTERS or not cursor.isascii():
        raise _refused()
    try:
        data = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except (Base64Error, ValueError):
        raise _refused() from None
    place = data[QUESTION_BYTES:]
    if len(place) != size or cursor_of(question, place) != cursor:
        raise _refused()
    return place


def _mark(question: str) -> bytes:
    return sha256(question.encode()).digest()[:QUESTION_BYTES]


def _refused() -> Refused:
    return Refused(400, "cursor", "cursor: it is none that this question was answered with [cursor]", part="cursor")
