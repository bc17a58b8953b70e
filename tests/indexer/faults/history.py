"""What truly happened: the transactions of a chain in order, and each of them as forks have it."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from indexer.made import START_UNIX, config_transaction, transaction_of
from indexer.traffic import happenings
from plings.indexer import RawTransaction
from plings.indexer.transaction import TRUNCATED
from plings.proofs import Leaf


@dataclass(frozen=True)
class Deed:
    """A transaction that somebody sent: it lands in some slot, its leaf at some number."""

    raw: RawTransaction
    leaf: Leaf | None = None
    is_cut: bool = False
    """whether the runtime cut its logs, wherever it lands"""

    @property
    def signature(self) -> bytes:
        return self.raw.signature

    def at(self, slot: int, position: int, number: int | None = None) -> RawTransaction:
        """As it is in a slot, with another number of its leaf where one is named."""
        landed = self.raw
        if self.leaf is not None:
            time = START_UNIX + slot // 2
            leaf = replace(self.leaf, number=self.leaf.number if number is None else number, timestamp=time)
            landed = replace(transaction_of(leaf, slot, position), signature=self.signature)
        else:
            landed = replace(landed, slot=slot, position=position)
        return cut(landed) if self.is_cut else landed


def cut(raw: RawTransaction) -> RawTransaction:
    """The same with logs that had no room; how much of them is left is the transaction's own."""
    if not raw.is_whole:
        return raw
    kept = raw.signature[0] % max(len(raw.lines) - 1, 1)
    return replace(raw, lines=(*raw.lines[:kept], TRUNCATED))


@dataclass(frozen=True)
class History:
    """Deeds in the order of the chain, and where each landed for good."""

    deeds: tuple[Deed, ...]
    final: tuple[RawTransaction, ...]

    def fork(self, chance: random.Random, after: int, most: int, ghosts: Sequence[Deed]) -> tuple[RawTransaction, ...]:
        """What comes after the first `after` deeds on a fork: some of the next, in another order, and ghosts.

        Its slots are odd and those of the truth even, as no slot has two blocks.
        """
        next_ones = list(self.deeds[after : after + most])
        deeds = chance.sample(next_ones, chance.randint(0, len(next_ones))) + [
            each for each in ghosts if chance.random() < 0.3
        ]
        chance.shuffle(deeds)
        numbers = Counter(deed.leaf.payment_log for deed in self.deeds[:after] if deed.leaf)
        slot, position, landed = (self.final[after - 1].slot if after else 1) + 1, 0, []
        for deed in deeds:
            slot, position = (slot, position + 1) if chance.random() < 0.3 else (slot + 2 * chance.randint(1, 2), 0)
            number = None
            if deed.leaf:
                number = numbers[deed.leaf.payment_log]
                numbers[deed.leaf.payment_log] += 1
            landed.append(deed.at(slot | 1, position, number))
        return tuple(landed)


def leaves(seed: int, count: int) -> list[Deed]:
    """Payments and gifts of few objects by few people, after the platform's settings."""
    said = happenings(seed, count, logs=1 + seed % 3)
    return [Deed(config_transaction()), *(Deed(each.raw(), each.leaf) for each in said)]


def ghosts_of(seed: int, deeds: Sequence[Deed], count: int) -> list[Deed]:
    """Transactions that are on forks only: payments and gifts of the same objects, by the same people."""
    mine = [deed.leaf for deed in deeds if deed.leaf]
    chance = random.Random(f"ghosts {seed}")
    found = []
    for at in range(count if mine else 0):
        leaf = chance.choice(mine)
        raw = replace(transaction_of(leaf, 0, 0), signature=hashlib.sha512(f"ghost {seed} {at}".encode()).digest())
        found.append(Deed(raw, leaf))
    return found


def settled(chance: random.Random, deeds: Sequence[Deed], cut_share: float) -> History:
    """The deeds where they land for good, some of them with cut logs."""
    slot, position, final, done = 10, -1, [], []
    for deed in deeds:
        slot, position = (slot, position + 1) if chance.random() < 0.4 else (slot + 2 * chance.randint(1, 3), 0)
        is_cut = chance.random() < cut_share
        done.append(replace(deed, is_cut=is_cut))
        final.append(done[-1].at(slot, position))
    return History(tuple(done), tuple(final))


def merged(chance: random.Random, first: Sequence[Deed], second: Sequence[Deed]) -> list[Deed]:
    """Two orders in one."""
    left, right, both = list(first), list(second), list[Deed]()
    while left or right:
        one = left if left and (not right or chance.random() < len(left) / (len(left) + len(right))) else right
        both.append(one.pop(0))
    return both


def end_of_slot(final: Sequence[RawTransaction], at: int) -> int:
    """The next place at or after `at` where a slot ends."""
    while at < len(final) and final[at].slot == final[at - 1].slot:
        at += 1
    return min(at, len(final))
