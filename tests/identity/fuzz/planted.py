"""Bugs that a check could have. Damaged codes must find each, or they would not find one that nobody planted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from identity.fuzz.trial import Check, grade_of


def trailing_newline(text: Any, keys: Mapping[str, bytes]) -> str:
    """A pattern that ends in `$`."""
    return grade_of(text.removesuffix("\n") if isinstance(text, str) else text, keys)


def other_host(text: Any, keys: Mapping[str, bytes]) -> str:
    """Hosts compared without case."""
    return grade_of(text.replace("//S.", "//s.") if isinstance(text, str) else text, keys)


def last_parameter_counts(text: Any, keys: Mapping[str, bytes]) -> str:
    """A repeated parameter taken as most libraries take it."""
    if not isinstance(text, str):
        return grade_of(text, keys)
    head, mark, query = text.partition("?")
    last = {pair.partition("=")[0]: pair for pair in query.split("&")}
    return grade_of(head + mark + "&".join(last.values()), keys)


def unused_bits(text: Any, keys: Mapping[str, bytes]) -> str:
    """A signature's last character decoded by a library."""
    spelled = isinstance(text, str) and text[-89:-86] == "&s=" and text[-1] in "BCDEFRhx"
    return grade_of(text[:-1] + "A" if spelled else text, keys)


def unsigned_fallback(text: Any, keys: Mapping[str, bytes]) -> str:
    """A tag that is not genuine taken for a code without one."""
    grade = grade_of(text, keys)
    return grade_of(text[:-89], keys) if grade == "counterfeit class" and text[-89:-86] == "&s=" else grade


def weak_keys(text: Any, keys: Mapping[str, bytes]) -> str:
    """Keys of small order taken."""
    grade = grade_of(text, keys)
    weak = grade == "counterfeit class" and "?t=q&p=2.9." in text and grade_of(text[:-89], keys) == "class genuine"
    return "tag genuine" if weak else grade


def large_addresses(text: Any, keys: Mapping[str, bytes]) -> str:
    """Numbers of 44 digits taken for addresses without a look at their size."""
    grade = grade_of(text, keys)
    return "class genuine" if grade == "malformed" and isinstance(text, str) and "&i=JEKNV" in text else grade


def crash(text: Any, keys: Mapping[str, bytes]) -> str:
    """Text that is not ASCII encoded before it is refused."""
    return grade_of(text.encode("utf-8").decode() if isinstance(text, str) else text, keys)


PLANTED: tuple[Check, ...] = (
    trailing_newline,
    other_host,
    last_parameter_counts,
    unused_bits,
    unsigned_fallback,
    weak_keys,
    large_addresses,
    crash,
)
