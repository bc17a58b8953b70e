"""The answer: in grades, with reasons, and with what would settle what is open."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """What the wallet is to the object."""

    OWNER = "owner"
    NOT_OWNER = "not owner"
    UNRESOLVED = "unresolved"


class Grade(StrEnum):
    """How it is known, the strongest first."""

    PROVED = "proved"
    """by the chain's accounts, or by all leaves of the log, which have the root that the program keeps"""
    SHOWN = "shown"
    """leaves are proved, and a quorum says that none is missing, which only all leaves could prove"""
    INDEXED = "indexed"
    """the own index says it, whole and final, and the chain was not asked or could not be"""
    ASSERTED = "asserted"
    """a quorum says it, and nobody proved anything"""
    OPEN = "open"
    """unresolved"""


@dataclass(frozen=True)
class Verdict:
    """Whether the wallet owns the object, how that is known, and why. Texts are one line each.

    `owner` is whose the object is (32 bytes); None where nobody owns it, or where that is unresolved. `by` names the
    evidence in a word or two. `to_settle` is what would settle what is unresolved; `cautions` is what may change it.
    """

    standing: Standing
    grade: Grade
    owner: bytes | None
    by: str
    reasons: tuple[str, ...]
    to_settle: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()

    @property
    def is_resolved(self) -> bool:
        return self.standing is not Standing.UNRESOLVED
