"""The frozen vectors are whole and still what their generator writes."""

from __future__ import annotations

import subprocess
import sys

import base58

from identity.frozen import FOLDER, vectors


def test_files_are_what_the_generator_writes() -> None:
    command = [sys.executable, str(FOLDER / "generate.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")


def test_generator_imports_nothing_of_plings() -> None:
    for file in FOLDER.glob("*.py"):
        lines = file.read_text(encoding="utf-8").splitlines()
        assert not [line for line in lines if line.startswith(("import plings", "from plings"))]


def test_class_pointers_cover_what_is_rare() -> None:
    rows = vectors("class_pointers", "valid")
    values = [bytes.fromhex(row["pointer_hex"]) for row in rows]
    assert len(rows) >= 240
    assert len({(row["manufacturer_key"], row["path_to_pointer"]) for row in rows}) >= 240
    assert sum(len(base58.b58encode(value)) < 11 for value in values) >= 10
    assert sum(value[0] == 0 for value in values) >= 4
    assert {row["path_to_pointer"].count(".") + 1 for row in rows} == set(range(2, 15))
