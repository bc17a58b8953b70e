"""Whatever comes twice, late, in another order, cut, or from a fork that is dropped: the state is the clean run's."""

from __future__ import annotations

import random

import pytest

from indexer.conftest import emptied
from indexer.made import config_transaction
from indexer.traffic import Happening, forked, happenings
from plings.indexer import Batch, RawTransaction, index, part_hashes, rebuild
from plings.indexer.forks import finality
from plings.indexer.gaps import gaps, missing_leaves
from plings.proofs import Ownership
from plings.registry import Registry

SEEDS = range(12)


def clean(registry: Registry, all_of_it: list[Happening]) -> dict[str, str]:
    """The state after one undisturbed run."""
    emptied(registry)
    index(registry, Batch([config_transaction(), *(each.raw() for each in all_of_it)]))
    return part_hashes(registry)


def disturbed(chance: random.Random, all_of_it: list[Happening]) -> list[Batch]:
    """The same transactions as bad weather brings them; at the end all that is final, whole, was told."""
    batches = [Batch([config_transaction()])]
    raws = [each.raw(cut=chance.random() < 0.2) for each in all_of_it]
    for _ in range(chance.randrange(6)):
        batches.append(Batch(chance.sample(raws, chance.randrange(1, len(raws)))))
    forks = chance.sample(all_of_it, min(len(all_of_it), 8))
    for each in forks:
        fork = forked(
            each, each.slot + chance.choice([-1, 1]), chance.choice([0, each.leaf.number, each.leaf.number + 1])
        )
        batches.append(Batch([fork], commitment="confirmed"))
        if chance.random() < 0.5:
            batches.append(Batch([each.raw()], commitment="confirmed"))
    chance.shuffle(batches)
    last = all_of_it[-1].slot
    batches.append(Batch([config_transaction(), *raws], complete_through=last + 1))
    late = forked(forks[0], max(forks[0].slot - 1, 0), 3)
    batches.append(Batch([late], commitment="confirmed"))
    return batches


@pytest.mark.parametrize("seed", SEEDS)
def test_the_state_is_the_clean_runs(registry: Registry, seed: int) -> None:
    chance = random.Random(seed)
    all_of_it = happenings(seed, 60)
    expected = clean(registry, all_of_it)
    emptied(registry)
    for batch in disturbed(chance, all_of_it):
        index(registry, batch)
    assert part_hashes(registry) == expected
    assert missing_leaves(registry) == 0
    assert finality(registry).provisional == 0
    rebuild(registry)
    assert part_hashes(registry) == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_owners_are_those_of_the_leaves_alone(registry: Registry, seed: int) -> None:
    """Against plings.proofs.Ownership, in the order of the log, whatever the order in which it was told."""
    all_of_it = happenings(seed, 150, objects=4, actors=3)
    books: dict[bytes, Ownership] = {}
    for each in all_of_it:
        books.setdefault(each.leaf.payment_log, Ownership(each.leaf.payment_log)).append(each.leaf)
    chance = random.Random(seed)
    raws: list[RawTransaction] = [each.raw() for each in all_of_it]
    chance.shuffle(raws)
    for start in range(0, len(raws), 40):
        index(registry, Batch(raws[start : start + 40]))
    rows = registry.rows(
        """SELECT h.path, h.address, h.payment_log, h.number, h.owner, pointer_send(o.class_pointer) AS pointer
        FROM ownership_history AS h JOIN objects AS o USING (object_no) ORDER BY h.object_no, h.ordinal""".replace(
            "pointer_send", "int8send"
        )
    )
    told: dict[tuple[bytes, tuple[str, bytes, bytes]], list[tuple[int, bytes]]] = {}
    for row in rows:
        key = row["payment_log"], (row["path"], row["pointer"], row["address"])
        told.setdefault(key, []).append((row["number"], row["owner"]))
    keys = {(each.leaf.payment_log, each.leaf.object_key) for each in all_of_it}
    expected = {
        (log, key): [(tenure.number, tenure.owner) for tenure in books[log].history_of(key)] for log, key in keys
    }
    assert told == {key: history for key, history in expected.items() if history}
    assert gaps(registry) == []
