"""Legacy codes: one dash, in its place, and nothing else is one."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.dash import LegacyCode, LegacyPath
from plings.dash.legacy import dropped, kept
from plings.errors import LegacyError, PathError, PlingsError
from plings.identity import ClassPath, Path, format_segment

KEY = "5Kd3NBUoD3fCRJcyPbTWTBf2n8Z4Vt9u2K7s6Jh5G3f2A"
URL = f"https://s.plings.io?t=q&i={KEY}&p=2.G.2.2.-3.7P.9j"


@pytest.mark.parametrize("row", vectors("dash", "valid"), ids=lambda row: row["path"])
def test_a_frozen_path_is_read(row: dict[str, Any]) -> None:
    path = LegacyPath(row["path"])
    assert (path.class_path, path.marker, path.prefix) == (row["class_path"], row["marker"], row["prefix"])
    assert (dropped(path.class_path), kept(path.class_path)) == (row["dropped"], row["kept"])
    ClassPath(row["dropped"])
    ClassPath(row["kept"])
    assert path.path.text.endswith(f".{format_segment(path.path.batch)}.{format_segment(path.path.instance)}")


@pytest.mark.parametrize("row", vectors("dash", "refused"), ids=lambda row: f"{row['rule']}-{row['text'][:20]}")
def test_a_frozen_text_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(LegacyError) as caught:
        LegacyCode.parse(row["text"])
    assert caught.value.rule == row["rule"]
    assert str(caught.value).isprintable() and len(str(caught.value)) < 300


def test_a_url_in_any_order() -> None:
    swapped = f"https://s.plings.io?t=n&p=2.G.2.2.-3.7P.9j&i={KEY}"
    assert LegacyCode.parse(URL) == LegacyCode.parse(swapped) == LegacyCode(LegacyPath("2.G.2.2.-3.7P.9j"), KEY)
    assert LegacyCode.parse(URL.replace("s.plings.io", "a.example"), "a.example") == LegacyCode.parse(URL)


SEGMENT = st.integers(0, 2**31 - 1).map(format_segment)


@settings(max_examples=100)
@given(st.lists(SEGMENT, max_size=5), st.lists(SEGMENT, min_size=2, max_size=5), SEGMENT)
def test_without_its_dash_it_is_a_path_of_today(before: list[str], after: list[str], marker: str) -> None:
    text = ".".join(["2.3", *before, f"-{marker}", *after])
    path = LegacyPath(text)
    assert Path(text.replace("-", "")) == path.path
    assert dropped(path.class_path) == ".".join(["2.3", *before, *after[:-2]])
    with pytest.raises(PathError, match="dash_marker"):
        Path(text)


@settings(max_examples=200)
@given(st.text(alphabet="-.123GZz0l é\n", max_size=120))
def test_whatever_it_is_told_it_answers_with_one_line(text: str) -> None:
    try:
        LegacyCode.parse(text)
    except PlingsError as error:
        assert isinstance(error, LegacyError) and str(error).isprintable()


@pytest.mark.parametrize("value", [None, 5, b"2.G.2.2.-3.7P.9j"])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(LegacyError, match="not_text"):
        LegacyCode.parse(value)
