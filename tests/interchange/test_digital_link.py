"""GS1 Digital Links: each code has one, each link one code, and nothing else is one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import GtinError, IdentityError, LinkError, SettingsError
from plings.identity import ClassPath, Identity, Path, ScanUrl, format_segment, make_code
from plings.interchange import DigitalLink, epc_uri, gtin_14, sgtin_urn
from plings.interchange.digital_link import LINK_LIMIT
from plings.interchange.serial import LONGEST

MAKER = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
GTIN = "9506000134352"
CODE = make_code(MAKER, Path("2.3.2.G.3j"))
LINK = DigitalLink(CODE, GTIN)

ODD = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"%&'()*+,-./:;<=>?_")
"""GS1's character set 82, of which serials and lots are made."""


@pytest.mark.parametrize("row", vectors("gs1", "valid"), ids=lambda row: row["link"][:60])
def test_a_frozen_link_is_made_and_read(row: dict[str, Any]) -> None:
    code = ScanUrl.parse(row["url"])
    link = DigitalLink(code, row["gtin"], bool(row["lot"]), row["host"])
    assert (link.text, link.serial, link.epc) == (row["link"], row["serial"], row["epc"])
    assert DigitalLink.parse(row["link"], host=row["host"]) == link
    assert epc_uri(code.path, row["gtin"]) == row["epc"]
    assert sgtin_urn(code.path, row["gtin"], 7) == row["sgtin"]


@pytest.mark.parametrize("row", vectors("gs1", "refused"), ids=lambda row: row["rule"])
def test_a_frozen_text_is_no_link(row: dict[str, Any]) -> None:
    with pytest.raises(IdentityError) as caught:
        DigitalLink.parse(row["text"])
    assert caught.value.rule == row["rule"]
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("row", vectors("gs1", "gtins"), ids=lambda row: row["text"])
def test_a_gtin_has_14_digits(row: dict[str, Any]) -> None:
    assert gtin_14(row["text"]) == row["gtin"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [(None, "not_text"), ("", "digits"), ("950600013435", "check_digit"), ("123", "length"), ("٩٥٠٥٠٠٠٣", "digits")],
)
def test_what_is_no_gtin_is_refused(text: Any, rule: str) -> None:
    with pytest.raises(GtinError) as caught:
        gtin_14(text)
    assert caught.value.rule == rule


SEGMENTS = st.lists(st.integers(0, 2**31 - 1).map(format_segment), min_size=2, max_size=13)


@settings(max_examples=60)
@given(SEGMENTS, st.booleans(), st.booleans(), st.sampled_from("qn"))
def test_every_code_comes_back_from_its_link(segments: list[str], signed: bool, lot: bool, kind: str) -> None:
    text = ".".join(["2.3", *segments])
    code = make_code(MAKER, Path(text if len(text) <= 96 else "2.3.2.3"), kind, signed)
    try:
        link = DigitalLink(code, GTIN, lot)
    except LinkError as error:
        assert error.rule == "lot_too_long" and lot
        return
    assert DigitalLink.parse(link.text) == link
    assert len(link.text) <= LINK_LIMIT and len(link.serial) <= LONGEST and ODD.issuperset(link.serial)


@settings(max_examples=300)
@given(st.text(max_size=40), st.integers(0, 400))
def test_a_changed_link_is_refused_or_another_one(noise: str, at: int) -> None:
    text = LINK.text[:at] + noise + LINK.text[at + 1 :]
    try:
        found = DigitalLink.parse(text)
    except IdentityError:
        return
    assert DigitalLink.parse(found.text) == found
    assert (found == LINK) == (text == LINK.text) or sorted(text) == sorted(LINK.text)


def test_two_long_paths_have_two_serials() -> None:
    codes = [make_code(MAKER, Path(f"2.3.2.3.4.5.6.7.8.9.{last}")) for last in ("A", "B")]
    first, second = (DigitalLink(code, GTIN) for code in codes)
    assert first.serial != second.serial and first.serial.startswith("_")
    with pytest.raises(LinkError, match="serial"):
        DigitalLink.parse(first.text.replace(f"p={codes[0].path}", f"p={codes[1].path}"))


def test_the_longest_link_is_within_the_limit() -> None:
    row = next(row for row in vectors("gs1", "valid") if len(row["serial"]) < 20 and "&s=" in row["link"])
    longest = max((row["link"] for row in vectors("gs1", "valid")), key=len)
    assert len(longest) <= LINK_LIMIT, row
    assert len(longest.replace("id.gs1.org", "h" * 63 + ".example")) <= LINK_LIMIT


@pytest.mark.parametrize("host", ["", "A.example", "a..b", "-a.b", "a/b", "a:1", "x" * 101, "ä.b"])
def test_a_host_that_is_none_is_refused(host: str) -> None:
    for attempt in (lambda: replace(LINK, host=host), lambda: DigitalLink.parse(LINK.text, host=host)):
        with pytest.raises(SettingsError):
            attempt()


@pytest.mark.parametrize("digits", [5, 13])
def test_a_company_prefix_has_6_to_12_digits(digits: int) -> None:
    with pytest.raises(GtinError, match="company_prefix"):
        sgtin_urn(CODE.path, GTIN, digits)
