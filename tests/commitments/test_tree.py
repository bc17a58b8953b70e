"""A batch's tree is RFC 6962's, however it is put together."""

from __future__ import annotations

from hashlib import sha256

import pytest

from plings.commitments import SUBTREE_LEAVES, BatchTree, RootBuilder, subtree_root
from plings.proofs import Tree, included
from plings.proofs.tree import EMPTY_ROOT

MANY = [sha256(b"%d" % number).digest() for number in range(3 * SUBTREE_LEAVES + 5)]
COUNTS = [*range(1, 70), SUBTREE_LEAVES - 1, SUBTREE_LEAVES, SUBTREE_LEAVES + 1, 2 * SUBTREE_LEAVES, len(MANY)]
TREE = Tree(MANY)


def runs_of(leaves: list[bytes]) -> list[list[bytes]]:
    return [leaves[at : at + SUBTREE_LEAVES] for at in range(0, len(leaves), SUBTREE_LEAVES)]


@pytest.mark.parametrize("count", COUNTS)
def test_roots_are_those_of_the_whole_tree(count: int) -> None:
    leaves = MANY[:count]
    one_by_one, joined = RootBuilder(), RootBuilder()
    for leaf in leaves:
        one_by_one.append(leaf)
    for run in runs_of(leaves):
        joined.join(subtree_root(run), len(run))
    roots = {subtree_root(leaves), one_by_one.root, joined.root, TREE.root(count)}
    assert roots == {BatchTree([subtree_root(run) for run in runs_of(leaves)]).root}
    assert one_by_one.count == joined.count == count


def test_nothing_has_the_root_of_nothing() -> None:
    assert subtree_root([]) == RootBuilder().root == EMPTY_ROOT


def test_leaves_may_follow_joined_runs() -> None:
    builder = RootBuilder()
    builder.join(subtree_root(MANY[:SUBTREE_LEAVES]))
    for leaf in MANY[SUBTREE_LEAVES : SUBTREE_LEAVES + 9]:
        builder.append(leaf)
    assert builder.root == TREE.root(SUBTREE_LEAVES + 9)
    with pytest.raises(ValueError, match="no run of 4096 leaves can follow 4105"):
        builder.join(bytes(32))


def test_nothing_follows_a_short_run() -> None:
    builder = RootBuilder()
    builder.join(bytes(32), 5)
    with pytest.raises(ValueError, match="no run"):
        builder.join(bytes(32))
    with pytest.raises(ValueError, match="is the last"):
        builder.append(bytes(32))


@pytest.mark.parametrize("count", [0, -1, SUBTREE_LEAVES + 1])
def test_a_run_has_up_to_4096_leaves(count: int) -> None:
    with pytest.raises(ValueError, match="no run"):
        RootBuilder().join(bytes(32), count)


@pytest.mark.parametrize("place", [0, 1, SUBTREE_LEAVES - 1, SUBTREE_LEAVES, 3 * SUBTREE_LEAVES, len(MANY) - 1])
def test_proofs_come_from_the_roots_and_one_run(place: int) -> None:
    runs = runs_of(MANY)
    tree = BatchTree([subtree_root(run) for run in runs])
    proof = tree.proof(place, runs[place // SUBTREE_LEAVES])
    assert list(proof) == TREE.inclusion_proof(place)
    assert included(tree.root, MANY[place], place, len(MANY), proof)


def test_leaves_of_another_run_prove_nothing() -> None:
    runs = runs_of(MANY)
    tree = BatchTree([subtree_root(run) for run in runs])
    for place, run in ((0, runs[1]), (len(MANY), runs[-1]), (4 * SUBTREE_LEAVES, runs[0]), (-1, runs[-1])):
        with pytest.raises(ValueError):
            tree.proof(place, run)
