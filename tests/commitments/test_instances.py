"""Ranges of instances: one text, one place for each number, and no other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plings.commitments import InstanceRanges
from plings.commitments.instances import MOST_CHARACTERS, MOST_RANGES
from plings.errors import InstancesError

LAST = 2**31 - 1

SETS = st.sets(st.integers(0, 300), min_size=1, max_size=80)


def ranges_of(numbers: set[int]) -> InstanceRanges:
    """The ranges of some numbers."""
    ranges: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return InstanceRanges(tuple(ranges))


@given(SETS, st.integers(0, 90), st.integers(0, 90))
def test_numbers_and_places_are_those_of_the_sorted_set(numbers: set[int], start: int, stop: int) -> None:
    instances, order = ranges_of(numbers), sorted(numbers)
    assert instances.count == len(order)
    assert list(instances.numbers(start, stop)) == order[start:stop]
    places = {number: order.index(number) if number in numbers else None for number in range(-1, 302)}
    assert {number: instances.place_of(number) for number in places} == places
    assert InstanceRanges.parse(instances.text) == instances


def test_all_that_a_batch_can_have() -> None:
    everything = InstanceRanges.parse(f"0-{LAST}")
    assert everything.count == 2**31
    assert list(everything.numbers(2**31 - 2, 2**31 + 5)) == [LAST - 1, LAST]
    assert everything.place_of(LAST) == LAST
    assert everything.place_of(LAST + 1) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "syntax"),
        ("5-", "syntax"),
        ("-5", "syntax"),
        ("a-b", "syntax"),
        ("1-2-3", "syntax"),
        ("01", "syntax"),
        ("1, 2", "syntax"),
        ("1,", "syntax"),
        ("٣", "syntax"),
        ("1_0", "syntax"),
        ("12345678901", "syntax"),
        ("7-5", "range"),
        (f"{LAST + 1}", "range"),
        ("5,5", "order"),
        ("0-5,6-9", "order"),
        ("0-5,3-9", "order"),
        ("8,2", "order"),
        (",".join(str(2 * number) for number in range(MOST_RANGES + 1)), "too_many"),
        ("1" * (MOST_CHARACTERS + 1), "too_many"),
    ],
)
def test_other_texts_are_refused(text: str, rule: str) -> None:
    with pytest.raises(InstancesError) as caught:
        InstanceRanges.parse(text)
    assert caught.value.rule == rule
    assert len(str(caught.value)) < 300


def test_as_many_as_allowed() -> None:
    longest = ",".join(f"{LAST - 3 * at - 1}-{LAST - 3 * at}" for at in reversed(range(MOST_RANGES)))
    assert InstanceRanges.parse(longest).text == longest


@pytest.mark.parametrize(
    ("ranges", "rule"),
    [((), "empty"), (((0, True),), "not_number"), ((("0", "1"),), "not_number"), (((-1, 3),), "range")],
)
def test_other_values_are_refused(ranges: tuple[tuple[int, int], ...], rule: str) -> None:
    with pytest.raises(InstancesError) as caught:
        InstanceRanges(ranges)
    assert caught.value.rule == rule
