"""Roots that are nobody's word: what receipts are held against."""

from __future__ import annotations

from dataclasses import dataclass

from plings.proofs import Checkpoint, Head, LogIdentity


@dataclass(frozen=True)
class Anchors:
    """The object's log and its roots, from the chain's accounts or, where it does not answer, from the own index.

    `missing` are the numbers of checkpoints that were looked for and are not there.
    """

    log: LogIdentity
    by: str
    checkpoints: tuple[Checkpoint, ...] = ()
    heads: tuple[Head, ...] = ()
    missing: frozenset[int] = frozenset()
