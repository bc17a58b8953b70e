"""What sources tell that are no node: batches as they were planned, and files."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from indexer.faults.history import Deed, History, cut, end_of_slot
from plings.indexer import Batch, RawTransaction


def told_batches(chance: random.Random, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> list[Batch]:
    """Batches of a source that keeps to the contract, in any order that it allows, some of them twice."""
    return _Telling(chance, history, ghosts, drawn).all()


class _Telling:
    """What was told so far: of each transaction the slot, where it was confirmed last, and whose logs were cut."""

    def __init__(self, chance: random.Random, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> None:
        self._chance, self._history, self._ghosts, self._drawn = chance, history, ghosts, drawn
        self._final = history.final
        self._batches: list[Batch] = []
        self._confirmed: dict[bytes, int] = {}
        self._cut: set[bytes] = set()

    def all(self) -> list[Batch]:
        done = 0
        while done < len(self._final):
            if self._chance.random() < 0.3:
                self._in_any_order()
            if self._chance.random() < 0.5:
                self._confirmed_after(done)
            if self._batches and self._chance.random() < 0.2:
                self._again()
            done = self._finalized(done)
        self._end()
        return self._batches

    def _tell(self, batch: Batch) -> None:
        self._batches.append(batch)
        for raw in batch.transactions:
            self._confirmed[raw.signature] = raw.slot if batch.commitment == "confirmed" else -1

    def _in_any_order(self) -> None:
        """Early or again, with cut logs or whole."""
        few = self._chance.sample(self._final, self._chance.randint(1, min(len(self._final), 15)))
        cuts = [cut(raw) if self._chance.random() < 0.3 else raw for raw in few]
        self._cut |= {raw.signature for raw, whole in zip(cuts, few, strict=True) if raw is not whole}
        self._drawn["logs cut for a time"] += sum(raw is not whole for raw, whole in zip(cuts, few, strict=True))
        self._drawn["told in another order, or again"] += len(few)
        self._tell(Batch(cuts))

    def _confirmed_after(self, done: int) -> None:
        """On this fork or on another."""
        if self._chance.random() < 0.4:
            tail = self._final[done : done + 8]
            self._tell(Batch(self._chance.sample(tail, len(tail)), commitment="confirmed"))
        else:
            tail = self._history.fork(self._chance, done, 8, self._ghosts)
            self._drawn["fork: transactions in other slots, or never"] += len(tail)
            self._tell(Batch(tail, commitment="confirmed"))

    def _again(self) -> None:
        """What was told is told again, and may be long decided."""
        self._drawn["batches told again later"] += 1
        self._tell(replace(self._chance.choice(self._batches), told_before=()))

    def _finalized(self, done: int) -> int:
        """The next ones are final: some of them are told only by name, where they were told as confirmed."""
        upto = end_of_slot(self._final, done + self._chance.randint(1, max(8, len(self._final) // 3)))
        names = self._chance.random() < 0.7
        told = [
            (raw.signature, raw.slot)
            for raw in self._final[done:upto]
            if names and self._confirmed.get(raw.signature) == raw.slot
        ]
        by_name = {signature for signature, _ in told}
        whole = [raw for raw in self._final[done:upto] if raw.signature not in by_name]
        self._chance.shuffle(whole)
        self._tell(Batch(whole, told_before=told, complete_through=self._final[upto - 1].slot))
        return upto

    def _end(self) -> None:
        """Whose logs were cut for a time is told whole, sometimes all is told again; what comes late is of a fork."""
        again = self._chance.random() < 0.2
        whole = [raw for raw in self._final if again or raw.signature in self._cut]
        self._chance.shuffle(whole)
        self._tell(Batch(whole, complete_through=self._final[-1].slot + 100))
        late = self._history.fork(self._chance, len(self._final) // 2, 8, self._ghosts)
        self._tell(Batch(late, commitment="confirmed"))


def file_records(
    chance: random.Random, history: History, drawn: Counter[str]
) -> tuple[list[RawTransaction], float | None]:
    """A file with everything, much of it twice, some of it cut, in any order; or in its own."""
    records = list(history.final)
    again = chance.sample(records, chance.randint(0, len(records)))
    cuts = [cut(raw) for raw in chance.sample(records, chance.randint(0, len(records) // 2))]
    drawn["told in another order, or again"] += len(again)
    drawn["logs cut for a time"] += sum(not raw.is_whole for raw in cuts)
    records += [*again, *cuts]
    if chance.random() < 0.7:
        chance.shuffle(records)
    early = chance.random() if chance.random() < 0.3 else None
    drawn["file that ends early"] += early is not None
    return records, early
