from __future__ import annotations

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import AddressError, IdentityError, SettingsError, TagError, UrlError
from plings.identity import (
    ClassPath,
    ClassPointer,
    Identity,
    Path,
    ScanUrl,
    encode_signature,
    format_address,
    make_code,
)

IDENTITY = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
CODE = make_code(IDENTITY, Path("2.3.4F.2aB.5.3j"), signed=True)


@pytest.mark.parametrize("row", vectors("urls", "valid"), ids=lambda row: row["text"][:60])
def test_valid_urls(row: dict[str, Any]) -> None:
    url = ScanUrl.parse(row["text"])
    assert url.text == str(url) == row["printed"]
    assert ScanUrl.parse(row["printed"]) == url
    assert (url.kind, url.path.text, url.class_pointer.text) == (row["kind"], row["path"], row["class_pointer"])
    assert format_address(url.address) == row["address"]
    assert (encode_signature(url.signature) if url.signature else "") == row["signature"]
    assert len(url.text) < 300


@pytest.mark.parametrize("row", vectors("urls", "refused"), ids=lambda row: f"{row['error']}-{row['rule']}")
def test_refused_urls(row: dict[str, Any]) -> None:
    with pytest.raises(IdentityError) as caught:
        ScanUrl.parse(row["text"])
    assert (type(caught.value).__name__, caught.value.rule) == (row["error"], row["rule"])
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


def test_parameters_are_read_in_any_order() -> None:
    pairs = CODE.text.split("?")[1].split("&")
    for shuffled in permutations(pairs):
        assert ScanUrl.parse("https://s.plings.io?" + "&".join(shuffled)) == CODE


@pytest.mark.parametrize("value", [None, 7, CODE.text.encode()])
def test_what_is_not_text_is_refused(value: Any) -> None:
    with pytest.raises(UrlError) as caught:
        ScanUrl.parse(value)
    assert caught.value.rule == "not_text"


def test_the_longest_code_is_under_300_characters_on_the_longest_host() -> None:
    path = Path(next(row["text"] for row in vectors("paths", "valid") if len(row["text"]) == 96))
    longest = ScanUrl("q", path, ClassPointer(bytes(8)), b"\xff" * 32, bytes(64), "a" * 37)
    assert len(longest.text) == 299
    assert ScanUrl.parse(longest.text, "a" * 37) == longest


def test_another_host_reads_its_own_codes_only() -> None:
    elsewhere = make_code(IDENTITY, CODE.path, host="codes.example.org")
    assert ScanUrl.parse(elsewhere.text, "codes.example.org") == elsewhere
    for text, host in ((elsewhere.text, "s.plings.io"), (CODE.text, "codes.example.org")):
        with pytest.raises(UrlError) as caught:
            ScanUrl.parse(text, host)
        assert caught.value.rule == "host"


HOSTS = ["", ".", "a..b", "a.", "A.example", "a:443", "a/b", "u@a", "-a.example", "a-.example", "a b", "é.example"]


@pytest.mark.parametrize("host", [*HOSTS, "a" * 38, "a?", "a#", "a%", None])
def test_hosts_that_are_none_are_refused(host: Any) -> None:
    with pytest.raises(SettingsError):
        ScanUrl.parse(CODE.text, host)
    with pytest.raises(SettingsError):
        make_code(IDENTITY, CODE.path, host=host)


def test_no_invalid_code_can_be_made() -> None:
    with pytest.raises(UrlError):
        ScanUrl("x", CODE.path, CODE.class_pointer, CODE.address)
    with pytest.raises(AddressError):
        ScanUrl("q", CODE.path, CODE.class_pointer, CODE.address[1:])
    with pytest.raises(TagError):
        ScanUrl("q", CODE.path, CODE.class_pointer, CODE.address, bytes(63))


@given(
    st.sampled_from("qn"),
    st.binary(min_size=8, max_size=8),
    st.binary(min_size=32, max_size=32),
    st.none() | st.binary(min_size=64, max_size=64),
)
def test_every_code_reads_back(kind: str, pointer: bytes, address: bytes, signature: bytes | None) -> None:
    url = ScanUrl(kind, CODE.path, ClassPointer(pointer), address, signature)
    assert ScanUrl.parse(url.text) == url


@given(st.integers(0, len(CODE.text) - 1), st.characters())
def test_one_changed_character_is_refused_or_means_something_else(at: int, character: str) -> None:
    text = CODE.text[:at] + character + CODE.text[at + 1 :]
    try:
        url = ScanUrl.parse(text)
    except IdentityError:
        return
    assert url.text == text
    assert (url == CODE) == (text == CODE.text)
