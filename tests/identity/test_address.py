from __future__ import annotations

from typing import Any

import base58
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plings.errors import AddressError
from plings.identity import ALPHABET, format_address, is_weak_key, parse_address

FIELD = 2**255 - 19
KEY = bytes(range(1, 33))


@given(st.binary(min_size=32, max_size=32))
def test_every_key_reads_back(key: bytes) -> None:
    text = format_address(key)
    assert 32 <= len(text) <= 44
    assert parse_address(text) == key == base58.b58decode(text)


@given(st.integers(0, 31))
def test_keys_with_leading_zeros_read_back(zeros: int) -> None:
    key = bytes(zeros) + b"\xff" * (32 - zeros)
    assert parse_address(format_address(key)) == key


@given(st.text(ALPHABET, min_size=30, max_size=46) | st.text(max_size=50))
def test_every_accepted_text_is_the_only_one_of_its_key(text: str) -> None:
    try:
        key = parse_address(text)
    except AddressError:
        return
    assert format_address(key) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        ("1" * 31, "length"),
        ("1" * 33, "size"),
        ("2" * 32, "size"),
        ("1" + "z" * 43, "size"),
        ("z" * 44, "size"),
        ("z" * 45, "length"),
        ("2" * 5_000_000, "length"),
        ("1" * 31 + "\n", "alphabet"),
        ("1" * 31 + " ", "alphabet"),
        (" " + "1" * 32, "alphabet"),
        ("1" * 31 + "0", "alphabet"),
        ("1" * 31 + "١", "alphabet"),
        (b"1" * 32, "not_text"),
        (None, "not_text"),
    ],
)
def test_refused_addresses(text: Any, rule: str) -> None:
    with pytest.raises(AddressError) as caught:
        parse_address(text)
    assert caught.value.rule == rule
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("key", "rule"), [(b"", "size"), (KEY[:31], "size"), (KEY + b"\0", "size"), ("1" * 32, "not_bytes")]
)
def test_refused_keys(key: Any, rule: str) -> None:
    with pytest.raises(AddressError) as caught:
        format_address(key)
    assert caught.value.rule == rule


def doubled_y(y: int) -> int | None:
    """The y of twice a point of Ed25519, or None when no point has this y."""
    d = -121665 * pow(121666, -1, FIELD) % FIELD
    x_squared = (y * y - 1) * pow(d * y * y + 1, -1, FIELD) % FIELD
    if x_squared and pow(x_squared, (FIELD - 1) // 2, FIELD) != 1:
        return None
    return (y * y + x_squared) * pow(1 - d * x_squared * y * y, -1, FIELD) % FIELD


def y_of(key: bytes) -> int:
    return (int.from_bytes(key, "little") & (2**255 - 1)) % FIELD


ORDER_8 = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
WEAK = [0, 1, FIELD - 1, FIELD, FIELD + 1, ORDER_8, FIELD - ORDER_8]
SIGN = 2**255


@pytest.mark.parametrize("y", WEAK)
def test_keys_of_small_order_are_weak_in_every_spelling(y: int) -> None:
    for number in (y, y | SIGN):
        assert is_weak_key(number.to_bytes(32, "little"))


@pytest.mark.parametrize("y", WEAK)
def test_three_doublings_of_a_weak_key_are_the_neutral_point(y: int) -> None:
    for _ in range(3):
        doubled = doubled_y(y % FIELD)
        assert doubled is not None
        y = doubled
    assert y == 1


@given(st.binary(min_size=32, max_size=32))
def test_ordinary_keys_are_not_weak(key: bytes) -> None:
    assert is_weak_key(key) is (y_of(key) in {y % FIELD for y in WEAK})
