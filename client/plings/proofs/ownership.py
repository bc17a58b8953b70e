"""Who owns the objects of a payment log, decided by its leaves alone and their order.

An object's owner is the buyer of its first payment, then whoever its owner gave it to. A slot's owner gives it away by
SLOT_TRANSFER, any other by TRANSFER, at most 99 times; a gift by anybody else, or of the other kind, is a leaf and
changes nothing. So is every later payment. An ObjectInstance on chain outranks all of this; leaves say nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from plings.errors import LeafRefused
from plings.proofs.leaf import Kind, Leaf, ObjectKey

_GIFT_AFTER: Final = {Kind.PAYMENT: Kind.TRANSFER, Kind.SLOT_PAYMENT: Kind.SLOT_TRANSFER}
"""Which kind of gift counts after which kind of first payment."""


MOST_LINKS: Final = 100
"""A first payment, and the gifts after it that count where no slot keeps the owner (decision 13)."""


@dataclass(frozen=True, slots=True)
class Tenure:
    """From leaf `number` on, `owner` (32 bytes) owned the object."""

    number: int
    owner: bytes


class Ownership:
    """The owners after the first `count` leaves of one log. It remembers only the leaves that counted."""

    def __init__(self, payment_log: bytes) -> None:
        self.payment_log = payment_log
        self.count = 0
        self._claims: dict[ObjectKey, list[Leaf]] = {}

    def append(self, leaf: Leaf) -> bool:
        """Take the log's next leaf, and tell whether it made somebody an owner.

        Raises LeafRefused with rule `another_log`, or `number` for one that is missing or was there; nothing changes.
        """
        self._check_next(leaf)
        self.count += 1
        if not extends(self._claims.get(leaf.object_key, ()), leaf):
            return False
        self._claims.setdefault(leaf.object_key, []).append(leaf)
        return True

    def owner_of(self, obj: ObjectKey) -> bytes | None:
        """The object's owner, or None when nobody paid for it."""
        claim = self._claims.get(obj)
        return owner_by(claim[-1]) if claim else None

    def history_of(self, obj: ObjectKey) -> list[Tenure]:
        """Its owners in order, each with the number of the leaf that made it one."""
        return [Tenure(leaf.number, owner_by(leaf)) for leaf in self._claims.get(obj, ())]

    def claim_of(self, obj: ObjectKey) -> tuple[Leaf, ...]:
        """The leaves that make its owner the owner: the first payment and the gifts that counted, in order.

        The program wants a proof of each of these, and of no other, to promote the object.
        """
        return tuple(self._claims.get(obj, ()))

    def _check_next(self, leaf: Leaf) -> None:
        if leaf.payment_log != self.payment_log:
            raise LeafRefused(f"leaf {leaf.number}", "another_log", "it belongs to another payment log")
        if leaf.number != self.count:
            raise LeafRefused(f"leaf {leaf.number}", "number", f"the log's next leaf has number {self.count}")


def extends(claim: Sequence[Leaf], leaf: Leaf) -> bool:
    """Whether a leaf makes an owner after those of `claim`, all of them the object's in the log's order."""
    if not claim:
        return leaf.kind.is_payment
    if leaf.kind is not _GIFT_AFTER[claim[0].kind] or leaf.actor != owner_by(claim[-1]):
        return False
    return leaf.kind is not Kind.TRANSFER or len(claim) < MOST_LINKS


def claim_by(leaves: Iterable[Leaf]) -> tuple[Leaf, ...]:
    """The claim to one object by some of its leaves, in whatever order, each there once or more.

    It is the log's own answer if none of those that matter is missing, which the leaves themselves cannot tell.
    """
    claim: list[Leaf] = []
    for leaf in sorted(set(leaves), key=lambda leaf: leaf.number):
        if extends(claim, leaf):
            claim.append(leaf)
    return tuple(claim)


def owner_by(leaf: Leaf) -> bytes:
    """Whom a leaf that counts makes the owner."""
    return leaf.actor if leaf.kind.is_payment else leaf.owner
