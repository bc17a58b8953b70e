from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from identity.frozen import vectors
from plings.errors import AddressError, PathError, SettingsError, UrlError
from plings.identity import (
    ClassPath,
    Grade,
    Identity,
    Path,
    ScanUrl,
    Verdict,
    check_url,
    format_address,
    make_code,
    parse_address,
    parse_keys,
)

IDENTITY = Identity.from_seed(bytes(range(32)), ClassPath("2.3"))
PATH = Path("2.3.4F.2aB.5.3j")
KEYS = {"2.3": IDENTITY.public_key}
UNSIGNED, SIGNED = make_code(IDENTITY, PATH), make_code(IDENTITY, PATH, signed=True)


@pytest.mark.parametrize("row", vectors("urls", "grades"), ids=lambda row: row["grade"])
def test_grades(row: dict[str, Any]) -> None:
    keys = {row["prefix"]: parse_address(row["manufacturer_key"])} if row["prefix"] else {}
    verdict = check_url(row["text"], keys)
    assert verdict.grade == row["grade"]
    assert verdict.genuine == (row["grade"] in ("class genuine", "tag genuine"))
    assert verdict.reasons
    assert all(reason and reason.isprintable() for reason in verdict.reasons)
    assert verdict.url == (None if row["grade"] == "malformed" else ScanUrl.parse(row["text"]))


def test_grades_go_from_worst_to_best() -> None:
    expected = ["malformed", "unknown manufacturer", "counterfeit class", "class genuine", "tag genuine"]
    assert [str(grade) for grade in Grade] == expected


def test_an_unsigned_code_says_that_it_is_unsigned() -> None:
    assert any("not signed" in reason for reason in check_url(UNSIGNED.text, KEYS).reasons)


def test_a_forged_tag_says_that_its_signature_is_wrong() -> None:
    forged = SIGNED.text[:-86] + "A" * 86
    verdict = check_url(forged, KEYS)
    assert verdict.grade is Grade.COUNTERFEIT_CLASS
    assert any("signature is not the manufacturer's" in reason for reason in verdict.reasons)


def test_a_malformed_code_names_part_and_rule() -> None:
    verdict = check_url(UNSIGNED.text.replace("2.3.4F", "2.3.14F"), KEYS)
    assert "path" in verdict.reasons[0]
    assert "[leading_one]" in verdict.reasons[0]


def test_another_prefix_with_the_same_key_is_unknown() -> None:
    assert check_url(UNSIGNED.text, {"2.31": IDENTITY.public_key, "2": b""}).grade is Grade.UNKNOWN_MANUFACTURER


ANYTHING = st.none() | st.integers() | st.binary() | st.floats() | st.lists(st.text())
PIECES = ["https://s.plings.io", "?", "&", "=", "t", "q", "p", "cp", "i", "s", "2.3.4.5", "1" * 11, "1" * 32, "A" * 86]


@given(st.text(max_size=400) | st.lists(st.sampled_from(PIECES)).map("".join) | ANYTHING)
@example("\ud800")
@example("https://s.plings.io?" + "t=q&" * 70)
@example(UNSIGNED.text + "\n")
def test_no_input_makes_a_check_raise(text: Any) -> None:
    verdict = check_url(text, KEYS)
    assert isinstance(verdict, Verdict)
    assert not verdict.genuine


@given(st.sampled_from([UNSIGNED, SIGNED]), st.data())
def test_no_damaged_code_is_a_genuine_tag(code: ScanUrl, data: st.DataObject) -> None:
    text = code.text
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 4)))
    damaged = text[:start] + data.draw(st.text(max_size=4)) + text[end:]
    verdict = check_url(damaged, KEYS)
    if verdict.grade is Grade.TAG_GENUINE:  # the kind alone is not signed: both carry the same tag
        assert verdict.url is not None
        assert verdict.url.signature == SIGNED.signature
        assert (verdict.url.path, verdict.url.address) == (SIGNED.path, SIGNED.address)


def test_a_caller_s_own_mistakes_do_raise() -> None:
    with pytest.raises(AddressError):
        check_url(UNSIGNED.text, {"2.3": b"short"})
    with pytest.raises(SettingsError):
        check_url(UNSIGNED.text, KEYS, host="S.PLINGS.IO")


@given(st.sampled_from("qn"), st.booleans(), st.integers(1, 57), st.integers(1, 57))
def test_every_code_that_is_made_is_genuine(kind: str, signed: bool, batch: int, instance: int) -> None:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    path = Path(f"2.3.4F.{alphabet[batch]}.{alphabet[instance]}")
    code = make_code(IDENTITY, path, kind, signed)
    verdict = check_url(code.text, KEYS)
    assert verdict.grade is (Grade.TAG_GENUINE if signed else Grade.CLASS_GENUINE)
    assert verdict.url == code
    assert code.address == IDENTITY.instance(path).public_key


def test_a_code_is_not_made_for_another_manufacturer_or_kind() -> None:
    with pytest.raises(PathError) as foreign:
        make_code(IDENTITY, Path("2.4.4F.2aB"))
    assert foreign.value.rule == "foreign"
    with pytest.raises(UrlError) as kind:
        make_code(IDENTITY, PATH, "x")
    assert kind.value.rule == "kind"


def test_keys_are_read_from_json() -> None:
    text = json.dumps({prefix: format_address(key) for prefix, key in KEYS.items()})
    assert parse_keys(text) == KEYS
    assert parse_keys("{}") == {}


GOOD = format_address(IDENTITY.public_key)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"2.3"', "not a JSON object"),
        (f'{{"2.3": "{GOOD}", "2.4": "{GOOD}", "2.3": "{GOOD}"}}', "'2.3' twice"),
        (f'{{"2.3": "{"2" * 32}"}}', "'2.3'"),
        (f'{{"2.3": "{GOOD} "}}', "'2.3'"),
        ('{"2.3": 7}', "'2.3'"),
        ('{"2.3": null}', "'2.3'"),
        ('{"2.3": {"2.3": 1}}', "'2.3'"),
        (f'{{"2": "{GOOD}"}}', "'2'"),
        (f'{{"": "{GOOD}"}}', "''"),
        (f'{{"2.3.4": "{GOOD}"}}', "'2.3.4'"),
        (f'{{"2.13": "{GOOD}"}}', "'2.13'"),
        (f'{{"2.3": "{"1" * 32}"}}', "small order"),
    ],
)
def test_refused_keys(text: str, named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_keys(text)
    assert named in str(caught.value)
