"""What a pattern is, and what it tells of what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from plings.registry.database import Connection

EVIDENCE: Final = 10
"""How many transactions a finding names at most."""
SHOWN: Final = 5
"""How many paths or wallets a message names at most."""

Thresholds = Mapping[str, int]
"""A pattern's own, by name."""


@dataclass(frozen=True)
class Evidence:
    """A transaction that shows it, by its number here, with the path and the wallet where it has one."""

    transaction_no: int
    path: str | None = None
    wallet: bytes | None = None


@dataclass(frozen=True)
class Suspicion:
    """One thing that fits a pattern. What has the same `key` is the same thing, seen again."""

    key: str
    severity: str
    message: str
    evidence: tuple[Evidence, ...]
    """the newest, at most EVIDENCE"""
    details: Mapping[str, Any] = field(default_factory=dict)
    prefixes: frozenset[str] = frozenset()
    """of the manufacturers that it is about"""


@dataclass(frozen=True)
class Pattern:
    """`find` asks the temporary tables of `plings.monitoring.facts` and what is indexed, in the look's transaction.

    `sees_whole`: it finds a thing again whenever something of it came or was undone, if it is still so. Otherwise each
    piece of evidence shows it alone, and it holds as long as one is left.
    """

    name: str
    title: str
    meaning: str
    remedy: str
    sees_whole: bool
    find: Callable[[Connection, Thresholds], Iterable[Suspicion]]

    @property
    def alert_type(self) -> str:
        return f"MONITOR_{self.name.upper()}"


def evidence_of(rows: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """From JSON that a query gathered, keys in hexadecimal."""
    return tuple(
        Evidence(row["transaction_no"], row.get("path"), bytes.fromhex(row["wallet"]) if row.get("wallet") else None)
        for row in rows
    )


def prefix_of(path: str) -> str:
    """The manufacturer's of a path: its first two segments."""
    return ".".join(path.split(".", 2)[:2])


def some(texts: Iterable[str]) -> str:
    """The first of them, and how many there are besides: `2.3.2.G.3j, 2.3.2.G.3k and 7 more`."""
    every = list(texts)
    shown = ", ".join(every[:SHOWN])
    return shown if len(every) <= SHOWN else f"{shown} and {len(every) - SHOWN:,} more"
