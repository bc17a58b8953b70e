"""Leaves of payment logs in any number and of every kind, from a seed, and the transactions that wrote them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from indexer.made import START_UNIX, transaction_of
from plings.identity import ClassPointer, Path, format_segment
from plings.indexer.transaction import RawTransaction
from plings.proofs import Kind, Leaf, Ownership


@dataclass(frozen=True)
class Happening:
    """A leaf and the slot and place where it was written."""

    leaf: Leaf
    slot: int
    position: int

    def raw(self, *, cut: bool = False) -> RawTransaction:
        # the salt keeps two equal leaves two transactions
        return transaction_of(self.leaf, self.slot, self.position, cut=cut, salt=f"{self.leaf.number}/")


def happenings(seed: int, count: int, *, logs: int = 2, objects: int = 6, actors: int = 4) -> list[Happening]:
    """Few objects and few actors, so that gifts meet owners and strangers, of the right kind and the other."""
    chance = random.Random(seed)
    people = [bytes([65 + each]) * 32 for each in range(actors)]
    books = [Ownership(bytes([1 + log]) * 32) for log in range(logs)]
    goods = [
        (Path(f"2.3.{format_segment(2 + each % 2)}.5.{format_segment(each)}"), bytes([100 + each]) * 32)
        for each in range(objects)
    ]
    found, slot, position = list[Happening](), 10, 0
    for _ in range(count):
        slot, position = (slot, position + 1) if chance.random() < 0.4 else (slot + chance.randint(1, 3), 0)
        book = books[chance.randrange(logs)]
        path, address = goods[chance.randrange(objects) // logs * logs + books.index(book)]
        pointer = ClassPointer(path.text.encode().ljust(8)[:8])
        owner = book.owner_of((path.text, pointer.value, address))
        kind = chance.choice(list(Kind))
        actor = owner if owner and chance.random() < 0.7 else chance.choice(people)
        leaf = Leaf(
            kind=kind,
            payment_log=book.payment_log,
            number=book.count,
            timestamp=START_UNIX + slot // 2,
            actor=actor,
            owner=actor if kind.is_payment else chance.choice(people),
            amount_lamports=chance.randint(1, 10**9) if kind.is_payment else 0,
            class_pointer=pointer,
            address=address,
            path=path,
        )
        book.append(leaf)
        found.append(Happening(leaf, slot, position))
    return found


def forked(happening: Happening, slot: int, number: int) -> RawTransaction:
    """The same transaction as another fork had it: in another slot, with another number."""
    time = START_UNIX + slot // 2
    leaf = replace(happening.leaf, number=number, timestamp=time)
    return replace(transaction_of(leaf, slot, 0), signature=happening.raw().signature)


def payments(seed: int, count: int, *, logs: int = 8, per_slot: int = 1_000) -> Iterator[RawTransaction]:
    """Micro-payments, each for an object of its own."""
    chance = random.Random(seed)
    keys = [chance.randbytes(32) for _ in range(logs)]
    buyers = [chance.randbytes(32) for _ in range(50_000)]
    classes = [f"2.3.{format_segment(number)}" for number in range(1, 500)]
    pointers = [ClassPointer(chance.randbytes(8)) for _ in classes]
    numbers = [0] * logs
    for at in range(count):
        address, of_class = chance.randbytes(32), at % len(classes)
        log, slot = address[0] % logs, at // per_slot
        buyer = buyers[chance.randrange(len(buyers))]
        leaf = Leaf(
            kind=Kind.PAYMENT,
            payment_log=keys[log],
            number=numbers[log],
            timestamp=START_UNIX + slot // 2,
            actor=buyer,
            owner=buyer,
            amount_lamports=10_000 + at % 90_000,
            class_pointer=pointers[of_class],
            address=address,
            path=Path(f"{classes[of_class]}.{format_segment(at // 100_000 + 2)}.{format_segment(at)}"),
        )
        numbers[log] += 1
        yield transaction_of(leaf, 1_000 + slot, at % per_slot)
