"""What rules cost on SBF, in compute units. Run as `python -m rules.figures` in `tests`, it records them.

A figure is the difference of two calls with the same input, and so leaves out what every call costs:

- `path_*`, against a call that only reads and answers as that one does;
- `class_check_*`: the prefix's comparison, the hash and its comparison, against parsing the path alone;
- `code_check_*`: `Code::check` with the payment address's seeds, against parsing the path alone;
- others against a call that does nothing, so that reading arguments and writing the answer is in them.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Callable

from identity.frozen import vectors
from plings.identity import Path
from rules import twins
from rules.calls import signed_tag
from rules.probe import ROOT, compute_units

RECORD = ROOT / "benchmarks" / "rules_compute_units.json"
KEY = bytes(range(32))
USUAL_PATH = "2.3.4F.2aB.5.3j"
SHORT_PATH = "2.3.4F.5.3"
LONG_PATH = "2.222222.222222.222222.222222.222222.22222.22222.22222.22222.22222.22222.22222.22222.22222.22222"
LONG_CLASS_PATH = "59" + ".4GmR58" * 12 + ".4GmR5.1.1"
"""The longest prefix, and the longest path to a pointer."""


def more(rule: str, data: bytes, than: str) -> int:
    return compute_units(rule, data) - compute_units(than, data)


def claim(path: str) -> bytes:
    return twins.claim(KEY, twins.class_hash(KEY, path), path, Path.parse(path).prefix)


def class_check(path: str) -> int:
    return more("class-checked", claim(path), than="class-unchecked")


def code_check(path: str) -> int:
    return more("code-checked", claim(path), than="code-unchecked")


def alone(rule: str, data: bytes) -> int:
    return more(rule, data, than="nothing")


def tag(path: str) -> dict[str, str]:
    return next(row for row in vectors("tags", "tags") if row["path"] == path)


def proof(levels: int) -> bytes:
    """The last leaf of a full tree: all siblings on the left."""
    siblings, count = [bytes([level]) * 32 for level in range(levels)], 2**levels
    root = twins.proven_root(KEY, count - 1, count, siblings)
    assert root
    return root + KEY + struct.pack("<QQ", count - 1, count) + b"".join(siblings)


FIGURES: dict[str, Callable[[], int]] = {
    "path_10_bytes": lambda: more("path", SHORT_PATH.encode(), than="path-unparsed"),
    "path_15_bytes": lambda: more("path", USUAL_PATH.encode(), than="path-unparsed"),
    "path_96_bytes": lambda: more("path", LONG_PATH.encode(), than="path-unparsed"),
    "class_check_15_bytes": lambda: class_check(USUAL_PATH),
    "class_check_most": lambda: class_check(LONG_CLASS_PATH),
    "code_check_15_bytes": lambda: code_check(USUAL_PATH),
    "code_check_most": lambda: code_check(LONG_CLASS_PATH),
    "pointer_text": lambda: alone("pointer-text", KEY[:8]),
    "key_text": lambda: alone("key-text", KEY),
    "tag_message_15_bytes": lambda: alone("tag-message", KEY + b"gzgCYKuj9JX" + USUAL_PATH.encode()),
    "tag_message_96_bytes": lambda: alone("tag-message", KEY + b"gzgCYKuj9JX" + LONG_PATH.encode()),
    "tag_checked_by_15_bytes": lambda: alone("tag-checked-by", signed_tag(tag(USUAL_PATH))),
    "tag_checked_by_96_bytes": lambda: alone("tag-checked-by", signed_tag(tag(LONG_PATH))),
    "inclusion_10_levels": lambda: alone("tree-includes", proof(10)),
    "inclusion_20_levels": lambda: alone("tree-includes", proof(20)),
}


def measured() -> dict[str, int]:
    return {name: measure() for name, measure in FIGURES.items()}


if __name__ == "__main__":
    RECORD.write_text(json.dumps(measured(), indent=2) + "\n", encoding="ascii")
