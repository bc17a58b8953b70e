"""Merkle trees as in RFC 6962 (leaf prefix 0x00, node prefix 0x01), their proofs as in RFC 9162, section 2.1."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node over its two children's hashes."""
    return sha256(b"\1" + left + right).digest()


def hashes_in(joined: bytes) -> list[bytes]:
    """The hashes that stand one after the other."""
    return [joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES)]


@dataclass(frozen=True)
class Frontier:
    """All that a growing tree must remember: the roots of its full subtrees, lowest level first."""

    count: int = 0
    subtrees: tuple[tuple[int, bytes], ...] = ()
    """level and root, one for each set bit of `count`"""

    @classmethod
    def of(cls, count: int, levels: Sequence[bytes]) -> Frontier:
        """From an account's array of levels, of which those of `count`'s set bits count."""
        return cls(count, tuple((level, levels[level]) for level in range(len(levels)) if count >> level & 1))

    def append(self, leaf: bytes) -> Frontier:
        """The frontier with one leaf hash more."""
        subtrees, level, root = list(self.subtrees), 0, leaf
        while subtrees and subtrees[0][0] == level:
            root = node_hash(subtrees.pop(0)[1], root)
            level += 1
        return Frontier(self.count + 1, ((level, root), *subtrees))

    @property
    def root(self) -> bytes:
        """The tree's root, 32 bytes; an empty tree's is the hash of nothing."""
        root: bytes | None = None
        for _, subtree in self.subtrees:
            root = subtree if root is None else node_hash(subtree, root)
        return EMPTY_ROOT if root is None else root


class ProvableTree(ABC):
    """What can be told of a tree of which the roots of complete subtrees can be had."""

    @abstractmethod
    def __len__(self) -> int:
        """How many leaves it has."""

    @abstractmethod
    def subtree(self, level: int, index: int) -> bytes:
        """The root of the complete subtree over leaves [index << level, (index + 1) << level), which it has."""

    def root(self, count: int | None = None) -> bytes:
        """The root of the first `count` leaves, all by default. Raises ValueError when there are fewer."""
        count = self._checked(count)
        return self._range(0, count) if count else EMPTY_ROOT

    def inclusion_proof(self, index: int, count: int | None = None) -> list[bytes]:
        """The hashes that lead from leaf `index` to the root of the first `count` leaves, lowest first."""
        count = self._checked(count)
        if not 0 <= index < count:
            raise ValueError(f"no leaf {index} among {count}")
        return self._path(index, 0, count)

    def consistency_proof(self, first: int, second: int | None = None) -> list[bytes]:
        """The hashes that show the first `first` leaves to be a prefix of the first `second`. 0 < first <= second."""
        second = self._checked(second)
        if not 0 < first <= second:
            raise ValueError(f"no proof from {first} to {second} leaves")
        return self._subproof(first, 0, second, complete=True)

    def _checked(self, count: int | None) -> int:
        count = len(self) if count is None else count
        if not 0 <= count <= len(self):
            raise ValueError(f"the tree has {len(self)} leaves, not {count}")
        return count

    def _range(self, start: int, stop: int) -> bytes:
        """The root over leaves [start, stop); `start` is a multiple of the largest power of two below the size."""
        size = stop - start
        if size & (size - 1) == 0:
            level = size.bit_length() - 1
            return self.subtree(level, start >> level)
        split = start + _largest_power_below(size)
        return node_hash(self._range(start, split), self._range(split, stop))

    def _path(self, index: int, start: int, stop: int) -> list[bytes]:
        if stop - start == 1:
            return []
        split = start + _largest_power_below(stop - start)
        if index < split:
            return [*self._path(index, start, split), self._range(split, stop)]
        return [*self._path(index, split, stop), self._range(start, split)]

    def _subproof(self, first: int, start: int, stop: int, *, complete: bool) -> list[bytes]:
        if first == stop:
            return [] if complete else [self._range(start, stop)]
        split = start + _largest_power_below(stop - start)
        if first <= split:
            return [*self._subproof(first, start, split, complete=complete), self._range(split, stop)]
        return [*self._subproof(first, split, stop, complete=False), self._range(start, split)]


class Tree(ProvableTree):
    """A whole tree in memory, for making proofs. Every full subtree's root is kept, so a proof takes O(log n)."""

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaves:
            self.append(leaf)

    def __len__(self) -> int:
        return len(self._levels[0])

    def subtree(self, level: int, index: int) -> bytes:
        return self._levels[level][index]

    def append(self, leaf: bytes) -> None:
        """Add a leaf hash."""
        node = leaf
        for level in range(len(self._levels) + 1):
            if level == len(self._levels):
                self._levels.append([])
            self._levels[level].append(node)
            if len(self._levels[level]) % 2:
                return
            node = node_hash(*self._levels[level][-2:])


def included(root: bytes, leaf: bytes, index: int, count: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` leads from the leaf hash at `index` of `count` leaves to `root`.

    Below `fork`, where the ways to this leaf and to the last one part, each level has a sibling, on the side that the
    index's bit tells; above it only full subtrees on the left have one. So the proof's length is known beforehand.
    """
    if not 0 <= index < count:
        return False
    fork = (index ^ (count - 1)).bit_length()
    if len(proof) != fork + (index >> fork).bit_count():
        return False
    node, at = leaf, index | -1 << fork
    for sibling in proof:  # hashed in place: a call would cost a quarter more
        node = sha256(b"\1" + sibling + node if at & 1 else b"\1" + node + sibling).digest()
        at >>= 1
    return node == root


def consistent(first_root: bytes, first: int, second_root: bytes, second: int, proof: Sequence[bytes]) -> bool:
    """Whether `proof` shows the tree of `first` leaves to be a prefix of the tree of `second`."""
    if not 0 < first <= second:
        return False
    if first == second:
        return not proof and first_root == second_root
    nodes = [first_root, *proof] if first & (first - 1) == 0 else list(proof)
    if not nodes:
        return False
    at, last = first - 1, second - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old = new = nodes[0]
    for sibling in nodes[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _largest_power_below(size: int) -> int:
    """The largest power of two smaller than `size`, which is at least 2 (RFC 6962: k < n <= 2k)."""
    return 1 << (size - 1).bit_length() - 1
