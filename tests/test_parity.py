"""What has one name has it everywhere: an instruction in Rust, in Python, in the tests, in the figures, in the IDL."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from plings.program import instructions
from plings.program.errors import BY_CODE
from plings.program.interface import IDL

ROOT = Path(__file__).resolve().parents[1]
RUST = ROOT / "programs/plings/src"
INSTRUCTIONS = sorted(instruction["name"] for instruction in IDL["instructions"])


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_instruction_has_a_file_of_its_name_everywhere(name: str) -> None:
    assert (RUST / f"instructions/{name}.rs").is_file()
    assert (ROOT / f"client/plings/program/instructions/{name}.py").is_file()
    assert (ROOT / f"tests/program/test_{name}.py").is_file()
    assert name in instructions.__all__


@pytest.mark.parametrize("name", INSTRUCTIONS)
def test_an_instruction_has_a_compute_figure(name: str) -> None:
    figures = json.loads((ROOT / "benchmarks/compute_units.json").read_text())
    assert any(key.split("/")[0] == name for key in figures)


def test_no_instruction_file_is_left_over() -> None:
    shared = {"mod", "code", "title"}
    files = {path.stem for path in (RUST / "instructions").glob("*.rs")}
    assert files - shared == set(INSTRUCTIONS)


def test_the_idl_has_every_error_of_the_source_in_its_order() -> None:
    source = (RUST / "errors.rs").read_text()
    names = re.findall(r'#\[msg\(".*"\)\]\s+(\w+),', source)
    assert [error.__name__ for _, error in sorted(BY_CODE.items())] == names


def test_a_module_doc_names_only_errors_that_exist() -> None:
    known = {error.__name__ for error in BY_CODE.values()}
    for path in (RUST / "instructions").glob("*.rs"):
        doc = " ".join(line[3:].strip() for line in path.read_text().splitlines() if line.startswith("//!"))
        listed = re.findall(r"Errors: (.*?)(?:;|\.$|\. )", doc + " ")
        named = {name for part in listed for name in re.findall(r"\b[A-Z][A-Za-z]+\b", re.sub(r"\(.*?\)", "", part))}
        assert named <= known, f"{path.name}: {named - known}"


def test_decisions_are_numbered_without_a_gap() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
