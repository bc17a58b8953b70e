"""A run of damaged codes, each graded by `check_url` and by the oracle."""

from __future__ import annotations

import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from identity.fuzz import parts as of_parts
from identity.fuzz import spelling
from identity.fuzz.goods import goods
from identity.fuzz.oracle import slow_grade
from plings.identity import check_url
from vectors.reference import HOST

Check = Callable[[Any, Mapping[str, bytes]], str]
MOST_SHOWN = 5


@dataclass
class Tally:
    """`counts` of inputs, grades and kinds of damage; `failures` are some of the inputs that were graded wrongly."""

    counts: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        self.counts += other.counts
        self.failures = [*self.failures, *other.failures][:MOST_SHOWN]


def grade_of(text: Any, keys: Mapping[str, bytes]) -> str:
    return check_url(text, keys).grade.value


def trial(seed: int, number: int, inputs: int, check: Check = grade_of) -> Tally:
    """The run `number` of a seed: the same inputs each time."""
    chance = Random(f"{seed}:{number}")
    shop, tally = goods(), Tally()
    originals = {written(parts, kind) for parts in shop.codes for kind in "qn"}
    for _ in range(inputs):
        text, damage = damaged(chance, shop.codes)
        expected = slow_grade(text, shop.keys, shop.weak)
        try:
            grade = check(text, shop.keys)
        except Exception:
            grade = traceback.format_exc(limit=-1)
        tally.counts.update(["inputs", f"grade {expected}", *(f"damage {name}" for name in damage)])
        if "genuine" in expected and text not in originals:
            tally.counts["genuine, though not as printed"] += 1
        if grade != expected:
            tally.counts["graded wrongly"] += 1
            tally.failures.append(f"{text!a} is {expected} and was graded {grade} ({', '.join(damage)})")
    tally.failures = tally.failures[:MOST_SHOWN]
    return tally


def damaged(chance: Random, codes: tuple[dict[str, str], ...]) -> tuple[Any, list[str]]:
    """A text, seldom something else, and the names of what was done to it."""
    parts, other = dict(chance.choice(codes)), chance.choice(codes)
    done = []
    for _ in range(chance.choices((1, 2, 3), (75, 20, 5))[0]):
        change = chance.choice(of_parts.ALL)
        change(chance, parts, other)
        done.append(change.__name__)
    text: Any = written(parts)
    for _ in range(chance.choices((0, 1, 2), (60, 32, 8))[0]):
        respell = chance.choice(spelling.ALL)
        text = respell(chance, text)
        done.append(respell.__name__)
    if chance.random() < 0.001:
        return chance.choice([text.encode("utf-8", "replace"), None, 7, [text]]), [*done, "no_text"]
    return text, done


def written(parts: Mapping[str, str], kind: str | None = None) -> str:
    given = {**parts, "t": kind} if kind else parts
    return f"{HOST}?{'&'.join(f'{name}={value}' for name, value in given.items())}"
