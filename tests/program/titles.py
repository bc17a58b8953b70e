"""Whose an object is: once by all of its log, once by what was shown of it. Two rules that have nothing in common."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

ELSEWHERE, PAID, GAVE, TOOK_SLOT, GAVE_SLOT = range(5)


@dataclass(frozen=True)
class Entry:
    """A leaf: `actor` paid, or gave the object to `owner`; or it is ELSEWHERE, of another object."""

    number: int
    kind: int
    actor: str
    owner: str


Chain = list[tuple[int, str]]
"""From leaf `number` on, the object is `owner`'s."""


def chain_by_log(log: Sequence[Entry]) -> Chain:
    """Whose the object is from when on, by all of its log in order: the rule of ownership, and nothing else.

    A slot's chain is one link, at its payment's number, for whoever the program keeps as the slot's owner.
    """
    chain: Chain = []
    is_slot = False
    for entry in log:
        if not chain and entry.kind in (PAID, TOOK_SLOT):
            chain, is_slot = [(entry.number, entry.owner)], entry.kind == TOOK_SLOT
        elif chain and is_slot and entry.kind == GAVE_SLOT:
            chain = [(chain[0][0], entry.owner)]
        elif chain and not is_slot and entry.kind == GAVE and entry.actor == chain[-1][1] and len(chain) < 100:
            chain.append((entry.number, entry.owner))
    return chain


def slot_of(log: Sequence[Entry]) -> Entry | None:
    """The slot as it can be shown: its payment's number, and its last owner."""
    payments = [entry for entry in log if entry.kind == TOOK_SLOT]
    owners = [entry.owner for entry in log if entry.kind in (TOOK_SLOT, GAVE_SLOT)]
    return Entry(payments[0].number, TOOK_SLOT, owners[-1], owners[-1]) if payments else None


def can_be_shown(log: Sequence[Entry]) -> list[Entry]:
    slot = slot_of(log)
    return [entry for entry in log if entry.kind in (PAID, GAVE)] + ([slot] if slot else [])


@dataclass
class Title:
    """The twin of `rules::title`, with what `challenge_promotion` makes of it; `changes` counts those so far."""

    links: Chain = field(default_factory=list)
    is_slot: bool = False
    changes: int = 0

    def show(self, entry: Entry) -> bool:
        """Whether it changed anything."""
        at = self._place(entry)
        if at is None:
            return False
        self.links[at:] = [(entry.number, entry.owner)]
        self.is_slot = entry.kind == TOOK_SLOT
        self.changes += 1
        return True

    def _place(self, entry: Entry) -> int | None:
        if entry.kind != GAVE:
            return 0 if not self.links or entry.number < self.links[0][0] else None
        before = [link for link in self.links if link[0] < entry.number]
        is_there = any(number == entry.number for number, _ in self.links)
        if self.is_slot or is_there or not before or before[-1][1] != entry.actor:
            return None
        return len(before) if len(before) < 100 else None

    def show_all(self, entries: Iterable[Entry]) -> bool:
        changes = self.changes
        for entry in entries:
            self.show(entry)
        return self.changes > changes


def agreeing(one: Chain, other: Chain) -> int:
    """How many links both begin with."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (left, right) in enumerate(pairs) if left != right), min(len(one), len(other)))
