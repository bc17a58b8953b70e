from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import AddressError, TagError
from plings.identity import (
    ClassPath,
    ClassPointer,
    Path,
    decode_signature,
    encode_signature,
    identity_node,
    parse_address,
    parse_seed_hex,
    sign_tag,
    tag_message,
    verify_tag,
)

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
GROUP_ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize("row", vectors("tags", "tags"), ids=lambda row: row["path"])
def test_every_vector(row: dict[str, Any]) -> None:
    path, pointer, address = Path(row["path"]), ClassPointer.parse(row["class_pointer"]), parse_address(row["address"])
    node = identity_node(parse_seed_hex(row["seed"]), ClassPath(path.prefix))
    signature = sign_tag(node, path, pointer, address)
    assert tag_message(path, pointer, address).decode("ascii") == row["message"]
    assert encode_signature(signature) == row["signature"]
    assert decode_signature(row["signature"]) == signature
    assert verify_tag(parse_address(row["manufacturer_key"]), path, pointer, address, signature)


NODE = identity_node(bytes(range(16)), ClassPath("2.3"))
PATH, POINTER, ADDRESS = Path("2.3.4.5"), ClassPointer(b"pointer!"), bytes(range(32))
SIGNATURE = sign_tag(NODE, PATH, POINTER, ADDRESS)


def test_a_signature_is_of_every_part() -> None:
    key = NODE.public_key
    assert verify_tag(key, PATH, POINTER, ADDRESS, SIGNATURE)
    assert not verify_tag(ADDRESS, PATH, POINTER, ADDRESS, SIGNATURE)
    assert not verify_tag(key, Path("2.3.4.6"), POINTER, ADDRESS, SIGNATURE)
    assert not verify_tag(key, PATH, ClassPointer(b"pointer?"), ADDRESS, SIGNATURE)
    assert not verify_tag(key, PATH, POINTER, bytes(32), SIGNATURE)


@given(st.integers(0, 511))
def test_no_bit_of_a_signature_may_differ(bit: int) -> None:
    flipped = (int.from_bytes(SIGNATURE, "big") ^ (1 << bit)).to_bytes(64, "big")
    assert not verify_tag(NODE.public_key, PATH, POINTER, ADDRESS, flipped)


def test_the_second_form_of_a_signature_is_refused() -> None:
    """s + L satisfies the same equation; RFC 8032, 5.1.7 demands s < L."""
    s = int.from_bytes(SIGNATURE[32:], "little") + GROUP_ORDER
    assert not verify_tag(NODE.public_key, PATH, POINTER, ADDRESS, SIGNATURE[:32] + s.to_bytes(32, "little"))


def test_a_key_of_small_order_verifies_nothing() -> None:
    neutral = bytes([1]) + bytes(31)
    assert not verify_tag(neutral, PATH, POINTER, ADDRESS, neutral + bytes(32))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=80))
def test_arbitrary_keys_and_signatures_verify_nothing(key: bytes, signature: bytes) -> None:
    assert verify_tag(key, PATH, POINTER, ADDRESS, signature) is False


def test_keys_and_addresses_have_32_bytes() -> None:
    with pytest.raises(AddressError):
        verify_tag(bytes(31), PATH, POINTER, ADDRESS, SIGNATURE)
    with pytest.raises(AddressError):
        tag_message(PATH, POINTER, bytes(33))


@given(st.binary(min_size=64, max_size=64))
def test_every_signature_has_86_characters_that_read_back(signature: bytes) -> None:
    text = encode_signature(signature)
    assert len(text) == 86
    assert decode_signature(text) == signature


@given(st.text(BASE64URL, min_size=86, max_size=86))
def test_every_accepted_text_is_the_only_one_of_its_signature(text: str) -> None:
    try:
        signature = decode_signature(text)
    except TagError as error:
        assert error.rule == "unused_bits"
        return
    assert encode_signature(signature) == text


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "length"),
        ("A" * 85, "length"),
        ("A" * 86 + "==", "length"),
        ("A" * 86 + "\n", "length"),
        ("A" * 85 + "=", "alphabet"),
        ("A" * 85 + "\n", "alphabet"),
        ("+" * 86, "alphabet"),
        ("/" * 86, "alphabet"),
        ("A" * 85 + "Ａ", "alphabet"),
        ("A" * 85 + "B", "unused_bits"),
        (b"A" * 86, "not_text"),
    ],
)
def test_refused_texts(text: Any, rule: str) -> None:
    with pytest.raises(TagError) as caught:
        decode_signature(text)
    assert caught.value.rule == rule


@pytest.mark.parametrize(("signature", "rule"), [(bytes(63), "size"), (bytes(65), "size"), ("A" * 64, "not_bytes")])
def test_refused_signatures(signature: Any, rule: str) -> None:
    with pytest.raises(TagError) as caught:
        encode_signature(signature)
    assert caught.value.rule == rule
