"""The program's error codes are public: none changes, new ones are added at the end."""

from __future__ import annotations

import json

from identity.frozen import FOLDER
from plings.program import errors
from plings.program.interface import IDL

FROZEN: dict[str, int] = json.loads((FOLDER / "errors.json").read_text(encoding="ascii"))


def test_the_idl_has_the_frozen_codes() -> None:
    assert {error["name"]: error["code"] for error in IDL["errors"]} == FROZEN


def test_codes_follow_one_another() -> None:
    assert list(FROZEN.values()) == list(range(errors.FIRST_CODE, errors.FIRST_CODE + len(FROZEN)))


def test_each_code_has_its_exception() -> None:
    assert {raised.__name__: code for code, raised in errors.BY_CODE.items()} == FROZEN
