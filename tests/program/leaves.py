"""Leaves of payment logs as the program's events tell them."""

from __future__ import annotations

from plings.program import leaves
from plings.program.events import Event
from plings.proofs import Leaf


def leaf_of(event: Event) -> Leaf:
    """What a payment or a change of owner put into its log: no other event is asked."""
    leaf = leaves.leaf_of(event)
    assert leaf, event.name
    return leaf
