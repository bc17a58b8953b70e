"""What programs gave each other, out of base58."""

from __future__ import annotations

import random
from time import process_time
from typing import Any

import pytest
from base58 import b58decode, b58encode

from plings.chain.data58 import decode_data


@pytest.mark.parametrize("size", [0, 1, 8, 145, 146, 147, 300, 1_000])
def test_as_the_library_decodes(size: int) -> None:
    for zeros in (0, 1, 5):
        data = bytes(zeros) + random.Random(size).randbytes(size)
        text = b58encode(data).decode()
        assert decode_data(text) == data == b58decode(text)


def test_as_much_as_a_transaction_may_have_takes_no_seconds() -> None:
    text = b58encode(random.Random(7).randbytes(10_240)).decode()
    began = process_time()
    for _ in range(63):
        decode_data(text)
    assert process_time() - began < 2


@pytest.mark.parametrize("text", ["0", "1O", "z l", "2\n", "é", "z" * 199 + " z"])
def test_what_is_no_base58(text: str) -> None:
    with pytest.raises(ValueError, match="not base58"):
        decode_data(text)


@pytest.mark.parametrize("value", [None, 7, b"2", ["2"]])
def test_what_is_no_text(value: Any) -> None:
    with pytest.raises(TypeError):
        decode_data(value)
