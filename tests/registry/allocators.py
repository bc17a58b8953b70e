"""Many who allocate at once, and a look from outside at what they got.

All of them want paths of the same few classes in several wallets: single ones, ranges, the next ones, several at once.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from plings.errors import RegistryError
from plings.identity import ClassPath, format_segment
from plings.registry import Registry, connect
from plings.registry.paths import Wish, allocate_next, allocate_path, allocate_range, allocate_together

CLASSES = tuple("2345")
"""Where everybody takes what they like, so that much is taken already."""
SERIES = "6"
"""Where everybody takes the next ones alone."""


@dataclass(frozen=True)
class Answer:
    """What became of a request: `done` or the rule of the refusal, and how many allocations were made."""

    seconds: float
    outcome: str
    made: int


@dataclass(frozen=True)
class Day:
    """All answers, and how long it took until the last."""

    answers: list[Answer]
    seconds: float

    @property
    def outcomes(self) -> Counter[str]:
        return Counter(one.outcome for one in self.answers)

    @property
    def made(self) -> int:
        return sum(one.made for one in self.answers)


def day_of(
    url: str, prefixes: Sequence[str], *, emails: Sequence[str], allocators: int, requests: int, spread: int = 500
) -> Day:
    """`requests` from `allocators` at once, each over its own connection, as one of `emails`, below all `prefixes`.

    `spread` is how many numbers they choose from: the fewer, the more is taken.
    """
    shares = [requests // allocators + (number < requests % allocators) for number in range(allocators)]

    def serve(number: int) -> list[Answer]:
        with connect(url) as connection:
            registry = Registry(connection).acting(emails[number % len(emails)])
            return [answer(registry, wishes) for wishes in wishes_of(number, shares[number], prefixes, spread)]

    began = time.perf_counter()
    with ThreadPoolExecutor(allocators) as pool:
        answers = [one for served in pool.map(serve, range(allocators)) for one in served]
    return Day(answers, time.perf_counter() - began)


def wishes_of(seed: int, count: int, prefixes: Sequence[str], spread: int) -> Iterator[list[Wish]]:
    """What one allocator asks for, the same for the same seed."""
    chance = random.Random(seed)
    for _ in range(count):
        several = chance.random() < 0.1
        yield [_wish(chance, prefix, spread) for prefix in chance.sample(prefixes, len(prefixes) if several else 1)]


def _wish(chance: random.Random, prefix: str, spread: int) -> Wish:
    kind = chance.choice(["path", "deep", "range", "next"])
    base = f"{prefix}.{SERIES if kind == 'next' else chance.choice(CLASSES)}"
    first = chance.randrange(spread)
    if kind == "range":
        return Wish(base, chance.randint(1, 20), first)
    if kind == "next":
        return Wish(base, chance.randint(1, 5))
    numbers = [first] if kind == "path" else [first, chance.randrange(5)]
    return Wish(".".join([base, *map(format_segment, numbers)]))


def answer(registry: Registry, wishes: list[Wish]) -> Answer:
    """Several wishes are one transaction, in the order in which they are, which may be anybody else's reversed."""
    began = time.perf_counter()
    try:
        if len(wishes) > 1:
            allocate_together(registry, wishes)
        elif wishes[0].quantity is None:
            allocate_path(registry, wishes[0].path)
        elif wishes[0].first is None:
            allocate_next(registry, wishes[0].path, wishes[0].quantity)
        else:
            allocate_range(registry, wishes[0].path, wishes[0].first, wishes[0].quantity)
    except RegistryError as error:
        return Answer(time.perf_counter() - began, error.rule, 0)
    return Answer(time.perf_counter() - began, "done", len(wishes))


def overlaps_among(url: str) -> tuple[int, list[str]]:
    """How many allocations hold something, and which of them share a path, by their texts alone."""
    select = """
        SELECT path, allocated_range_start, allocated_range_end FROM registry.path_registry
        WHERE status <> 'transferred'
    """
    with connect(url) as connection:
        rows = connection.execute(select).fetchall()
    return len(rows), overlapping(rows)


def overlapping(allocations: list[Any]) -> list[str]:
    """Which neighbours in the order of number tuples share a path, of (path, first child, last child)."""
    spans = sorted(_span(*one) for one in allocations)
    return [f"{one[2]} and {other[2]}" for one, other in pairwise(spans) if other[0] < one[1]]


def _span(path: str, first: int | None, last: int | None) -> tuple[tuple[int, ...], tuple[int, ...], str]:
    """From the first path held up to the first after it, in the order of number tuples."""
    numbers = ClassPath(path).numbers
    if first is None or last is None:
        *above, first = numbers
        return numbers, (*above, first + 1), path
    return (*numbers, first), (*numbers, last + 1), f"{path} {first}-{last}"


def gaps_in_series(url: str, prefix: str) -> list[int]:
    """The numbers from 1 to the last that nobody got where everybody took the next ones."""
    select = """
        SELECT allocated_range_start, allocated_range_end FROM registry.path_registry
        WHERE path = %s ORDER BY allocated_range_start
    """
    with connect(url) as connection:
        ranges = connection.execute(select, [f"{prefix}.{SERIES}"]).fetchall()
    return [first for (_, last), (first, _) in pairwise([(0, 0), *ranges]) if first != last + 1]
