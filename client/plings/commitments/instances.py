"""Which objects of a batch were printed: ranges of instance numbers, which also say who is at which place.

Codes are printed, and their leaves stand in the tree, in the order of their numbers; so a number has one place.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final, Self

from plings.errors import InstancesError
from plings.identity import SEGMENT_LIMIT

MOST_RANGES: Final = 256
MOST_CHARACTERS: Final = MOST_RANGES * 22
"""Two numbers of ten digits, a hyphen and a comma for each."""

_DIGITS: Final = frozenset("0123456789")


@dataclass(frozen=True, slots=True)
class InstanceRanges:
    """Up to 256 ranges (first, last), both included, ascending, with a gap between any two. Numbers are below 2^31.

    Raises InstancesError with rule `empty`, `too_many`, `not_number`, `range` or `order`.
    """

    ranges: tuple[tuple[int, int], ...]
    _starts: tuple[int, ...] = field(init=False, repr=False, compare=False)
    """The place of each range's first number, and after the last one the count."""

    def __post_init__(self) -> None:
        self._check()
        sizes = (last - first + 1 for first, last in self.ranges)
        object.__setattr__(self, "_starts", tuple(accumulate(sizes, initial=0)))

    @classmethod
    def parse(cls, text: str) -> Self:
        """The ranges that `0-999,2000,3000-3999` says, in decimals. Raises InstancesError, with rule `syntax`, too."""
        if len(text) > MOST_CHARACTERS:
            raise InstancesError(text, "too_many", f"there are more than {MOST_RANGES} ranges")
        return cls(tuple(_read_range(text, part) for part in text.split(",")))

    @property
    def text(self) -> str:
        """The one text of these ranges: `0-999,2000,3000-3999`."""
        return ",".join(f"{first}-{last}" if first < last else f"{first}" for first, last in self.ranges)

    @property
    def count(self) -> int:
        """How many objects."""
        return self._starts[-1]

    def place_of(self, instance: int) -> int | None:
        """The place from 0 of an instance's number, None when it is in no range."""
        at = bisect_right(self.ranges, (instance, SEGMENT_LIMIT)) - 1
        if at < 0 or instance > self.ranges[at][1]:
            return None
        return self._starts[at] + instance - self.ranges[at][0]

    def numbers(self, start: int, stop: int) -> Iterator[int]:
        """The numbers at the places [start, stop), of which those beyond the last are left out."""
        at = bisect_right(self._starts, start) - 1
        for begin, (first, last) in zip(self._starts[at:], self.ranges[at:], strict=False):
            if begin >= stop:
                return
            yield from range(first + max(start - begin, 0), min(last + 1, first + stop - begin))

    def _check(self) -> None:
        if not self.ranges:
            raise InstancesError("", "empty", "there is no range")
        if len(self.ranges) > MOST_RANGES:
            raise InstancesError(f"{len(self.ranges)} ranges", "too_many", f"there are more than {MOST_RANGES} ranges")
        before = -2
        for first, last in self.ranges:
            shown = f"{first}-{last}"
            if type(first) is not int or type(last) is not int:
                raise InstancesError(shown, "not_number", "a range has two whole numbers")
            if not 0 <= first <= last < SEGMENT_LIMIT:
                raise InstancesError(shown, "range", "a range goes from a number up to another, both below 2^31")
            if first <= before + 1:
                raise InstancesError(shown, "order", "ranges ascend, and two that touch are one")
            before = last


def _read_range(text: str, part: str) -> tuple[int, int]:
    first, hyphen, last = part.partition("-")
    return _read_number(text, first), _read_number(text, last if hyphen else first)


def _read_number(text: str, digits: str) -> int:
    if not digits or len(digits) > 10 or not _DIGITS.issuperset(digits) or (digits[0] == "0" and digits != "0"):
        raise InstancesError(text, "syntax", "ranges are written as in 0-999,2000, in decimal numbers")
    return int(digits)
