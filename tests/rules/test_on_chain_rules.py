"""The same rules three times: compiled to SBF, compiled natively, and in Python. All answers must be equal."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from rules import calls, twins
from rules.calls import Call
from rules.probe import RULES, native_answers, native_probe, sbf_answer, sbf_probe


@cache
def frozen() -> list[Call]:
    return list(calls.frozen_calls())


@cache
def drawn() -> list[Call]:
    return list(calls.random_calls())


def differences(given: list[Call]) -> list[str]:
    """One line for each call whose three answers differ, enough to repeat it."""
    found = []
    for (rule, data), native in zip(given, native_answers(given), strict=True):
        sbf, right = sbf_answer(rule, data), twins.TWINS[rule](data)
        if sbf != native or native not in right:
            found.append(f"{rule} of {data.hex() or 'nothing'}: SBF {sbf}, natively {native}, in Python {right}")
    return found


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    sbf_probe()
    native_probe()


def test_every_rule_has_a_twin_and_random_inputs() -> None:
    unruled = {"nothing", "path-unparsed"}
    assert twins.TWINS.keys() == set(RULES) - unruled
    assert calls.RANDOM.keys() == twins.TWINS.keys() - {"class-unchecked", "code-unchecked"}


def test_frozen_vectors_are_answered_alike() -> None:
    assert len(frozen()) > 1_900
    assert not differences(frozen())


def test_random_inputs_are_answered_alike() -> None:
    assert len(drawn()) >= 10_000
    assert not differences(drawn())


def test_random_inputs_are_right_and_wrong_in_turn() -> None:
    """Otherwise equal answers would say little."""
    accepted: Counter[str] = Counter()
    for rule, data in drawn():
        answer = twins.TWINS[rule](data)[0]
        says_no = {"tag-checked-by": "00", "tree-includes": "00", "tree-append": "00", "item-count": "00000000"}.get(
            rule, "01"
        )
        accepted[rule] += not answer.startswith(says_no)
    for rule in (
        "path",
        "path-to-pointer",
        "prefix",
        "class-checked",
        "tag-checked-by",
        "tree-includes",
        "item-count",
        "path-to-batch",
    ):
        number, _ = calls.RANDOM[rule]
        assert number * 0.2 < accepted[rule] < number * 0.8, (rule, accepted[rule], number)


def test_what_is_of_no_rules_form_is_refused() -> None:
    given = [("pointer-text", bytes(7)), ("key-text", bytes(31)), ("tree-root", bytes(9)), ("class-pointer", b"\x05a")]
    assert native_answers(given) == ["no answer"] * len(given)
    assert all("Custom(1)" in sbf_answer(rule, data) for rule, data in given)
