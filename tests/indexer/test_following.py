"""A run with open eyes: how it stands is told, gaps are filled as it goes, and another cluster is never written."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import pytest

from indexer.chain import Chain, text
from indexer.conftest import emptied
from indexer.traffic import happenings
from plings.chain.node import Node
from plings.errors import ClusterError, DatabaseUnavailable, SettingsError, StateRefused
from plings.indexer import (
    Batch,
    Cursor,
    Written,
    following,
    index,
    load_cursor,
    part_hashes,
    prepare,
    rebuild,
    runner,
    state_hash,
    write,
)
from plings.indexer.exporting import kept_transactions
from plings.indexer.following import Following
from plings.indexer.forks import finality
from plings.indexer.known import Known
from plings.indexer.runner import run
from plings.indexer.sources.backfill import BackfillSource
from plings.indexer.sources.files import FileSource, export
from plings.indexer.sources.held import HeldSource
from plings.indexer.sources.polling import PollingSource
from plings.indexer.sources.subscription import LiveSource
from plings.indexer.sources.wake import Wake
from plings.indexer.totals import forget
from plings.program import PROGRAM_ID
from plings.registry import Registry
from plings.registry.sessions import Place, Sessions

ALL = happenings(9, 60)
RAWS = [each.raw() for each in ALL]
ENDS = [at for at in range(1, len(RAWS)) if RAWS[at].slot != RAWS[at - 1].slot]
"""Where a slot is at its end: what is final, and what is confirmed, are whole slots."""
FINAL, CONFIRMED = ENDS[len(ENDS) // 2], ENDS[3 * len(ENDS) // 4]
OTHER_GENESIS = text(bytes([1]) * 32)


def clean(registry: Registry) -> dict[str, str]:
    index(registry, Batch(RAWS))
    hashes = part_hashes(registry)
    emptied(registry)
    return hashes


def held(node: Node, **options: bool) -> HeldSource:
    return HeldSource(BackfillSource(node), node, **options)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOOK_SECONDS", "TIP_SECONDS", "FILL_SECONDS"):
        monkeypatch.setattr(following, name, 0.05)


@asynccontextmanager
async def followed(registry: Registry, node: Node) -> AsyncIterator[Following]:
    """A live run, ended in order."""
    live = LiveSource(node, Wake(0.02))
    one = Following(Sessions.like(registry), HeldSource(live, node), node, extent=live.extent)
    async with meanwhile(one.run()):
        yield one


@asynccontextmanager
async def meanwhile(work: Coroutine[Any, Any, object]) -> AsyncIterator[None]:
    """It goes on until the end of the block, if it does not end before."""
    running = asyncio.create_task(work)
    try:
        yield
    finally:
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(90):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_cursor_says_of_which_cluster_it_is(registry: Registry) -> None:
    chain = Chain(RAWS, final=30)
    async with chain.open() as node:
        await run(registry, held(node))
        cursor = load_cursor(registry, "chain")
        assert cursor and cursor.position["genesis"] == chain.genesis
        chain.final, chain.genesis = 60, OTHER_GENESIS
        with pytest.raises(SettingsError, match=f"{OTHER_GENESIS}, not {cursor.position['genesis']}"):
            await run(registry, held(node))
        forget(registry, "chain")
        with pytest.raises(SettingsError, match="another cluster than the tables"):
            await run(registry, held(node))
        assert (await run(registry, BackfillSource(node))).total.taken == 30


async def test_a_cluster_without_the_program_is_refused_where_it_must_be_there(registry: Registry) -> None:
    chain = Chain([])
    chain.program = None
    async with chain.open() as node:
        with pytest.raises(SettingsError, match=str(PROGRAM_ID)):
            await run(registry, held(node, needs_program=True))
        await run(registry, held(node))


async def test_a_node_that_forgot_where_we_were_goes_on_by_slots(registry: Registry) -> None:
    expected = clean(registry)
    chain = Chain(RAWS, final=40)
    async with chain.open() as node:
        await run(registry, held(node))
        chain.first_slot = RAWS[39].slot + 1
        chain.final = 60
        assert (await run(registry, held(node))).total.taken == len([r for r in RAWS[40:] if r.slot > RAWS[39].slot])
    if RAWS[40].slot > RAWS[39].slot:
        assert part_hashes(registry) == expected


async def test_a_node_that_forgot_what_came_since_is_told_of(registry: Registry) -> None:
    chain = Chain(RAWS, final=30)
    async with chain.open() as node:
        await run(registry, held(node))
        chain.first_slot = RAWS[45].slot
        chain.final = 60
        with pytest.raises(ClusterError, match=f"forgotten what was before slot {RAWS[45].slot}"):
            await run(registry, held(node), give_up_after_seconds=0)
        left = [raw for raw in RAWS if raw.slot >= RAWS[45].slot]
        assert (await run(registry, held(node, accepts_loss=True))).total.taken == len(left)


class CountedWake(Wake):
    """Counts who is inside."""

    entered = inside = 0

    async def __aenter__(self) -> Self:
        self.entered += 1
        self.inside += 1
        return self

    async def __aexit__(self, *_: object) -> None:
        self.inside -= 1


async def test_after_a_failed_write_nothing_is_left_open(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    chain, wake = Chain(RAWS, final=FINAL, confirmed=CONFIRMED), CountedWake(0.02)
    failures = [True, False, True]

    def failing(*arguments: Any) -> Written:
        assert wake.inside == 1
        if failures and failures.pop():
            raise DatabaseUnavailable("the database failed: it is gone", "connection")
        return write(*arguments)

    monkeypatch.setattr(runner, "write", failing)
    async with chain.open() as node:
        source = HeldSource(LiveSource(node, wake), node)
        async with meanwhile(run(registry, source, shortest_wait_seconds=0.01)):
            await until(lambda: not failures and finality(registry).provisional == CONFIRMED - FINAL)
    assert (wake.entered, wake.inside) == (3, 0)


async def test_polling_brings_what_is_final_alone(registry: Registry) -> None:
    chain = Chain(RAWS, final=FINAL, confirmed=CONFIRMED)
    async with chain.open() as node:
        source = PollingSource(BackfillSource(node), 0.02)
        one = Following(Sessions.like(registry), source, node)
        async with meanwhile(one.run()):
            await until(lambda: one.view().written.taken == FINAL)
            chain.final = 60
            await until(lambda: one.view().written.taken == 60)
    assert registry.rows("SELECT * FROM provisional_transactions") == []


async def test_gaps_are_filled_as_it_runs(registry: Registry, quick: None) -> None:
    expected = clean(registry)
    chain = Chain(RAWS, final=60)
    chain.forgotten = {raw.signature for raw in RAWS[20:26]}
    async with chain.open() as node, followed(registry, node) as one:
        await until(lambda: bool((stands := one.view().standing) and stands.missing_leaves == 6))
        chain.forgotten = set()
        await until(lambda: bool((stands := one.view().standing) and not stands.missing_leaves))
        await until(lambda: one.view().state == "following")
        view = one.view()
    assert (view.filled, view.written.taken - view.written.undone) == (6, 60)
    assert (view.slot, view.lag_slots) == (RAWS[-1].slot, 0)
    assert part_hashes(registry) == expected


async def test_what_is_waited_for_is_told(registry: Registry, quick: None) -> None:
    chain = Chain(RAWS, final=30)
    chain.program = None
    async with chain.open() as node, followed(registry, node) as one:
        await until(lambda: str(PROGRAM_ID) in (one.view().waiting_for or ""))
        chain.program = {"lamports": 1, "owner": text(bytes(32)), "data": ["", "base64"], "executable": True}
        await until(lambda: one.view().state == "following")
        chain.node.stop()
        await until(lambda: "cannot be reached" in (one.view().waiting_for or ""))
        assert one.view().state == "waiting"


@pytest.mark.parametrize("away", ["getSlot", "getSignaturesForAddress"])
async def test_a_node_that_comes_back_as_another_cluster_ends_it(registry: Registry, quick: None, away: str) -> None:
    """Also where the source alone saw that it was away, between two looks at the tip."""
    chain = Chain(RAWS, final=30)
    async with chain.open() as node, asyncio.timeout(60):
        live = LiveSource(node, Wake(0.02))
        one = Following(Sessions.like(registry), live, node)
        running = asyncio.create_task(one.run())
        await until(lambda: one.view().state == "following")
        answer, chain.node.script[away] = chain.node.script[away], None  # such an answer is none
        await until(lambda: one.view().state == "waiting")
        chain.genesis, chain.node.script[away] = OTHER_GENESIS, answer
        with pytest.raises(SettingsError, match="another cluster than it was"):
            await running


async def test_a_rebuild_under_way_is_waited_for(registry: Registry, quick: None) -> None:
    index(registry, Batch(RAWS[:30]))
    expected = clean(registry)
    index(registry, Batch(RAWS[:30]))
    rebuilt_partly(registry)
    chain = Chain(RAWS)
    async with chain.open() as node, followed(registry, node) as one:
        await until(lambda: "rebuilt" in (one.view().waiting_for or ""))
        await asyncio.to_thread(rebuild, registry)
        await until(lambda: one.view().state == "following")
    assert part_hashes(registry) == expected


def rebuilt_partly(registry: Registry) -> None:
    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(registry, killed, page_size=10)


def test_of_two_rebuilds_one_gives_up(registry: Registry) -> None:
    index(registry, Batch(RAWS))
    before = state_hash(registry)
    others = []

    def meanwhile(*_: object) -> None:
        if not others:
            with Sessions.like(registry).another() as other:
                others.append(rebuild(other, page_size=10))

    with pytest.raises(StateRefused, match="somebody else"):
        rebuild(registry, meanwhile, page_size=10)
    assert others and state_hash(registry) == before
    rebuild(registry)
    assert state_hash(registry) == before


async def test_an_export_fills_another_database_alike(registry: Registry, tmp_path: Path) -> None:
    index(registry, Batch(RAWS[:50]))
    expected = part_hashes(registry)
    index(registry, Batch(RAWS[50:], commitment="confirmed"))
    file = tmp_path / "raw.plings"
    with file.open("wb") as out:
        assert export(kept_transactions(registry), out) == 50
    emptied(registry)
    await run(registry, FileSource(file))
    assert part_hashes(registry) == expected


async def test_what_a_file_brought_is_not_fetched_again(registry: Registry) -> None:
    expected = clean(registry)
    index(registry, Batch(RAWS[:40]))
    index(registry, Batch(RAWS[40:50], commitment="confirmed"))
    chain = Chain(RAWS)
    async with chain.open() as node:
        await run(registry, BackfillSource(node, known=Known(Sessions.like(registry)).among))
    assert chain.node.calls["getTransaction"] == 20, "what was confirmed alone is fetched, too"
    assert part_hashes(registry) == expected
    assert registry.rows("SELECT * FROM provisional_transactions") == []


async def test_a_failed_write_is_forgotten_by_nobody(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when it failed while the next batch could not be read."""
    failed = threading.Event()

    class TwoBatches:
        name, is_patient = "two", False

        async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
            yield Batch(RAWS[:5])
            yield Batch(RAWS[5:10])

    def broken_write(*_: object) -> None:
        failed.set()
        raise DatabaseUnavailable("gone", "connection")

    def broken_second(batch: Batch) -> object:
        if batch.transactions[0] is RAWS[0]:
            return prepare(batch)
        failed.wait(10)
        time.sleep(0.05)
        raise ClusterError("damaged")

    monkeypatch.setattr(runner, "write", broken_write)
    monkeypatch.setattr(runner, "prepare", broken_second)
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: complaints.append(context))
    with pytest.raises(ClusterError, match="damaged"):
        await run(registry, TwoBatches())
    gc.collect()
    await asyncio.sleep(0)
    assert complaints == []


async def test_what_a_file_brought_in_part_is_fetched(registry: Registry) -> None:
    """Logs that were cut, and files without places: a node tells more."""
    expected = clean(registry)
    index(registry, Batch([each.raw(cut=True) for each in ALL[:5]]))
    later = [raw for raw in RAWS[5:40] if raw.position > 0]
    index(registry, Batch([replace(raw, position=0) for raw in RAWS[5:40]]))
    chain = Chain(RAWS)
    async with chain.open() as node:
        await run(registry, BackfillSource(node, known=Known(Sessions.like(registry)).among))
    assert chain.node.calls["getTransaction"] == 5 + len(later) + 20 and later
    assert part_hashes(registry) == expected
    assert registry.rows("SELECT FROM raw_transactions WHERE NOT is_whole") == []


async def test_another_file_of_the_same_name_is_read_whole(registry: Registry, tmp_path: Path) -> None:
    file = tmp_path / "Données 1.plings"

    def holds(first: int, last: int) -> None:
        with file.open("wb") as out:
            export(RAWS[first:last], out)

    holds(0, 20)
    assert (await run(registry, FileSource(file))).total.taken == 20
    holds(0, 30)
    source = FileSource(file)
    grown = [batch async for batch in source.batches(load_cursor(registry, source.name))]
    assert [len(batch.transactions) for batch in grown] == [10]
    await run(registry, source)
    holds(30, 60)
    assert (await run(registry, FileSource(file))).total.taken == 30


async def test_a_place_is_opened_as_often_as_needed(registry: Registry, indexed_url: str, tmp_path: Path) -> None:
    file = tmp_path / "raw.plings"
    with file.open("wb") as out:
        export(RAWS, out)
    source = FileSource(file)
    one = Following(Place(indexed_url), source, extent=source.extent)
    await one.run()
    view = one.view()
    assert (view.state, view.written.taken, view.read) == ("reading", 60, view.found)
    assert view.slot == RAWS[-1].slot and view.standing and not view.standing.missing_leaves
