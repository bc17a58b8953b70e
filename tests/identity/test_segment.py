from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plings.errors import IdentityError, SegmentError
from plings.identity import ALPHABET, SEGMENT_LIMIT, format_segment, parse_segment

NUMBERS = st.integers(0, SEGMENT_LIMIT - 1)


@pytest.mark.parametrize(
    ("text", "number"), [("1", 0), ("2", 1), ("z", 57), ("21", 58), ("3j", 158), ("4GmR58", 2**31 - 1)]
)
def test_known_segments(text: str, number: int) -> None:
    assert parse_segment(text) == number
    assert format_segment(number) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "empty"),
        ("11", "leading_one"),
        ("13", "leading_one"),
        ("4GmR59", "too_large"),
        ("zzzzzz", "too_large"),
        ("2111111", "too_large"),
        ("0", "alphabet"),
        ("O", "alphabet"),
        ("I", "alphabet"),
        ("l", "alphabet"),
        ("2 ", "alphabet"),
        ("2\n", "alphabet"),
        ("\0", "alphabet"),
        ("2.3", "alphabet"),
        ("٣", "alphabet"),
        ("+3", "alphabet"),
        ("3-", "alphabet"),
        ("-3", "dash_marker"),
        ("-", "dash_marker"),
        ("-22222222", "dash_marker"),
        (None, "not_text"),
        (b"2", "not_text"),
        (2, "not_text"),
    ],
)
def test_refused_segments(text: str, rule: str) -> None:
    with pytest.raises(SegmentError) as caught:
        parse_segment(text)
    assert caught.value.rule == rule
    assert f"[{rule}]" in str(caught.value)
    assert str(caught.value).isprintable()


def test_dash_marker_names_the_migration_tool() -> None:
    with pytest.raises(SegmentError, match="migration tool"):
        parse_segment("-3")


def test_megabytes_are_refused_without_arithmetic() -> None:
    with pytest.raises(SegmentError) as caught:
        parse_segment("z" * 10_000_000)
    assert caught.value.rule == "too_large"
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (-1, "negative"),
        (-(10**6000), "negative"),
        (2**31, "too_large"),
        (10**6000, "too_large"),
        (True, "not_number"),
        ("2", "not_number"),
        (2.0, "not_number"),
    ],
    ids=lambda item: type(item).__name__,  # Python refuses to write the largest
)
def test_numbers_without_a_segment(value: int, rule: str) -> None:
    with pytest.raises(SegmentError) as caught:
        format_segment(value)
    assert caught.value.rule == rule


@given(NUMBERS)
def test_every_number_has_a_text_that_reads_back(number: int) -> None:
    assert parse_segment(format_segment(number)) == number


@given(st.text(ALPHABET, max_size=8) | st.text(max_size=8))
def test_every_accepted_text_is_the_only_one_of_its_number(text: str) -> None:
    try:
        number = parse_segment(text)
    except IdentityError:
        return
    assert format_segment(number) == text
