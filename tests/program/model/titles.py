"""Whose an object is by what was shown of its log: docs/decisions/0013-promotions.md, written out."""

from __future__ import annotations

from dataclasses import replace

from solders.pubkey import Pubkey

from plings.program.accounts import Link, Promotion
from plings.proofs import Kind, Leaf

MOST_LINKS = 100
Title = tuple[Link, ...]


def with_payment(title: Title, number: int, buyer: Pubkey) -> Title | None:
    """An earlier payment begins the title anew; None where it changes nothing."""
    return (Link(number, buyer),) if number < title[0].number else None


def with_transfer(title: Title, leaf: Leaf) -> Title | None:
    """A gift by who owned the object at its place is put there, and what came after it falls away."""
    before = tuple(link for link in title if link.number < leaf.number)
    is_known = any(link.number == leaf.number for link in title)
    if is_known or not before or len(before) >= MOST_LINKS or before[-1].owner != Pubkey.from_bytes(leaf.actor):
        return None
    return (*before, Link(leaf.number, Pubkey.from_bytes(leaf.owner)))


def after_leaf(promotion: Promotion, leaf: Leaf) -> Promotion | None:
    """The promotion once a true leaf was shown; None where that changes nothing."""
    if leaf.kind is Kind.PAYMENT:
        title, amount, is_slot = (
            with_payment(promotion.title, leaf.number, Pubkey.from_bytes(leaf.owner)),
            leaf.amount_lamports,
            False,
        )
    elif leaf.kind is Kind.TRANSFER and not promotion.is_slot:
        title, amount, is_slot = with_transfer(promotion.title, leaf), promotion.amount_lamports, False
    else:
        return None
    return _with(promotion, title, amount, is_slot)


def after_slot(promotion: Promotion, number: int, owner: Pubkey) -> Promotion | None:
    """The same for the object's slot, taken by leaf `number`, which says nothing of an amount."""
    return _with(promotion, with_payment(promotion.title, number, owner), 0, True)


def _with(promotion: Promotion, title: Title | None, amount: int, is_slot: bool) -> Promotion | None:
    if title is None:
        return None
    return replace(promotion, title=title, owner=title[-1].owner, amount_lamports=amount, is_slot=is_slot)
