"""Merkle trees against the recursive definitions of RFC 6962, word for word."""

from __future__ import annotations

import hashlib
from functools import cache

import pytest

from plings.proofs import Frontier, Tree, consistent, included, node_hash
from plings.proofs.tree import EMPTY_ROOT

MOST = 130
LEAVES = tuple(hashlib.sha256(b"\0" + bytes([number])).digest() for number in range(MOST))
TREE = Tree(LEAVES)
NO_HASH = bytes(32)


@cache
def root_of(start: int, stop: int) -> bytes:
    """MTH(D[start:stop]), section 2.1."""
    if start == stop:
        return hashlib.sha256().digest()
    if stop - start == 1:
        return LEAVES[start]
    middle = start + half(stop - start)
    return hashlib.sha256(b"\1" + root_of(start, middle) + root_of(middle, stop)).digest()


def half(size: int) -> int:
    """The largest power of two smaller than `size`."""
    power = 1
    while 2 * power < size:
        power *= 2
    return power


def path_of(index: int, start: int, stop: int) -> list[bytes]:
    """PATH(index, D[start:stop]), section 2.1.1."""
    if stop - start == 1:
        return []
    middle = half(stop - start)
    if index < middle:
        return [*path_of(index, start, start + middle), root_of(start + middle, stop)]
    return [*path_of(index - middle, start + middle, stop), root_of(start, start + middle)]


def subproof_of(first: int, start: int, stop: int, is_complete: bool) -> list[bytes]:
    """SUBPROOF(first, D[start:stop], is_complete), section 2.1.2."""
    if first == stop - start:
        return [] if is_complete else [root_of(start, stop)]
    middle = half(stop - start)
    if first <= middle:
        return [*subproof_of(first, start, start + middle, is_complete), root_of(start + middle, stop)]
    return [*subproof_of(first - middle, start + middle, stop, False), root_of(start, start + middle)]


def flipped(proof: list[bytes], at: int) -> list[bytes]:
    return [*proof[:at], bytes([proof[at][0] ^ 1]) + proof[at][1:], *proof[at + 1 :]]


def damaged(proof: list[bytes]) -> list[list[bytes]]:
    """The proof with a hash changed, missing or too many, at every place."""
    changed = [flipped(proof, at) for at in range(len(proof))]
    missing = [proof[:at] + proof[at + 1 :] for at in range(len(proof))]
    return [*changed, *missing, [*proof, NO_HASH], [NO_HASH, *proof]]


def test_roots_of_the_certificate_transparency_tests() -> None:
    data = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    tree = Tree(hashlib.sha256(b"\0" + bytes.fromhex(each)).digest() for each in data)
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert tree.root(1).hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert tree.root(2).hex() == "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    assert tree.root(3).hex() == "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"
    assert tree.root(8).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


def test_nodes_are_hashed_apart_from_leaves() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) == hashlib.sha256(b"\1" + left + right).digest()


def test_root_is_the_definitions_at_every_size() -> None:
    for count in range(MOST + 1):
        assert Tree(LEAVES[:count]).root() == TREE.root(count) == root_of(0, count)


def test_frontier_has_the_trees_root_at_every_size() -> None:
    frontier = Frontier()
    for count, leaf in enumerate(LEAVES):
        assert (frontier.count, frontier.root) == (count, root_of(0, count))
        frontier = frontier.append(leaf)
    assert (frontier.count, frontier.root) == (MOST, root_of(0, MOST))


def test_frontier_is_read_from_an_array_of_which_unused_levels_do_not_matter() -> None:
    levels, frontier = [NO_HASH] * 10, Frontier()
    for count, leaf in enumerate(LEAVES, start=1):
        frontier = frontier.append(leaf)
        for level, subtree in frontier.subtrees:
            levels[level] = subtree
        assert Frontier.of(count, levels) == frontier


@pytest.mark.parametrize("count", range(1, MOST + 1))
def test_every_inclusion_proof_is_the_definitions_and_holds(count: int) -> None:
    root = root_of(0, count)
    for index in range(count):
        proof = TREE.inclusion_proof(index, count)
        assert proof == path_of(index, 0, count)
        assert included(root, LEAVES[index], index, count, proof)


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 33])
def test_tampered_inclusion_proof_is_refused(count: int) -> None:
    root = root_of(0, count)
    for index in range(count):
        proof, leaf = TREE.inclusion_proof(index, count), LEAVES[index]
        assert not any(included(root, leaf, index, count, wrong) for wrong in damaged(proof))
        elsewhere = [other for other in range(-1, count + 2) if other != index]
        assert not any(included(root, leaf, other, count, proof) for other in elsewhere)
        assert not included(root, LEAVES[index + 1], index, count, proof)
        assert not included(NO_HASH, leaf, index, count, proof)


def test_node_passes_for_no_leaf_of_the_same_size() -> None:
    node = node_hash(*LEAVES[:2])
    assert not included(root_of(0, 4), node, 0, 4, [root_of(2, 4)])


@pytest.mark.parametrize("second", range(1, 41))
def test_every_consistency_proof_is_the_definitions_and_holds(second: int) -> None:
    for first in range(1, second + 1):
        proof = TREE.consistency_proof(first, second)
        assert proof == subproof_of(first, 0, second, True)
        assert consistent(root_of(0, first), first, root_of(0, second), second, proof)


@pytest.mark.parametrize("second", range(1, 20))
def test_tampered_consistency_proof_is_refused(second: int) -> None:
    for first in range(1, second + 1):
        proof, old, new = TREE.consistency_proof(first, second), root_of(0, first), root_of(0, second)
        assert not any(consistent(old, first, new, second, wrong) for wrong in damaged(proof))
        assert not consistent(NO_HASH, first, new, second, proof)
        assert not consistent(old, first, NO_HASH, second, proof)
        assert not consistent(old, 0, new, second, proof)
        assert not consistent(old, second + 1, new, second, proof)


def test_tree_that_changed_an_old_leaf_is_not_consistent() -> None:
    for second in range(2, 20):
        rewritten = Tree([NO_HASH, *LEAVES[1:second]])
        for first in range(1, second):
            proof = rewritten.consistency_proof(first)
            assert not consistent(root_of(0, first), first, rewritten.root(), second, proof)


def test_tree_proves_nothing_of_leaves_that_it_has_not() -> None:
    tree = Tree(LEAVES[:3])
    for count in (-1, 4):
        with pytest.raises(ValueError, match="the tree has 3 leaves"):
            tree.root(count)
    for index, size in ((3, 3), (-1, 3), (0, 0), (2, 2)):
        with pytest.raises(ValueError, match="no leaf"):
            tree.inclusion_proof(index, size)
    for first, second in ((0, 3), (3, 2), (4, 3)):
        with pytest.raises(ValueError, match="no proof"):
            tree.consistency_proof(first, second)
    assert len(tree) == 3
