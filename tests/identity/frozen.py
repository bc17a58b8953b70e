"""The frozen vectors, and where they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[1] / "vectors"


def vectors(name: str, table: str) -> list[dict[str, Any]]:
    """The rows of one table of `tests/vectors/{name}.json`."""
    rows: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.json").read_text(encoding="ascii"))[table]
    assert rows
    return rows
