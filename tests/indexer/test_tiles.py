"""Tiles of hashes: of final leaves alone, gone with what they rest on, and the same trees as all leaves make."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import replace

import pytest

from indexer.traffic import Happening, forked, happenings
from plings.errors import NotInRegistry, StateRefused
from plings.indexer import Batch, index, part_hashes
from plings.indexer.forks import undo_slot
from plings.indexer.reading import consistency_proof, inclusion_proof, tiled_tree
from plings.indexer.rebuild import rebuild
from plings.indexer.tiles import WIDTH, behind, drop_tiles, make_all_tiles, make_tiles
from plings.proofs import Tree, consistent, included
from plings.proofs.tree import hashes_in
from plings.registry import Registry


def one_log(seed: int, count: int) -> list[Happening]:
    return happenings(seed, count, logs=1, objects=50)


def put(registry: Registry, traffic: Iterable[Happening], commitment: str = "finalized") -> None:
    index(registry, Batch([each.raw() for each in traffic], commitment=commitment))  # type: ignore[arg-type]


def tree_of(traffic: Iterable[Happening]) -> Tree:
    return Tree(each.leaf.hash for each in traffic)


def tiles_of(registry: Registry) -> dict[tuple[int, int], list[bytes]]:
    """Every tile by level and number."""
    rows = registry.rows("SELECT level, tile_no, hashes FROM log_tiles")
    return {(row["level"], row["tile_no"]): hashes_in(row["hashes"]) for row in rows}


def check_tiles(registry: Registry, tree: Tree, tiled: int) -> None:
    """That there are exactly the tiles of the first `tiled` leaves, with the tree's hashes."""
    expected: dict[tuple[int, int], list[bytes]] = {}
    level = 0
    while tiled >> 8 * level:
        nodes = [tree.subtree(8 * level, at) for at in range(tiled >> 8 * level)]
        for at in range(0, len(nodes), WIDTH):
            expected[level, at // WIDTH] = nodes[at : at + WIDTH]
        level += 1
    assert tiles_of(registry) == expected


LONG = one_log(7, 3 * WIDTH + 100)
LONG_TREE = tree_of(LONG)
LOG = LONG[0].leaf.payment_log


def test_a_tile_is_made_of_each_256_final_leaves(registry: Registry) -> None:
    put(registry, LONG)
    assert behind(registry) == [LOG]
    tiled = make_tiles(registry, LOG)
    assert (tiled.made, tiled.tiled_leaves, tiled.leaf_count, tiled.is_behind) == (3, 3 * WIDTH, len(LONG), False)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)
    assert behind(registry) == []
    assert make_tiles(registry, LOG).made == make_all_tiles(registry) == 0


@pytest.mark.parametrize("most", [1, 2])
def test_tiles_are_made_some_at_a_time(registry: Registry, most: int) -> None:
    put(registry, LONG)
    for made in range(most, 4, most):
        tiled = make_tiles(registry, LOG, most=most)
        assert (tiled.made, tiled.tiled_leaves) == (most, made * WIDTH)
        check_tiles(registry, LONG_TREE, made * WIDTH)


def test_what_is_not_final_is_in_no_tile(registry: Registry) -> None:
    put(registry, LONG[: WIDTH + 10])
    put(registry, LONG[WIDTH + 10 :], "confirmed")
    tiled = make_tiles(registry, LOG)
    assert (tiled.made, tiled.tiled_leaves, tiled.is_behind) == (1, WIDTH, True)
    proof = inclusion_proof(registry, LOG, 3, WIDTH)
    assert not proof.is_provisional
    assert not inclusion_proof(registry, LOG, 3, WIDTH + 10).is_provisional
    assert inclusion_proof(registry, LOG, 3, WIDTH + 11).is_provisional
    index(registry, Batch((), complete_through=0, told_before=[(each.raw().signature, each.slot) for each in LONG]))
    assert make_all_tiles(registry) == 2
    check_tiles(registry, LONG_TREE, 3 * WIDTH)
    assert not inclusion_proof(registry, LOG, 3, len(LONG)).is_provisional


def test_a_dropped_slot_undoes_no_tile(registry: Registry) -> None:
    put(registry, LONG[: 2 * WIDTH])
    put(registry, [each for each in LONG[2 * WIDTH :] if each.slot > LONG[2 * WIDTH - 1].slot], "confirmed")
    make_all_tiles(registry)
    before = tiles_of(registry)
    for slot in sorted({each.slot for each in LONG[2 * WIDTH :]})[-5:]:
        undo_slot(registry, slot)
    assert tiles_of(registry) == before


@pytest.mark.parametrize("number", [0, 255, 256, 700])
def test_tiles_go_with_a_leaf_that_a_fuller_copy_replaces(registry: Registry, number: int) -> None:
    cut = [each.raw(cut=each.leaf.number == number) for each in LONG]
    index(registry, Batch(cut))
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)
    index(registry, Batch([LONG[number].raw()]))
    check_tiles(registry, LONG_TREE, number // WIDTH * WIDTH)
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)


def test_a_cut_leaf_that_is_placed_is_in_a_tile_and_stays(registry: Registry) -> None:
    index(registry, Batch([each.raw(cut=each.leaf.number % 5 == 1) for each in LONG[:600]]))
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 2 * WIDTH)
    index(registry, Batch([each.raw(cut=each.leaf.number % 5 == 1) for each in LONG[600:]]))
    check_tiles(registry, LONG_TREE, 2 * WIDTH)
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)


def test_a_cut_leaf_that_could_have_another_number_is_in_no_tile(registry: Registry) -> None:
    last = 2 * WIDTH - 1
    index(registry, Batch([each.raw(cut=each.leaf.number == last) for each in LONG[: last + 1]]))
    assert make_all_tiles(registry) == 1
    put(registry, LONG[last + 1 : last + 2])
    assert make_all_tiles(registry) == 1
    check_tiles(registry, LONG_TREE, 2 * WIDTH)


def test_a_second_leaf_of_a_number_drops_the_tiles_until_one_is_undone(registry: Registry) -> None:
    put(registry, LONG)
    make_all_tiles(registry)
    lie = replace(forked(LONG[300], LONG[-1].slot + 1, 300), signature=bytes(64))
    index(registry, Batch([lie], commitment="confirmed"))
    check_tiles(registry, LONG_TREE, WIDTH)
    assert make_all_tiles(registry) == 0
    undo_slot(registry, lie.slot)
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)


def test_a_rebuild_drops_tiles_and_they_are_no_part_of_the_state(registry: Registry) -> None:
    put(registry, LONG)
    before = part_hashes(registry)
    make_all_tiles(registry)
    assert part_hashes(registry) == before
    rebuild(registry)
    assert tiles_of(registry) == {}
    assert part_hashes(registry) == before
    make_all_tiles(registry)
    check_tiles(registry, LONG_TREE, 3 * WIDTH)


def test_tiles_end_at_a_gap(registry: Registry) -> None:
    put(registry, [each for each in LONG if each.leaf.number != 300])
    assert make_all_tiles(registry) == 1
    assert behind(registry) == []
    assert inclusion_proof(registry, LOG, 3, 300).head.root == LONG_TREE.root(300)
    with pytest.raises(StateRefused, match="leaves 300 of the log are missing") as refused:
        inclusion_proof(registry, LOG, 3, 301)
    assert refused.value.rule == "gap"
    put(registry, [LONG[300]])
    assert make_all_tiles(registry) == 2


def test_each_missing_stretch_is_named_up_to_five(registry: Registry) -> None:
    lost = {3, 4, 5, 10, 20, 30, 31, 40, 50}
    put(registry, [each for each in LONG[:60] if each.leaf.number not in lost])
    with pytest.raises(StateRefused, match=r"leaves 3 to 5, 10, 20, 30 to 31, 40 and others of the log are missing"):
        consistency_proof(registry, LOG, 2, 60)
    with pytest.raises(StateRefused, match=r"leaves 3 to 4 of the log are missing"):
        inclusion_proof(registry, LOG, 0, 5)


def test_what_the_log_does_not_have_is_not_proved(registry: Registry) -> None:
    put(registry, LONG[:10])
    for number, size, rule in ((0, 11, "unknown_size"), (5, 5, "unknown_leaf"), (-1, 5, "unknown_leaf")):
        with pytest.raises(NotInRegistry) as refused:
            inclusion_proof(registry, LOG, number, size)
        assert refused.value.rule == rule
    for first, second in ((0, 5), (6, 5), (1, 11)):
        with pytest.raises(NotInRegistry) as refused:
            consistency_proof(registry, LOG, first, second)
        assert refused.value.rule == "unknown_size"
    with pytest.raises(NotInRegistry) as refused:
        inclusion_proof(registry, bytes(32), 0, 1)
    assert refused.value.rule == "unknown_log"
    with pytest.raises(NotInRegistry):
        make_tiles(registry, bytes(32))


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """One leaf without a tile is many."""
    monkeypatch.setattr(tiled_tree, "FEW_UNTILED", WIDTH)
    monkeypatch.setattr(tiled_tree, "MOST_UNTILED", WIDTH + 50)
    monkeypatch.setattr(tiled_tree, "LAZILY", 1)


@pytest.mark.usefixtures("narrow")
def test_who_wants_a_proof_makes_tiles_some_at_a_time(registry: Registry) -> None:
    put(registry, LONG)
    for made in (1, 2):
        with pytest.raises(StateRefused) as refused:
            inclusion_proof(registry, LOG, 3, len(LONG))
        assert refused.value.rule == "tiles_behind"
        check_tiles(registry, LONG_TREE, made * WIDTH)
    assert inclusion_proof(registry, LOG, 3, len(LONG)).head.root == LONG_TREE.root()
    check_tiles(registry, LONG_TREE, 3 * WIDTH)


def test_proofs_need_no_right_to_write(registry: Registry) -> None:
    put(registry, LONG)
    registry.connection.execute("SET default_transaction_read_only = on")
    try:
        for number in (0, 255, 256, 867):
            assert inclusion_proof(registry, LOG, number, len(LONG)).head.root == LONG_TREE.root()
    finally:
        registry.connection.execute("RESET default_transaction_read_only")


@pytest.mark.usefixtures("narrow")
def test_and_where_nobody_may_write_they_end_at_a_limit(registry: Registry) -> None:
    put(registry, LONG)
    registry.connection.execute("SET default_transaction_read_only = on")
    try:
        assert inclusion_proof(registry, LOG, 3, WIDTH + 50).head.root == LONG_TREE.root(WIDTH + 50)
        with pytest.raises(StateRefused) as refused:
            inclusion_proof(registry, LOG, 3, WIDTH + 51)
        assert refused.value.rule == "tiles_behind"
    finally:
        registry.connection.execute("RESET default_transaction_read_only")


@pytest.mark.parametrize("tiles", [0, 1, 2, 3])
def test_proofs_are_those_of_the_whole_tree(registry: Registry, tiles: int) -> None:
    """Whatever of it is in tiles."""
    put(registry, LONG)
    if tiles:
        make_tiles(registry, LOG, most=tiles)
    chance = random.Random(tiles)
    for _ in range(40 if tiles == 3 else 10):
        size = chance.choice((chance.randint(1, len(LONG)), chance.randint(1, 3) * WIDTH, len(LONG)))
        number, first = chance.randrange(size), chance.randint(1, size)
        leaf = LONG[number].leaf
        proof = inclusion_proof(registry, LOG, number, size)
        assert (proof.leaf_hash, proof.head.root) == (leaf.hash, LONG_TREE.root(size))
        assert list(proof.hashes) == LONG_TREE.inclusion_proof(number, size)
        assert included(proof.head.root, leaf.hash, number, size, proof.hashes)
        whole = consistency_proof(registry, LOG, first, size)
        assert list(whole.hashes) == LONG_TREE.consistency_proof(first, size)
        assert consistent(whole.first.root, first, whole.second.root, size, whole.hashes)


def test_logs_do_not_mix(registry: Registry) -> None:
    traffic = happenings(9, 700, logs=2)
    put(registry, traffic)
    make_all_tiles(registry)
    for log in {each.leaf.payment_log for each in traffic}:
        of_log = [each for each in traffic if each.leaf.payment_log == log]
        for size in (1, WIDTH, len(of_log)):
            assert inclusion_proof(registry, log, size - 1, size).head.root == tree_of(of_log).root(size)
        drop_tiles(registry, log)
    assert tiles_of(registry) == {}
