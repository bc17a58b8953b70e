"""A wallet's seed, which never appears in any output."""

from __future__ import annotations

import sys

from plings.identity import parse_seed_hex

LONGEST_INPUT = 1024


def read_seed(text: str) -> bytes:
    """The seed that `--seed` gives; `-` reads it from stdin. Raises SeedError."""
    if text == "-":
        text = sys.stdin.buffer.read(LONGEST_INPUT).decode("ascii", "replace").strip()
    return parse_seed_hex(text)
