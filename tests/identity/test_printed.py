"""What is recognized at a glance is what parsing finds; everything else is left to parsing."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import IdentityError, SettingsError
from plings.identity import (
    ALPHABET,
    DEFAULT_HOST,
    ClassPath,
    ClassPointer,
    Grade,
    Identity,
    Path,
    ScanUrl,
    Verdict,
    check_url,
    format_address,
    make_code,
)
from plings.identity.printed import PrintedCode

IDENTITY = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
KEYS = {"2.3": IDENTITY.public_key}
SIGNED = make_code(IDENTITY, Path("2.3.4F.2aB.5.3j"), signed=True)
QUERY = SIGNED.text.partition("?")[2]

digits = st.text(ALPHABET, min_size=1, max_size=6)
paths = st.lists(digits, min_size=3, max_size=17).map(lambda segments: ".".join(["2", *segments]))
keys32 = st.binary(min_size=32, max_size=32) | st.binary(min_size=31, max_size=31).map(lambda key: b"\0" + key)
codes = st.builds(
    lambda kind, path, pointer, address, signature: (
        f"https://s.plings.io?t={kind}&p={path}&cp={pointer}&i={address}{signature}"
    ),
    st.sampled_from("qnx"),
    paths,
    st.binary(min_size=8, max_size=8).map(lambda value: ClassPointer(value).text)
    | st.text(ALPHABET, min_size=11, max_size=11),
    keys32.map(format_address) | st.text(ALPHABET, min_size=42, max_size=45),
    st.sampled_from(["", f"&s={SIGNED.text[-86:]}", f"&s={SIGNED.text[-86:-1]}B", "&s="]),
)


def agree(text: Any) -> PrintedCode | None:
    """What is recognized, once parsing was seen to find the same."""
    found = PrintedCode.recognize(text, DEFAULT_HOST)
    if found is not None:
        assert found == PrintedCode.of(ScanUrl.parse(text))
    return found


@given(codes)
@example(SIGNED.text)
def test_what_is_recognized_is_what_parsing_finds(text: str) -> None:
    agree(text)


@given(st.integers(0, len(SIGNED.text)), st.integers(0, 4), st.text(max_size=3) | st.text(ALPHABET, max_size=3))
@example(len(SIGNED.text), 0, "\n")
@example(len(SIGNED.text) - 1, 1, "B")
def test_nothing_damaged_is_recognized_that_parsing_refuses(at: int, gone: int, put: str) -> None:
    agree(SIGNED.text[:at] + put + SIGNED.text[at + gone :])


@pytest.mark.parametrize("row", vectors("urls", "refused"), ids=lambda row: row["rule"])
def test_nothing_refused_is_recognized(row: dict[str, Any]) -> None:
    assert PrintedCode.recognize(row["text"], DEFAULT_HOST) is None


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("kind", ["q", "n"])
def test_every_usual_code_is_recognized(kind: str, signed: bool) -> None:
    recognized = [
        agree(make_code(IDENTITY, Path(f"2.3.{'4F.2aB.' * levels}5.{instance}"), kind, signed).text)
        for levels in range(6)
        for instance in ("1", "3j", "zzzzz")
    ]
    assert None not in recognized


@pytest.mark.parametrize(
    ("part", "largest", "above"),
    [
        ("cp=[^&]+", "cp=jpXCZedGfVQ", "cp=jpXCZedGfVR"),
        ("i=[^&]+", "i=" + format_address(b"\xff" * 32), "i=" + format_address(b"\xff" * 32)[:-1] + "H"),
        ("p=2", "p=59", "p=61"),
    ],
)
def test_the_largest_of_each_part(part: str, largest: str, above: str) -> None:
    head = "https://s.plings.io?"
    assert agree(head + re.sub(part, largest, QUERY, count=1)) is not None
    text = head + re.sub(part, above, QUERY, count=1)
    assert agree(text) is None
    with pytest.raises(IdentityError):
        ScanUrl.parse(text)


def test_the_smallest_address_of_43_digits() -> None:
    smallest = format_address(b"\1" + bytes(31))
    below = format_address(b"\0" + b"\xff" * 31)[1:]
    assert (len(smallest), len(below)) == (43, 43)
    assert agree(re.sub("i=[^&]+", f"i={smallest}", SIGNED.text)) is not None
    assert agree(re.sub("i=[^&]+", f"i={below}", SIGNED.text)) is None


@pytest.mark.parametrize("text", [None, 7, SIGNED.text.encode(), [SIGNED.text]])
def test_what_is_no_text_is_left_to_parsing(text: Any) -> None:
    assert agree(text) is None
    assert check_url(text, KEYS).grade is Grade.MALFORMED


def test_each_host_has_its_own_codes() -> None:
    elsewhere = make_code(IDENTITY, SIGNED.path, host="codes.example.com")
    assert PrintedCode.recognize(elsewhere.text, "codes.example.com")
    assert PrintedCode.recognize(elsewhere.text, "codes-example.com") is None
    assert PrintedCode.recognize(elsewhere.text.replace(".", "x"), "codes.example.com") is None
    with pytest.raises(SettingsError):
        PrintedCode.recognize(elsewhere.text, "Codes.Example.com")


def test_verdicts_are_the_same_for_a_code_that_is_parsed() -> None:
    """The parameters in another order say the same, and are not recognized."""
    for text in (SIGNED.text, SIGNED.text.replace("5.3j", "5.3k"), SIGNED.text.replace("cp=", "cp=2")):
        head, _, query = text.partition("?")
        turned = f"{head}?{'&'.join(reversed(query.split('&')))}"
        assert agree(turned) is None
        one, other = check_url(text, KEYS), check_url(turned, KEYS)
        assert one.grade is other.grade
        assert one.url == other.url
        if one.grade is not Grade.MALFORMED:
            assert one.reasons == other.reasons


def test_a_verdict_s_code_is_that_of_its_text() -> None:
    verdict = check_url(SIGNED.text, KEYS)
    assert verdict.url == SIGNED
    assert Verdict(Grade.MALFORMED, ("why",), SIGNED.text, DEFAULT_HOST).url is None
