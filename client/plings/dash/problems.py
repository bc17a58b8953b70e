"""What stands in the way of a migration: each legacy path that has no place, or more than one, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from plings.errors import MigrationRefused, shown

MOST: Final = 1000
"""Problems that are named. Beyond, something else is wrong with the whole."""


@dataclass(frozen=True)
class Problem:
    """`where` is a line or a class, `old` the legacy text, `rule` a stable identifier, `reason` for people."""

    where: str
    old: str
    rule: str
    reason: str

    def __str__(self) -> str:
        return f"{self.where}: {shown(self.old)}: {self.reason}"


def refuse_for(problems: Iterable[Problem]) -> None:
    """Nothing where there is none. Raises MigrationRefused."""
    found = tuple(problems)
    if found:
        rest = f", and {len(found) - 1:,} more" if len(found) > 1 else ""
        raise MigrationRefused(f"{found[0]}{rest}", found[0].rule, found)
