"""Every refusal of the program is a class of its own, and a test provokes it."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from plings.chain import PROGRAM_ERRORS
from plings.errors import Failure, TransactionError
from plings.program import PROGRAM_ID, errors
from plings.program.interface import IDL

HERE = Path(__file__).parent
SOURCE = HERE.parents[1] / "programs" / "plings" / "src"
INSTRUCTIONS = [instruction["name"] for instruction in IDL["instructions"]]
_DOCUMENTED = re.compile(r"Errors: (.*?)(?:;|$)", re.DOTALL)


def documented(instruction: str) -> set[str]:
    """The errors that the instruction's own Rust file says it can raise."""
    lines = (SOURCE / "instructions" / f"{instruction}.rs").read_text().splitlines()
    words = " ".join(line.removeprefix("//!").strip() for line in lines if line.startswith("//!"))
    found = _DOCUMENTED.search(words)
    assert found, f"{instruction}.rs does not say which errors it can raise"
    return set(re.findall(r"[A-Z][A-Za-z]+", found[1])) & names()


def names() -> set[str]:
    return {error.__name__ for error in errors.BY_CODE.values()}


@cache
def provoked(file: Path) -> set[str]:
    """Each `errors.X` that a test file asks for: where a test asks in vain, it fails."""
    tree = ast.parse(file.read_text())
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in attributes if isinstance(node.value, ast.Name) and node.value.id == "errors"}


@pytest.mark.parametrize("name", sorted(names()))
def test_every_error_is_provoked(name: str) -> None:
    asking = [file.name for file in HERE.glob("test_*.py") if file != Path(__file__) and name in provoked(file)]
    assert asking, f"no test provokes {name}"


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_every_error_of_an_instruction_is_provoked_in_its_file(instruction: str) -> None:
    missing = documented(instruction) - provoked(HERE / f"test_{instruction}.py")
    assert not missing


@pytest.mark.parametrize("instruction", INSTRUCTIONS)
def test_every_error_that_an_instruction_names_is_documented(instruction: str) -> None:
    """Overflow alone is not: no sum that a check has let through is too large for it."""
    source = (SOURCE / "instructions" / f"{instruction}.rs").read_text()
    assert set(re.findall(r"PlingsError::([A-Za-z]+)", source)) - {"Overflow"} <= documented(instruction)


def test_classes_are_those_of_the_interface() -> None:
    listed = {error["code"]: (error["name"], error["msg"]) for error in IDL["errors"]}
    assert {code: (error.__name__, error.message) for code, error in errors.BY_CODE.items()} == listed
    assert list(listed) == list(range(6_000, 6_000 + len(listed)))


def test_classes_are_those_of_the_source() -> None:
    variants = re.findall(r'#\[msg\("(.*)"\)\]\s+(\w+),', (SOURCE / "errors.rs").read_text())
    assert [(error["msg"], error["name"]) for error in IDL["errors"]] == variants


@pytest.mark.parametrize("code", errors.BY_CODE)
def test_code_becomes_its_class(code: int) -> None:
    error = errors.exception_for(_failure(code))
    assert (error.code, error) == (code, errors.BY_CODE[code])
    raised = error("", failure=_failure(code))
    assert str(raised) == f"{error.message} [{error.__name__}]"
    assert issubclass(error, errors.ProgramError) and issubclass(error, TransactionError)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (None, errors.ProgramError),
        (2_000, errors.FrameworkError),
        (5_999, errors.FrameworkError),
        (1_999, errors.ProgramError),
        (6_000 + len(errors.BY_CODE), errors.ProgramError),
        (2**32 - 1, errors.ProgramError),
    ],
)
def test_code_of_no_error_of_ours_has_a_class_too(code: int | None, expected: type[errors.ProgramError]) -> None:
    assert errors.exception_for(_failure(code)) is expected


@pytest.mark.parametrize("name", sorted(errors.ACCOUNT_CHECKS))
def test_check_without_a_number_has_a_class(name: str) -> None:
    assert errors.exception_for(Failure(name=name, text="", program_id=PROGRAM_ID)) is errors.AccountRefused


def test_clusters_raise_them() -> None:
    assert PROGRAM_ERRORS[PROGRAM_ID] is errors.exception_for


def test_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="NoSuchError"):
        _ = errors.NoSuchError


def _failure(code: int | None) -> Failure:
    return Failure(name="Custom", text="", program_id=PROGRAM_ID, custom_code=code)
