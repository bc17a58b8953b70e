"""Every source tells the same transactions, once each, from wherever it was left."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from fixtures.fix_node import Fault
from indexer.chain import Chain, answer_of, text
from indexer.conftest import emptied
from indexer.traffic import forked, happenings
from plings.chain import EmbeddedCluster
from plings.errors import ClusterError, SettingsError
from plings.indexer import Batch, Cursor, RawTransaction, index, load_cursor, part_hashes
from plings.indexer.body import Kept
from plings.indexer.forks import finality
from plings.indexer.gaps import fill_gaps, gaps, missing_leaves
from plings.indexer.runner import Progress, run
from plings.indexer.sources import backfill
from plings.indexer.sources.backfill import BackfillSource
from plings.indexer.sources.embedded import EmbeddedSource
from plings.indexer.sources.files import FileSource, export
from plings.indexer.sources.source import Source
from plings.indexer.sources.subscription import LiveSource
from plings.indexer.sources.wake import Wake, socket_url
from plings.indexer.wire import read_answer, read_text
from plings.program import PROGRAM_ID, program_binary
from plings.registry import Registry
from program.journey import PLATFORM, travel

ALL = happenings(7, 60)
RAWS = [each.raw() for each in ALL]


async def told(source: Source, cursor: Cursor | None = None) -> list[RawTransaction]:
    found = [each async for batch in source.batches(cursor) for each in batch.transactions]
    return [each.unpacked() if isinstance(each, Kept) else each for each in found]


def clean(registry: Registry, raws: list[RawTransaction] = RAWS) -> dict[str, str]:
    index(registry, Batch(raws))
    hashes = part_hashes(registry)
    emptied(registry)
    return hashes


def test_an_answer_is_the_transaction(journey: list[RawTransaction]) -> None:
    for raw in (*RAWS, *journey):
        assert read_answer(answer_of(raw), raw.position) == raw
    assert read_answer(answer_of(RAWS[0], error={"InstructionError": [0, {"Custom": 1}]})) is None


BROKEN = (
    "", "[]", "1", "{}", "null", '{"result": null}', '{"slot": 1}', "[" * 9_999,
    json.dumps({**answer_of(RAWS[0]), "slot": -1}),
    json.dumps({**answer_of(RAWS[0]), "blockTime": None}),
    json.dumps({**answer_of(RAWS[0]), "meta": {**answer_of(RAWS[0])["meta"], "logMessages": None}}),
    json.dumps(answer_of(RAWS[0])).replace('"programIdIndex": ', '"programIdIndex": 9'),
    json.dumps(answer_of(RAWS[0])).replace(text(RAWS[0].keys[0]), "short"),
)  # fmt: skip


@pytest.mark.parametrize("line", BROKEN, ids=range(len(BROKEN)))
def test_what_cannot_be_read_is_an_error_of_ours(line: str) -> None:
    with pytest.raises(ClusterError):
        read_text(line)


@pytest.mark.parametrize("form", ["plings", "plings.gz", "jsonl", "jsonl.gz"])
async def test_a_file_tells_them_and_goes_on_where_it_was(tmp_path: Path, form: str) -> None:
    file = tmp_path / f"raw.{form}"
    with gzip.open(file, "wb") if form.endswith("gz") else file.open("wb") as out:
        if form.startswith("plings"):
            assert export(RAWS, out) == len(RAWS)
        else:
            out.writelines(json.dumps({**answer_of(raw), "position": raw.position}).encode() + b"\n" for raw in RAWS)
    source = FileSource(file)
    assert await told(source) == RAWS
    assert await told(source, Cursor(source.name, {"records": 50})) == RAWS[50:]


@pytest.mark.parametrize("damage", ["missing", "cut", "words", "gzip"])
async def test_a_damaged_file_is_an_error_of_ours(tmp_path: Path, damage: str) -> None:
    file = tmp_path / ("raw.gz" if damage == "gzip" else "raw.plings")
    if damage != "missing":
        with file.open("wb") as out:
            export(RAWS, out)
        data = file.read_bytes()
        file.write_bytes(data[:-3] if damage == "cut" else b"hello\n" if damage == "words" else data)
    with pytest.raises((ClusterError, SettingsError)):
        await told(FileSource(file))


async def test_the_embedded_cluster_tells_them(registry: Registry, journey: list[RawTransaction]) -> None:
    expected = clean(registry, journey)
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        await travel(cluster)
        source = EmbeddedSource(cluster)
        assert (await run(registry, source)).total.leaves == 13
        assert part_hashes(registry) == expected
        assert (await run(registry, source)).total.taken == 0


@pytest.mark.parametrize("page", [1_000, 7])
async def test_backfill_tells_all_that_is_final(registry: Registry, monkeypatch: pytest.MonkeyPatch, page: int) -> None:
    monkeypatch.setattr(backfill, "STEP", 10)
    expected = clean(registry)
    chain = Chain(RAWS, final=40)
    chain.page = page
    async with chain.open() as node:
        source = BackfillSource(node)
        assert (await run(registry, source)).total.taken == 40
        chain.final = 60
        assert (await run(registry, source)).total.taken == 20
        assert (await run(registry, source)).total.taken == 0
    assert part_hashes(registry) == expected
    cursor = load_cursor(registry, "chain")
    assert cursor and cursor.position == {"signature": text(RAWS[-1].signature)}


async def test_backfill_passes_over_what_failed(registry: Registry) -> None:
    chain = Chain(RAWS)
    chain.failed = {RAWS[3].signature}
    async with chain.open() as node:
        assert (await run(registry, BackfillSource(node))).total.taken == 59


async def test_a_node_that_is_behind_moves_nothing(registry: Registry) -> None:
    chain = Chain(RAWS)
    async with chain.open() as node:
        await run(registry, BackfillSource(node))
        chain.final = chain.confirmed = 10
        before = load_cursor(registry, "chain")
        assert (await run(registry, BackfillSource(node))).total.taken == 0
        assert load_cursor(registry, "chain") == before


async def test_a_node_that_is_silent_is_waited_for(registry: Registry) -> None:
    expected = clean(registry)
    chain = Chain(RAWS)
    answer, silences = chain.node.script["getTransaction"], [Fault(-32005, "busy")] * 60
    chain.node.script["getTransaction"] = lambda params: silences.pop() if silences else answer(params)  # type: ignore[operator]
    async with chain.open() as node:
        progress = await run(registry, BackfillSource(node), shortest_wait_seconds=0.01)
    assert part_hashes(registry) == expected
    assert progress.trouble is None


async def test_trouble_that_lasts_is_told(registry: Registry) -> None:
    chain = Chain(RAWS)
    chain.node.script["getTransaction"] = Fault(-32005, "busy")
    async with chain.open() as node:
        with pytest.raises(ClusterError):
            await run(registry, BackfillSource(node), give_up_after_seconds=0.5, shortest_wait_seconds=0.05)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():
            await asyncio.sleep(0.02)


async def test_live_is_provisional_then_final_and_forks_are_undone(registry: Registry) -> None:
    expected = clean(registry)
    chain = Chain(RAWS, final=30, confirmed=40)
    seen = Progress()

    def note(progress: Progress) -> None:
        nonlocal seen
        seen = progress

    async with chain.open() as node:
        running = asyncio.create_task(run(registry, LiveSource(node, Wake(0.02)), on_progress=note))
        await until(lambda: seen.total.taken == 40)
        dropped = [forked(each, each.slot + 1, each.leaf.number) for each in ALL[40:50]]
        chain.reorganized(40, dropped)
        await until(lambda: seen.total.taken == 50)
        chain.reorganized(40, RAWS[40:])
        await until(lambda: seen.total.taken == 70)
        chain.final = 60
        await until(lambda: finality(registry).through_slot == RAWS[-1].slot)
        await until(lambda: finality(registry).provisional == 0)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
    assert part_hashes(registry) == expected
    records = chain.node.calls["getTransaction"]
    assert records == 70, "what was confirmed is not fetched again when it is final"


async def test_a_gap_is_seen_filled_and_closed(registry: Registry) -> None:
    expected = clean(registry)
    chain = Chain(RAWS)
    chain.forgotten = {raw.signature for raw in (RAWS[0], *RAWS[20:26], RAWS[40])}
    async with chain.open() as node:
        await run(registry, BackfillSource(node))
        assert missing_leaves(registry) == len(chain.forgotten)
        assert any(not row["is_gapless"] for row in registry.rows("SELECT is_gapless FROM ownership"))
        first = min(gap.noticed_at for gap in gaps(registry))
        await fill_gaps(registry, node)
        assert missing_leaves(registry) == len(chain.forgotten), "the same node knows no better"
        assert min(gap.noticed_at for gap in gaps(registry)) == first
        chain.forgotten = set()
        filled = await fill_gaps(registry, node)
        assert filled.taken - filled.undone == 8
    assert gaps(registry) == []
    assert part_hashes(registry) == expected


async def test_a_lost_database_is_waited_for(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every connection of the run is cut, again and again, as a restart does."""
    monkeypatch.setattr(backfill, "STEP", 5)
    expected = clean(registry)
    chain = Chain(RAWS)
    cuts = 0

    def cut(progress: Progress) -> None:
        nonlocal cuts
        if progress.trouble is None and cuts < 4:
            cuts += 1
            registry.connection.execute(
                """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()"""
            )

    async with chain.open() as node:
        progress = await run(registry, BackfillSource(node), on_progress=cut, shortest_wait_seconds=0.01)
    assert progress.restarts >= 1
    assert part_hashes(registry) == expected


@pytest.mark.parametrize(
    ("url", "socket"),
    [
        ("http://127.0.0.1:8899", "ws://127.0.0.1:8900"),
        ("https://api.devnet.solana.com", "wss://api.devnet.solana.com"),
        ("https://some.host/key?x=1", "wss://some.host/key?x=1"),
        ("http://[::1]:8899", "ws://[::1]:8900"),
    ],
)
def test_a_nodes_socket_is_beside_it(url: str, socket: str) -> None:
    assert socket_url(url) == socket
