"""The codes that are damaged, and the keys of a shop that knows most of their manufacturers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from vectors.reference import Code, base64url, class_hash, class_of, longest_path, pointer_text, seed_number

WEAK = bytes([1]) + bytes(31)
"""A key of small order: anybody can make signatures that verify under it."""
WEAK_PREFIX = "2.9"
KNOWN, UNKNOWN = ("2.3", "2.4", "59.4GmR58", "3.1"), ("2.5",)
BELOW = ("1.1", "4F.2aB.5.3j", "4F.2aB.5.3k", "4F.2aC.zzzzz.1", "zzzzz.7ue.8.9.2m", "2.2.2.2.2.2.2.2.2.2.2.2.2.2")


@dataclass(frozen=True)
class Goods:
    """Codes as their parameters, each signed; keys by prefix; those keys that are weak."""

    codes: tuple[dict[str, str], ...]
    keys: dict[str, bytes]
    weak: frozenset[bytes]


@cache
def goods() -> Goods:
    paths = [f"{prefix}.{below}" for prefix in KNOWN + UNKNOWN for below in BELOW] + [longest_path()]
    codes = [Code(seed_number(at % 3), path) for at, path in enumerate(paths)]
    codes += [Code(seed_number(0), path) for path in paths]
    keys = {prefix: Code(seed_number(0), f"{prefix}.1.1").key for prefix in KNOWN}
    parts = [{"t": "q", "p": code.path, "cp": code.cp, "i": code.i, "s": code.s} for code in codes]
    return Goods((*parts, *weak_codes()), {**keys, WEAK_PREFIX: WEAK}, frozenset({WEAK}))


def weak_codes() -> list[dict[str, str]]:
    """Forged: signatures that an unwary library takes."""
    address = Code(seed_number(7), f"{WEAK_PREFIX}.1.1").i
    paths = [f"{WEAK_PREFIX}.{below}" for below in BELOW[:3]]
    forged = base64url(WEAK + bytes(32))
    return [
        {"t": "q", "p": path, "cp": pointer_text(class_hash(WEAK, class_of(path))), "i": address, "s": forged}
        for path in paths
    ]
