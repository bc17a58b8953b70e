"""What is to be shown of whose an object is: docs/decisions/0013-promotions.md."""

from __future__ import annotations

from collections.abc import Sequence

from plings.program.accounts import Link
from plings.proofs import Kind, Leaf


def title_of(claim: Sequence[Leaf]) -> Sequence[Leaf]:
    """Of the leaves that made an object's owner (`Ownership.claim_of`), those that the program is shown.

    A slot says itself who owns it, so that its payment alone stands for all.
    """
    return claim[:1] if claim and claim[0].kind is Kind.SLOT_PAYMENT else claim


def missing(shown: Sequence[Link], true: Sequence[Leaf]) -> list[Leaf]:
    """Which leaves of the `true` title, shown in this order, make it of what was `shown`."""
    numbers = [link.number for link in shown]
    left = []
    for leaf in true:
        before = [] if leaf.kind.is_payment else [number for number in numbers if number < leaf.number]
        if leaf.number not in numbers[len(before) : len(before) + 1]:
            left.append(leaf)
            numbers = [*before, leaf.number]  # as in the program: what comes after it falls away
    return left
