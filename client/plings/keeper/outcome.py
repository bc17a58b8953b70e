"""How a keeper's duties ended."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from solders.signature import Signature

from plings.keeper.duties import Duty


class Ending(StrEnum):
    DONE = "done"
    WOULD = "would"
    """a dry run: it would have been sent"""
    BY_ANOTHER = "by_another"
    """somebody was faster; nothing but a fee can have been paid"""
    NO_FUNDS = "no_funds"
    OVER_BUDGET = "over_budget"
    UNRESOLVED = "unresolved"
    """it may have taken effect: the next round looks"""
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """A duty, how it ended, and why. `lamports` is what it cost, or may have."""

    duty: Duty
    ending: Ending
    text: str
    lamports: int = 0
    signature: Signature | None = None
    checkpoint_id: int | None = None


@dataclass(frozen=True)
class Round:
    """One look at all logs, and what came of it. `trouble` says why it could not be finished."""

    logs: int = 0
    outcomes: tuple[Outcome, ...] = ()
    tiles: int = 0
    """tiles of hashes that were made for the index"""
    mismatches: tuple[str, ...] = ()
    """payment logs, in base58, of which what is indexed is not what the program's root stands for"""
    trouble: str | None = None

    def count(self, ending: Ending) -> int:
        return sum(outcome.ending is ending for outcome in self.outcomes)
