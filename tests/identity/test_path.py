from __future__ import annotations

import dataclasses
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import PathError, SegmentError
from plings.identity import ClassPath, Path, format_segment


@pytest.mark.parametrize("row", vectors("paths", "valid"), ids=lambda row: row["text"])
def test_valid_paths(row: dict[str, Any]) -> None:
    path = Path.parse(row["text"])
    assert path.text == str(path) == ".".join(path.segments) == row["text"]
    assert path.numbers == tuple(map(int, row["numbers"].split()))
    assert (path.prefix, path.path_to_pointer) == (row["prefix"], row["path_to_pointer"])
    assert (path.wallet, path.manufacturer) == path.numbers[:2]
    assert (path.batch, path.instance) == path.numbers[-2:]
    assert path.class_path == ClassPath(row["path_to_pointer"])


@pytest.mark.parametrize("row", vectors("paths", "refused"), ids=lambda row: ascii(row["text"]))
def test_refused_paths(row: dict[str, Any]) -> None:
    with pytest.raises(PathError) as caught:
        Path.parse(row["text"])
    assert caught.value.rule == row["rule"]
    assert caught.value.value == row["text"]
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("row", vectors("paths", "class_valid"), ids=lambda row: row["text"])
def test_valid_class_paths(row: dict[str, Any]) -> None:
    path = ClassPath.parse(row["text"])
    assert path.text == str(path) == row["text"]
    assert path.numbers == tuple(map(int, row["numbers"].split()))
    assert path.prefix == row["prefix"]
    assert Path(f"{path}.1.1").class_path == path


@pytest.mark.parametrize("row", vectors("paths", "class_refused"), ids=lambda row: ascii(row["text"]))
def test_refused_class_paths(row: dict[str, Any]) -> None:
    with pytest.raises(PathError) as caught:
        ClassPath.parse(row["text"])
    assert caught.value.rule == row["rule"]


@pytest.mark.parametrize("value", [None, 2345, b"2.3.4.5", ["2", "3", "4", "5"], object()])
@pytest.mark.parametrize("kind", [Path, ClassPath])
def test_what_is_not_text_is_refused(kind: type[Path], value: Any) -> None:
    with pytest.raises(PathError) as caught:
        kind.parse(value)
    assert caught.value.rule == "not_text"


def test_lone_surrogates_are_refused() -> None:
    with pytest.raises(PathError) as caught:
        Path.parse("2.3.\ud800.5")
    assert caught.value.rule == "alphabet"


def test_error_names_the_segment_and_keeps_its_cause() -> None:
    with pytest.raises(PathError, match="segment 3, '13'") as caught:
        Path.parse("2.3.13.5.13")
    assert isinstance(caught.value.__cause__, SegmentError)


def test_a_path_cannot_be_changed_or_made_without_a_check() -> None:
    path = Path("2.3.4.5")
    with pytest.raises(dataclasses.FrozenInstanceError):
        path.text = "9.9.9.9"  # type: ignore[misc]
    with pytest.raises(PathError):
        dataclasses.replace(path, text="2.3.4.05")
    assert dataclasses.replace(path, text="2.3.4.6").numbers == (1, 2, 3, 5)
    assert pickle.loads(pickle.dumps(path)).numbers == path.numbers


def test_equal_texts_are_equal_paths_and_kinds_differ() -> None:
    assert len({Path("2.3.4.5"), Path("2.3.4.5"), Path("2.3.4.6")}) == 2
    assert len({Path("2.3.4.5"), ClassPath("2.3.4.5")}) == 2


WALLETS = st.sampled_from([str(first) for first in range(2, 10)] + ["21", "59", "39"])
LEVELS = st.lists(st.integers(0, 2**31 - 1).map(format_segment), min_size=3, max_size=12)


@given(WALLETS, LEVELS)
def test_every_path_made_of_canonical_segments_reads_back(wallet: str, levels: list[str]) -> None:
    text = ".".join([wallet, *levels])
    if len(text) <= 96:
        path = Path.parse(text)
        assert ".".join(map(format_segment, path.numbers)) == text


@given(st.text(max_size=100) | st.text("123.4GmR58z-0", max_size=100))
def test_any_text_is_a_path_or_a_path_error(text: str) -> None:
    try:
        path = Path.parse(text)
    except PathError:
        return
    assert ".".join(map(format_segment, path.numbers)) == text
    assert 4 <= len(path.segments) <= 16
    assert len(text.encode()) <= 96
