"""Where classes go: as frozen, whatever the order, and never two to one place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.dash.legacy import dropped, kept
from plings.dash.placing import candidates, place


@pytest.mark.parametrize("row", vectors("dash", "places"), ids=lambda row: row["what"])
def test_frozen_classes_go_where_they_went(row: dict[str, Any]) -> None:
    wanted = dict(move.split(">") for move in row["moves"].split())
    for order in (list(wanted), list(reversed(wanted))):
        places, problems = place(order, set())
        assert places == {old: new for old, new in wanted.items() if new}
        assert {problem.old for problem in problems} == {old for old, new in wanted.items() if not new}
        assert {problem.rule for problem in problems} <= {"place_shared"}


def test_what_is_taken_is_another_s() -> None:
    old = "2.G.2.2.-3"
    assert place([old], {("2.G.2.2", old)})[0] == {old: "2.G.2.2.3"}
    places, (problem,) = place([old], {("2.G.2.2", old), ("2.G.2.2.3", old)})
    assert (places, problem.old, problem.rule) == ({}, old, "place_taken")
    assert place([old], {("2.G.2.2", "2.G.2.2.-4")})[0] == {old: "2.G.2.2"}


LEVEL = st.sampled_from("2345")
CLASSES = st.tuples(st.lists(LEVEL, max_size=2), LEVEL, st.lists(LEVEL, max_size=2)).map(
    lambda parts: ".".join(["2.G", *parts[0], f"-{parts[1]}", *parts[2]])
)


@settings(max_examples=300)
@given(st.sets(CLASSES, max_size=8), st.randoms())
def test_no_two_classes_share_a_place(classes: set[str], random: Any) -> None:
    shuffled = sorted(classes)
    random.shuffle(shuffled)
    places, problems = place(shuffled, set())
    assert len(set(places.values())) == len(places)
    assert places.keys() | {problem.old for problem in problems} == classes
    assert not places.keys() & {problem.old for problem in problems}
    assert all(where in (dropped(old), kept(old)) for old, where in places.items())
    assert set(places.values()) <= candidates(classes)
    assert place(sorted(classes), set()) == (places, problems)
