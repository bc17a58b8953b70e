"""Writes the frozen vectors: what Python and Rust must both answer, byte for byte.

With `--check` it writes nothing and says which files are not what it would write. Published vectors never change; new
ones may be added.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from commitment_rows import commitments
from dash_rows import dash
from gs1_rows import gs1
from path_rows import paths
from pointer_rows import class_pointers
from receipt_rows import receipts
from reference import Row
from slip10_rows import slip10_file
from url_rows import tags, urls

FOLDER = Path(__file__).parent


def files() -> dict[str, dict[str, list[Row]]]:
    return {
        "class_pointers.json": class_pointers(),
        "dash.json": dash(),
        "gs1.json": gs1(),
        "commitments.json": commitments(),
        "paths.json": paths(),
        "receipts.json": receipts(),
        "slip10.json": slip10_file(),
        "tags.json": tags(),
        "urls.json": urls(),
    }


def written(tables: dict[str, list[Row]]) -> str:
    """One row to a line, ASCII only."""
    parts = [
        f"{json.dumps(name)}: [\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]"
        for name, rows in tables.items()
    ]
    return "{" + ",\n".join(parts) + "}\n"


def main(arguments: list[str]) -> int:
    stale = []
    for name, tables in files().items():
        file, text = FOLDER / name, written(tables)
        if arguments == ["--check"]:
            if not file.is_file() or file.read_text(encoding="ascii") != text:
                stale.append(name)
        else:
            file.write_text(text, encoding="ascii")
    for name in stale:
        print(f"{name} is not what generate.py writes", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
