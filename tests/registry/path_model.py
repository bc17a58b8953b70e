"""Who holds what, as tuples of numbers: a model of allocations that shares nothing with the database's byte keys."""

from __future__ import annotations

from dataclasses import dataclass, field

from plings.identity import format_segment

LAST_NUMBER = 2**31 - 1
MOST_SEGMENTS, MOST_BYTES = 16, 96

Numbers = tuple[int, ...]


def text_of(numbers: Numbers) -> str:
    return ".".join(map(format_segment, numbers))


def fits(numbers: Numbers) -> bool:
    return len(numbers) <= MOST_SEGMENTS and len(text_of(numbers)) <= MOST_BYTES


@dataclass(frozen=True)
class Holding:
    """Everything whose numbers begin with `above` and go on with one from `first` to `last`."""

    above: Numbers
    first: int
    last: int

    @classmethod
    def whole(cls, path: Numbers) -> Holding:
        return cls(path[:-1], path[-1], path[-1])

    def meets(self, other: Holding) -> bool:
        upper, lower = sorted([self, other], key=lambda one: len(one.above))
        depth = len(upper.above)
        if lower.above[:depth] != upper.above:
            return False
        if len(lower.above) == depth:
            return upper.first <= lower.last and lower.first <= upper.last
        return upper.first <= lower.above[depth] <= upper.last


@dataclass
class Ledger:
    """What is held, by any key."""

    held: dict[object, Holding] = field(default_factory=dict)

    def is_free(self, wanted: Holding) -> bool:
        return not any(wanted.meets(one) for one in self.held.values())

    def next_child(self, base: Numbers) -> int | None:
        depth = len(base)
        last = 0
        for one in self.held.values():
            if one.above[:depth] == base:
                last = max(last, one.last if len(one.above) == depth else one.above[depth])
            elif one.meets(Holding.whole(base)):
                return None
        return last + 1 if last < LAST_NUMBER else None
