from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import AddressError, ClassPointerError, PathError
from plings.identity import ALPHABET, ClassPath, ClassPointer, class_pointer, parse_address

KEY = bytes(range(32))


def test_every_vector() -> None:
    for row in vectors("class_pointers", "valid"):
        pointer = class_pointer(parse_address(row["manufacturer_key"]), row["path_to_pointer"])
        assert pointer.value.hex() == row["pointer_hex"]
        assert pointer.text == str(pointer) == row["pointer"]
        assert ClassPointer.parse(row["pointer"]) == pointer


@pytest.mark.parametrize("row", vectors("class_pointers", "refused"), ids=lambda row: ascii(row["text"]))
def test_refused_texts(row: dict[str, Any]) -> None:
    with pytest.raises(ClassPointerError) as caught:
        ClassPointer.parse(row["text"])
    assert caught.value.rule == row["rule"]


@pytest.mark.parametrize("value", [None, 7, b"11111111111"])
def test_what_is_not_text_is_refused(value: Any) -> None:
    with pytest.raises(ClassPointerError) as caught:
        ClassPointer.parse(value)
    assert caught.value.rule == "not_text"


@pytest.mark.parametrize(("value", "rule"), [(bytes(7), "size"), (bytes(9), "size"), ("1" * 8, "not_bytes")])
def test_other_values_are_refused(value: Any, rule: str) -> None:
    with pytest.raises(ClassPointerError) as caught:
        ClassPointer(value)
    assert caught.value.rule == rule


def test_the_ends_of_the_range() -> None:
    assert ClassPointer(bytes(8)).text == "1" * 11
    assert ClassPointer.parse(ClassPointer(b"\xff" * 8).text).value == b"\xff" * 8


def test_text_and_class_path_give_the_same_pointer() -> None:
    assert class_pointer(KEY, "2.3.4F") == class_pointer(KEY, ClassPath("2.3.4F"))


def test_key_and_path_are_both_bound() -> None:
    pointers = {class_pointer(key, path).value for key in (KEY, bytes(32)) for path in ("2.3", "2.3.4", "2.34")}
    assert len(pointers) == 6


def test_paths_and_keys_are_checked() -> None:
    with pytest.raises(PathError):
        class_pointer(KEY, "2.13")
    with pytest.raises(AddressError):
        class_pointer(KEY[:31], "2.3")
    with pytest.raises(AddressError):
        class_pointer("key", "2.3")  # type: ignore[arg-type]


@given(st.binary(min_size=8, max_size=8))
def test_every_value_has_11_characters_that_read_back(value: bytes) -> None:
    text = ClassPointer(value).text
    assert len(text) == 11
    assert ClassPointer.parse(text).value == value


@given(st.text(ALPHABET, min_size=11, max_size=11) | st.text(max_size=12))
def test_every_accepted_text_is_the_only_one_of_its_value(text: str) -> None:
    try:
        pointer = ClassPointer.parse(text)
    except ClassPointerError:
        return
    assert pointer.text == text
