from __future__ import annotations

import json
from functools import cache

import pytest

from identity.frozen import vectors
from plings.identity import Path, parse_address
from rules import figures, twins
from rules.probe import sbf_answer, sbf_probe

CLASS_CHECK_UNITS = 300
STALE = 0.9
"""A record that is this far above what is measured tells nobody anything."""


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    sbf_probe()


@cache
def measured() -> dict[str, int]:
    return figures.measured()


def test_the_record_names_every_figure() -> None:
    assert json.loads(figures.RECORD.read_text(encoding="ascii")).keys() == figures.FIGURES.keys()


@pytest.mark.parametrize("name", figures.FIGURES)
def test_nothing_costs_more_than_on_record(name: str) -> None:
    recorded = json.loads(figures.RECORD.read_text(encoding="ascii"))[name]
    assert recorded * STALE <= measured()[name] <= recorded, "python -m rules.figures records anew"


def test_class_check_is_cheap_for_every_frozen_class() -> None:
    costs = []
    for row in vectors("class_pointers", "valid"):
        path = Path.parse(f"{row['path_to_pointer']}.1.1")
        key = parse_address(row["manufacturer_key"])
        claim = twins.claim(key, bytes.fromhex(row["pointer_hex"]), path.text, path.prefix)
        costs.append(figures.more("class-checked", claim, than="class-unchecked"))
    assert max(costs) <= CLASS_CHECK_UNITS
    assert min(costs) > 100, "a check without a hash"


def test_class_check_is_cheap_at_its_dearest() -> None:
    path = Path.parse(figures.LONG_CLASS_PATH)
    assert (len(path.prefix), len(path.path_to_pointer)) == (9, 92)
    assert measured()["class_check_most"] <= CLASS_CHECK_UNITS


def test_what_is_measured_is_accepted() -> None:
    for path in (figures.USUAL_PATH, figures.LONG_CLASS_PATH):
        rules = ("class-checked", "class-unchecked", "code-checked", "code-unchecked")
        answers = {sbf_answer(rule, figures.claim(path)) for rule in rules}
        assert len(answers) == 1 and answers.pop().startswith("00")
    for levels in (10, 20):
        assert sbf_answer("tree-includes", figures.proof(levels)) == "01"
    for path in (figures.USUAL_PATH, figures.LONG_PATH):
        assert sbf_answer("tag-checked-by", figures.signed_tag(figures.tag(path))) == "01"
