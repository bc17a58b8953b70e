"""Leaves of payment logs, against the frozen bytes and hashes that the program's own tests answer, too."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from identity.frozen import FOLDER, vectors
from plings.identity import ClassPointer, Path
from plings.proofs import Kind, Leaf

ROWS = vectors("leaves", "leaves")
BYTES = ("payment_log", "actor", "owner", "address")
NUMBERS = ("number", "timestamp", "amount_lamports")


def frozen(row: dict[str, Any]) -> Leaf:
    keys = {name: bytes.fromhex(row[name]) for name in BYTES}
    numbers = {name: int(row[name]) for name in NUMBERS}
    pointer = ClassPointer(bytes.fromhex(row["class_pointer"]))
    return Leaf(kind=Kind(row["kind"]), class_pointer=pointer, path=Path.parse(row["path"]), **keys, **numbers)


def test_the_file_is_what_its_generator_prints() -> None:
    command = [sys.executable, str(FOLDER / "leaf_rows.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == (FOLDER / "leaves.json").read_text(encoding="ascii")


def test_every_kind_and_two_dozen_leaves_are_there() -> None:
    assert {row["kind"] for row in ROWS} == set(Kind) == {1, 2, 3, 4}
    assert len({row["hash"] for row in ROWS}) == len(ROWS) >= 24


@pytest.mark.parametrize("row", ROWS, ids=range(len(ROWS)))
def test_leaf_has_its_bytes_and_hash(row: dict[str, Any]) -> None:
    leaf = frozen(row)
    assert (leaf.data.hex(), leaf.hash.hex()) == (row["data"], row["hash"])


def test_every_field_changes_the_hash() -> None:
    leaf = frozen(ROWS[0])
    changes: list[dict[str, Any]] = [{name: bytes(32)} for name in BYTES]
    changes += [{name: 7} for name in NUMBERS]
    changes += [
        {"kind": Kind.TRANSFER},
        {"class_pointer": ClassPointer(bytes(8))},
        {"path": Path.parse("2.3.2.G.3k")},
    ]
    assert {next(iter(change)) for change in changes} == set(Leaf.__dataclass_fields__)
    assert len({leaf.hash, *(replace(leaf, **change).hash for change in changes)}) == 1 + len(changes)


def test_object_is_path_pointer_and_address_together() -> None:
    leaf = frozen(ROWS[0])
    assert replace(leaf, number=5, actor=bytes(32), kind=Kind.TRANSFER).object_key == leaf.object_key
    others = ({"address": bytes(32)}, {"class_pointer": ClassPointer(bytes(8))}, {"path": Path.parse("2.3.2.G.3k")})
    for other in others:
        assert replace(leaf, **other).object_key != leaf.object_key
