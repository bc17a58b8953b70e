"""Facts and what follows from them: once each, whatever comes twice or in another order; the same from raw alone."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from indexer.conftest import emptied
from indexer.made import config_transaction
from indexer.traffic import happenings
from plings.errors import AccessDenied, StateRefused, ValueRefused
from plings.indexer import (
    Batch,
    Cursor,
    RawTransaction,
    Written,
    index,
    load_cursor,
    part_hashes,
    rebuild,
    rebuilding,
    state_hash,
)
from plings.indexer.decoder import decode
from plings.indexer.gaps import missing_leaves
from plings.indexer.rebuild import Progress
from plings.indexer.transaction import TRUNCATED
from plings.program import pda
from plings.registry import Registry
from program.journey import ALICE, BOB, CAROL, MAKER, plain_code


def owners(registry: Registry) -> dict[str, tuple[bytes, int]]:
    """Of each object below its manufacturer: owner, and how they came to it."""
    rows = registry.rows("SELECT path, owner, how FROM ownership")
    return {row["path"].removeprefix("2.3."): (row["owner"], row["how"]) for row in rows}


def count(registry: Registry, rows: str) -> int:
    (row,) = registry.rows(f"SELECT count(*) AS count FROM {rows}")
    return int(row["count"])


def test_the_journey_ends_with_the_owners_that_it_tells_of(registry: Registry, journey: list[RawTransaction]) -> None:
    written = index(registry, Batch(journey))
    assert (written.taken, written.undone, written.leaves, written.events) == (len(journey), 0, 13, 65)
    found = owners(registry)
    alice, bob, carol = (bytes(key.pubkey()) for key in (ALICE, BOB, CAROL))
    traded = plain_code().path.text.removeprefix("2.3.")
    assert found[traded] == (bob, 13)
    assert found["2.G.mic"] == (alice, 1)
    assert found["3.G.mic"] == (bob, 14)
    assert found["5.G.3j"] == (carol, 14)
    assert found["5.G.3k"] == (alice, 3)
    assert found["7.H.2"] == (alice, 1)
    assert count(registry, "system_alerts") == 0


def test_an_objects_history_is_told_link_by_link(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    history = registry.rows("SELECT * FROM ownership_history WHERE path = '2.3.3.G.mic' ORDER BY ordinal")
    assert [(row["how"], row["number"], row["owner"] == bytes(BOB.pubkey())) for row in history] == [
        (1, 0, False),
        (2, 4, True),
        (14, None, True),
    ]


def test_an_offer_is_there_until_it_is_taken(registry: Registry, journey: list[RawTransaction]) -> None:
    account = bytes(pda.payment_address(plain_code()))
    prices = []
    for raw in journey:
        index(registry, Batch([raw]))
        row = registry.row("SELECT asking_price_lamports AS price FROM object_accounts WHERE account = %s", [account])
        if row and (not prices or prices[-1] != row["price"]):
            prices.append(row["price"])
    assert prices == [0, 10**9, 0, 10**9, 0, 10**9, 0]


def test_views_tell_what_else_is_on_chain(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    (maker,) = registry.rows("SELECT * FROM manufacturers_on_chain")
    assert maker["account"] == bytes(MAKER.account)
    assert (maker["fields"]["royalty_bps"], maker["fields"]["status"], maker["fields"]["prefix"]) == (600, 0, "2.3")
    (pool,) = registry.rows("SELECT * FROM sponsor_pools")
    assert pool["is_closed"] and pool["funded_lamports"] == 10**9 and pool["sponsored_lamports"] > 0
    (checkpoint,) = registry.rows("SELECT * FROM checkpoints")
    assert (checkpoint["checkpoint_id"], checkpoint["leaf_count"]) == (0, 5)
    (batch,) = registry.rows("SELECT * FROM batch_accounts")
    assert batch["fields"]["path_to_batch"] == "2.3.5.G"
    assert len(registry.rows("SELECT * FROM class_terms_on_chain")) == 4


def test_the_same_again_changes_nothing(registry: Registry, journey: list[RawTransaction]) -> None:
    index(registry, Batch(journey))
    before = part_hashes(registry)
    again = index(registry, Batch([*journey, *journey]))
    assert (again.taken, again.leaves, again.events) == (0, 0, 0)
    assert part_hashes(registry) == before


@pytest.mark.parametrize("seed", range(3))
def test_order_does_not_matter(registry: Registry, journey: list[RawTransaction], seed: int) -> None:
    index(registry, Batch(journey))
    expected = part_hashes(registry)
    emptied(registry)
    shuffled = random.Random(seed).sample(journey, len(journey))
    for start in range(0, len(shuffled), 7):
        index(registry, Batch(shuffled[start : start + 7]))
    assert part_hashes(registry) == expected


def test_a_rebuild_gives_the_same_tables(registry: Registry, journey: list[RawTransaction]) -> None:
    for start in range(0, len(journey), 9):
        index(registry, Batch(journey[start : start + 9]))
    before = part_hashes(registry)
    seen = list[tuple[Progress, Written]]()
    rebuild(registry, lambda progress, written: seen.append((progress, written)))
    assert part_hashes(registry) == before
    assert seen[-1][0].is_done and seen[-1][1].leaves == 13
    assert rebuilding(registry) is None


def test_a_killed_rebuild_goes_on_where_it_was(registry: Registry) -> None:
    all_of_it = [config_transaction(), *(each.raw(cut=each.leaf.number % 3 == 0) for each in happenings(1, 100))]
    index(registry, Batch(all_of_it))
    before = part_hashes(registry)

    def killed(progress: Progress, _: Written) -> None:
        if progress.done_through >= progress.last_no - 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(registry, killed, page_size=20)
    left = rebuilding(registry)
    assert left and 0 < left.done_through < left.last_no
    with pytest.raises(StateRefused, match="rebuilt"):
        index(registry, Batch(all_of_it))
    rebuild(registry)
    assert part_hashes(registry) == before


def test_a_rebuild_of_nothing_is_done(registry: Registry) -> None:
    before = state_hash(registry)
    assert rebuild(registry) == Written()
    assert state_hash(registry) == before


def test_a_batch_and_its_cursor_are_one(registry: Registry) -> None:
    raws = [each.raw() for each in happenings(1, 10)]
    index(registry, Batch(raws[:5], Cursor("some", {"at": 5}, 50)))
    bad = replace(raws[7], block_time_unix=-1)
    with pytest.raises(ValueRefused):
        index(registry, Batch([*raws[5:], bad], Cursor("some", {"at": 10}, 99)))
    assert load_cursor(registry, "some") == Cursor("some", {"at": 5}, 50)
    assert count(registry, "payment_leaves") == 5


def test_raw_transactions_lie_in_their_months(registry: Registry) -> None:
    raws = [each.raw() for each in happenings(1, 3)]
    times = (1_753_999_999, 1_754_000_000 + 6_399, 1_754_006_400)  # the ends of July 2025, in UTC
    moved = [replace(raw, block_time_unix=time) for raw, time in zip(raws, times, strict=True)]
    index(registry, Batch(moved))
    rows = registry.rows("SELECT tableoid::regclass::text AS month FROM raw_transactions ORDER BY block_time_unix")
    assert [row["month"][-7:] for row in rows] == ["2025_07", "2025_07", "2025_08"]


def test_a_transaction_is_kept_once_across_months(registry: Registry) -> None:
    (raw,) = [each.raw() for each in happenings(1, 1)]
    index(registry, Batch([replace(raw, block_time_unix=1_754_006_399)]))
    assert index(registry, Batch([replace(raw, block_time_unix=1_754_006_400)])).taken == 0


def test_a_fuller_copy_takes_the_place_of_a_cut_one(registry: Registry) -> None:
    all_of_it = happenings(2, 20)
    index(registry, Batch([config_transaction(), *(each.raw() for each in all_of_it)]))
    expected = part_hashes(registry)
    emptied(registry)
    index(registry, Batch([config_transaction(), *(each.raw(cut=True) for each in all_of_it)]))
    assert part_hashes(registry) == expected
    written = index(registry, Batch([each.raw() for each in all_of_it], commitment="confirmed"))
    assert (written.undone, written.taken) == (20, 20)
    assert part_hashes(registry) == expected
    assert count(registry, "payment_leaves WHERE NOT is_told") == 0
    assert count(registry, "provisional_transactions") == 0
    assert index(registry, Batch([each.raw(cut=True) for each in all_of_it])).taken == 0


def named(journey: list[RawTransaction], event: str) -> list[RawTransaction]:
    """The transactions that told of an event, by its name."""
    return [raw for raw in journey if event in {fact.name for fact in decode(raw).events}]


def test_leaves_that_only_a_checkpoint_speaks_of_are_missing(registry: Registry, journey: list[RawTransaction]) -> None:
    """Also when all others of its log were undone."""
    checkpoint = named(journey, "CheckpointCreated")
    index(registry, Batch(checkpoint, complete_through=0))
    assert missing_leaves(registry) == 5
    leaves = [raw for raw in journey if decode(raw).leaves]
    index(registry, Batch(leaves, commitment="confirmed"))
    index(registry, Batch((), complete_through=max(raw.slot for raw in leaves)))
    assert missing_leaves(registry) == 5
    index(registry, Batch(journey))
    assert missing_leaves(registry) == 0
    before = part_hashes(registry)
    rebuild(registry)
    assert part_hashes(registry) == before


def test_an_earlier_place_in_a_slot_is_not_believed(registry: Registry, journey: list[RawTransaction]) -> None:
    """A node that does not list some of a slot has the others too early in it."""
    slot = [replace(raw, slot=77, position=at) for at, raw in enumerate(journey)]
    index(registry, Batch(slot))
    expected = part_hashes(registry)
    for first in (0, 1):
        emptied(registry)
        for few in (slot[first::2], slot[1 - first :: 2]):
            index(registry, Batch([replace(raw, position=at) for at, raw in enumerate(few)]))
        for _ in range(2):
            index(registry, Batch(slot))
            assert part_hashes(registry) == expected
            index(registry, Batch([replace(raw, position=0) for raw in slot], commitment="confirmed"))
            assert part_hashes(registry) == expected
        assert count(registry, "provisional_transactions") == 0


def test_a_fuller_copy_keeps_its_place(registry: Registry, journey: list[RawTransaction]) -> None:
    slot = [replace(raw, slot=77, position=at) for at, raw in enumerate(journey)]
    index(registry, Batch(slot))
    expected = part_hashes(registry)
    emptied(registry)
    index(registry, Batch([replace(raw, lines=(TRUNCATED,)) for raw in slot]))
    index(registry, Batch([replace(raw, position=0) for raw in slot]))
    assert part_hashes(registry) == expected


def test_a_disagreement_raises_an_alert_once(registry: Registry) -> None:
    (raw,) = [each.raw() for each in happenings(1, 1)]
    lying = replace(raw, lines=())
    for _ in range(2):
        index(registry, Batch([lying]))
    (alert,) = registry.rows("SELECT alert_type, severity, details FROM system_alerts")
    assert (alert["alert_type"], alert["severity"]) == ("INDEXER_DISAGREEMENT", "HIGH")
    assert alert["details"]["signature"]


def test_a_manufacturers_role_indexes_nothing(registry: Registry, indexed_url: str) -> None:
    stranger = Registry(registry.connection, role="plings_manufacturer")
    with pytest.raises(AccessDenied):
        index(stranger, Batch([each.raw() for each in happenings(1, 1)]))


def test_a_payments_share_follows_from_the_fee_where_logs_are_cut(registry: Registry) -> None:
    all_of_it = happenings(4, 30)
    index(registry, Batch([config_transaction(), *(each.raw(cut=True) for each in all_of_it)]))
    rows = registry.rows(
        "SELECT amount_lamports, platform_lamports, manufacturer_lamports FROM leaf_facts WHERE kind IN (1, 3)"
    )
    assert rows
    for row in rows:
        assert row["platform_lamports"] == row["amount_lamports"] // 10
        assert row["platform_lamports"] + row["manufacturer_lamports"] == row["amount_lamports"]
