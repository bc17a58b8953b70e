"""What is only confirmed is provisional, and is undone with all that followed from it when its slot is dropped."""

from __future__ import annotations

import pytest

from indexer.conftest import emptied
from indexer.traffic import forked, happenings
from plings.errors import NotInRegistry
from plings.indexer import Batch, index, part_hashes
from plings.indexer.forks import Finality, finality, undo_slot
from plings.registry import Registry

ALL = happenings(5, 40)


def clean(registry: Registry) -> dict[str, str]:
    index(registry, Batch([each.raw() for each in ALL]))
    hashes = part_hashes(registry)
    emptied(registry)
    return hashes


def test_confirmed_is_provisional_until_it_is_final(registry: Registry) -> None:
    expected = clean(registry)
    index(registry, Batch([each.raw() for each in ALL], commitment="confirmed"))
    assert part_hashes(registry) == expected
    assert finality(registry) == Finality(0, 40, ALL[0].slot, ALL[-1].slot)
    assert all(row["is_provisional"] for row in registry.rows("SELECT is_provisional FROM ownership"))
    index(registry, Batch([each.raw() for each in ALL], complete_through=ALL[-1].slot))
    assert finality(registry) == Finality(ALL[-1].slot, 0, None, None)
    assert part_hashes(registry) == expected


def test_what_is_not_among_the_final_was_dropped(registry: Registry) -> None:
    expected = clean(registry)
    index(registry, Batch([each.raw() for each in ALL[:30]]))
    fork = [forked(each, each.slot + 1, each.leaf.number) for each in ALL[30:]]
    index(registry, Batch(fork, commitment="confirmed"))
    assert part_hashes(registry) != expected
    written = index(registry, Batch([each.raw() for each in ALL[30:35]], complete_through=ALL[34].slot))
    assert written.undone == 5
    index(registry, Batch([each.raw() for each in ALL[35:]], complete_through=ALL[-1].slot + 1))
    assert part_hashes(registry) == expected
    assert finality(registry).provisional == 0


def test_what_was_told_before_is_promoted_without_a_second_look(registry: Registry) -> None:
    expected = clean(registry)
    raws = [each.raw() for each in ALL]
    index(registry, Batch(raws, commitment="confirmed"))
    told = [(raw.signature, raw.slot) for raw in raws]
    for _ in range(2):
        index(registry, Batch((), told_before=told, complete_through=ALL[-1].slot))
        assert finality(registry).provisional == 0
        assert part_hashes(registry) == expected


def test_what_was_not_told_before_cannot_be_promoted(registry: Registry) -> None:
    raws = [each.raw() for each in ALL]
    index(registry, Batch(raws[:-1], commitment="confirmed"))
    with pytest.raises(NotInRegistry):
        index(registry, Batch((), told_before=[(raw.signature, raw.slot) for raw in raws], complete_through=99))
    assert finality(registry).provisional == 39


def test_a_dropped_slot_can_be_undone_at_once(registry: Registry) -> None:
    index(registry, Batch([each.raw() for each in ALL[:20]]))
    expected = part_hashes(registry)
    index(registry, Batch([each.raw() for each in ALL[20:]], commitment="confirmed"))
    for slot in sorted({each.slot for each in ALL[20:]}):
        undo_slot(registry, slot)
    assert part_hashes(registry) == expected
    assert undo_slot(registry, ALL[0].slot) == 0
    assert part_hashes(registry) == expected


def test_a_confirmation_that_comes_after_the_decision_is_passed_over(registry: Registry) -> None:
    index(registry, Batch([each.raw() for each in ALL[:20]], complete_through=ALL[-1].slot))
    expected = part_hashes(registry)
    late = Batch([each.raw() for each in ALL[20:]], commitment="confirmed")
    assert index(registry, late).taken == 0
    assert part_hashes(registry) == expected


def test_two_leaves_of_one_number_are_both_kept_until_one_is_undone(registry: Registry) -> None:
    """The later one on chain counts meanwhile."""
    expected = clean(registry)
    index(registry, Batch([each.raw() for each in ALL]))
    same_number = forked(ALL[-1], ALL[0].slot, ALL[0].leaf.number)
    index(registry, Batch([same_number_of_another(same_number)], commitment="confirmed"))
    rows = registry.rows(
        "SELECT slot, is_outranked FROM leaf_facts WHERE payment_log = %s AND number = %s",
        [ALL[-1].leaf.payment_log, ALL[0].leaf.number],
    )
    assert len(rows) in (1, 2) and sum(not row["is_outranked"] for row in rows) == 1
    undo_slot(registry, ALL[0].slot)
    assert part_hashes(registry) == expected


def same_number_of_another(raw):  # type: ignore[no-untyped-def]
    from dataclasses import replace

    return replace(raw, signature=bytes(64))


def test_one_that_is_final_in_two_slots_raises_an_alert(registry: Registry) -> None:
    index(registry, Batch([ALL[0].raw()]))
    index(registry, Batch([forked(ALL[0], ALL[0].slot + 5, 0)]))
    (alert,) = registry.rows("SELECT alert_type FROM system_alerts")
    assert alert["alert_type"] == "INDEXER_CONTRADICTION"
