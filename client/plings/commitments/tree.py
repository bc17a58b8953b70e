"""A batch's Merkle tree, RFC 6962: made by many processes, in any order, and proved from without keeping its leaves.

The tree over a batch is the tree over the roots of its runs of 4,096 leaves, of which the last may be shorter: RFC 6962
splits at powers of two, so each run is a subtree. Whoever makes a run's codes makes its root; who has these roots
makes the batch's, and needs the leaves of one run alone to prove one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from plings.proofs.tree import EMPTY_ROOT, Frontier

SUBTREE_LEAVES: Final = 4096
"""Leaves of a run. 100 million codes have 24,415 runs."""


def subtree_root(leaves: Sequence[bytes]) -> bytes:
    """The root of leaf hashes of 32 bytes; of none, the hash of nothing.

    Level by level, an odd one left as it is: the same tree as RFC 6962's, which is defined from the top.
    """
    if not leaves:
        return EMPTY_ROOT
    *_, (root,) = _levels(leaves)
    return root


def _levels(leaves: Sequence[bytes]) -> Iterator[list[bytes]]:
    """From the leaves to the root, which is alone in the last."""
    level = list(leaves)
    yield level
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        pairs = zip(level[::2], level[1::2], strict=False)
        level = [sha256(b"\1" + left + right).digest() for left, right in pairs] + odd
        yield level


class RootBuilder:
    """The root of any number of leaves, in a memory of one run and O(log n). Runs that others made can be joined."""

    def __init__(self) -> None:
        self.count = 0
        self._runs = Frontier()
        self._leaves: list[bytes] = []

    @property
    def root(self) -> bytes:
        """The root of all so far, 32 bytes."""
        runs = self._runs.append(subtree_root(self._leaves)) if self._leaves else self._runs
        return runs.root

    def append(self, leaf: bytes) -> None:
        """The next leaf's hash. Raises ValueError after a joined run of fewer than 4,096."""
        if self.count % SUBTREE_LEAVES != len(self._leaves):
            raise ValueError("a run that is not whole is the last")
        self.count += 1
        self._leaves.append(leaf)
        if len(self._leaves) == SUBTREE_LEAVES:
            self._runs = self._runs.append(subtree_root(self._leaves))
            self._leaves = []

    def join(self, run_root: bytes, count: int = SUBTREE_LEAVES) -> None:
        """The root of the next run: of 4,096 leaves, or of `count`, which is fewer in the last one alone.

        Raises ValueError in the midst of a run, and after the last.
        """
        if self.count % SUBTREE_LEAVES or not 0 < count <= SUBTREE_LEAVES:
            raise ValueError(f"no run of {count} leaves can follow {self.count}")
        self.count += count
        self._runs = self._runs.append(run_root)


@dataclass(frozen=True, slots=True)
class BatchTree:
    """A finished batch's tree, as far as it is kept: the roots of its runs."""

    run_roots: Sequence[bytes]

    @property
    def root(self) -> bytes:
        return subtree_root(self.run_roots)

    def proof(self, place: int, run: Sequence[bytes]) -> tuple[bytes, ...]:
        """The hashes, lowest first, from the leaf at `place` to the root. `run` has the leaves of the run of `place`.

        Raises ValueError when these are not the leaves that the run was made of.
        """
        number, within = divmod(place, SUBTREE_LEAVES)
        if not 0 <= number < len(self.run_roots) or not within < len(run):
            raise ValueError(f"these are not the leaves of run {number}")
        root, hashes = _root_and_proof(run, within)
        if root != self.run_roots[number]:
            raise ValueError(f"these are not the leaves of run {number}")
        return (*hashes, *_root_and_proof(self.run_roots, number)[1])


def _root_and_proof(leaves: Sequence[bytes], place: int) -> tuple[bytes, list[bytes]]:
    """Both in one go through the levels: who asks for a code's page waits for this. An odd one has no sibling."""
    hashes: list[bytes] = []
    for level in _levels(leaves):
        if place ^ 1 < len(level):
            hashes.append(level[place ^ 1])
        place >>= 1
    return level[0], hashes
