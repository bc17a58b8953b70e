"""`plings indexer …` as people and programs call it, on files and on a node that does what it is told."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from cli.command import answer, json_answer, one_object, refusal, refused, run
from cli.test_process import CLEAN, on_terminal
from fixtures.fix_registry import copied_database
from indexer.chain import Chain, text
from indexer.conftest import emptied
from indexer.traffic import happenings
from plings.identity import ClassPointer, format_address
from plings.indexer import Batch, index, rebuild
from plings.indexer.sources.files import export
from plings.indexer.store import LOCK
from plings.program import PROGRAM_ID
from plings.registry import Registry, connect
from plings.server import EmbeddedServer

ALL = happenings(11, 40)
RAWS = [each.raw() for each in ALL]
ENDS = [at for at in range(1, len(RAWS)) if RAWS[at].slot != RAWS[at - 1].slot]
"""Where a slot is at its end: what is final, and what is confirmed, are whole slots."""
FINAL, CONFIRMED = ENDS[len(ENDS) // 3], ENDS[2 * len(ENDS) // 3]
NOBODY = "postgresql://nobody@127.0.0.1:1/plings?connect_timeout=1"


@pytest.fixture
def registry(bare_url: str) -> Iterator[Registry]:
    with connect(bare_url) as connection:
        yield Registry(connection)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """All transactions, as an export has them."""
    written = tmp_path / "raw.plings"
    with written.open("wb") as out:
        export(RAWS, out)
    return written


def says(url: str, *arguments: object) -> str:
    return answer("indexer", *arguments, "--database", url)


def tells(url: str, *arguments: object) -> dict[str, Any]:
    return json_answer("indexer", *arguments, "--database", url)


def test_a_file_is_read_and_all_of_it_can_be_asked_for(bare_url: str, file: Path, tmp_path: Path) -> None:
    lines = says(bare_url, "run", "--file", file).splitlines()
    assert re.fullmatch(r"\S+Z  done; slot \d+; .* 40 transactions, 40 leaves, .*; gaps: none", lines[-1])
    status = tells(bare_url, "status")
    assert (status["counts"]["payment_leaves"], status["provisional"], status["missing_leaves"]) == (40, 0, 0)
    (source,) = status["sources"]
    assert (source["source"], source["position"]["records"], source["lag_slots"]) == ("file:raw_plings", 40, None)
    page = says(bare_url, "status")
    assert "40 records" in page and "gaps                     none" in page
    assert "no gaps" in says(bare_url, "gaps")
    state = tells(bare_url, "hash")
    assert says(bare_url, "hash", "--expect", state["state_hash"].upper()).split()[1] == state["state_hash"]
    rebuilt = tells(bare_url, "rebuild", "--check")
    assert rebuilt["state_hash_before"] == rebuilt["state_hash"] == state["state_hash"]
    assert (rebuilt["transactions"], rebuilt["leaves"], rebuilt["continued"]) == (40, 40, False)
    copy = tmp_path / "copy.gz"
    assert tells(bare_url, "export", copy)["transactions"] == 40
    with gzip.open(copy) as packed, file.open("rb") as plain:
        assert packed.read(13) == plain.read(13)
    last = json.loads(says(bare_url, "run", "--file", copy, "--json").splitlines()[-1])
    assert (last["state"], last["transactions"], last["read"]) == ("done", 0, last["found"])
    assert [each.name for each in tmp_path.iterdir() if "partial" in each.name] == []


def test_an_owner_is_told_with_how_and_since_when(bare_url: str, registry: Registry) -> None:
    index(registry, Batch(RAWS[:-5]))
    index(registry, Batch(RAWS[-5:], commitment="confirmed"))
    (row, *_) = registry.rows("SELECT path, class_pointer, address, owner FROM ownership ORDER BY path")
    pointer, address = ClassPointer.parse(row["class_pointer"]).text, format_address(row["address"])
    url = f"https://s.plings.io?t=q&p={row['path']}&cp={pointer}&i={address}"
    told = tells(bare_url, "owner", url)
    assert told["owner"] == told["history"][-1]["owner"] == format_address(row["owner"])
    assert told["is_gapless"] and told["next_after"] is None
    assert told["owner"] in says(bare_url, "owner", url)
    first = tells(bare_url, "owner", url, "--limit", 1)
    assert first["history"] == told["history"][:1]
    index(registry, Batch(RAWS[:1]))
    unknown = url.replace(address, format_address(bytes([9]) * 32))
    assert "nothing is indexed of" in refused("indexer", "owner", unknown, "--database", bare_url)


def test_the_same_file_again_is_not_read_again_unless_it_is_asked_for(bare_url: str, file: Path) -> None:
    says(bare_url, "run", "--file", file)
    assert "0 transactions, 0 leaves" in says(bare_url, "run", "--file", file).splitlines()[-1]
    says(bare_url, "run", "--file", file, "--again")
    assert tells(bare_url, "status")["counts"]["raw_transactions"] == 40


def test_gaps_are_listed_with_exit_code_0(bare_url: str, registry: Registry) -> None:
    index(registry, Batch([*RAWS[:10], *RAWS[20:]]))
    told = tells(bare_url, "gaps")
    assert told["missing_leaves"] == 10 == sum(one["leaves"] for one in told["oldest"])
    assert told["oldest"][0]["payment_log"] in says(bare_url, "gaps")
    assert len(tells(bare_url, "gaps", "--limit", 1)["oldest"]) == 1
    assert "10 leaves missing" in says(bare_url, "status")


def test_another_hash_is_exit_code_1(bare_url: str) -> None:
    result = run("indexer", "hash", "--expect", "00", "--database", bare_url)
    assert refusal(result) == "the state is another one than 00"
    assert result.stdout.startswith("state ")


def test_a_rebuild_that_was_cut_short_is_told_and_gone_on_with(bare_url: str, registry: Registry) -> None:
    index(registry, Batch(RAWS))
    before = tells(bare_url, "hash")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(registry, killed, page_size=10)
    assert tells(bare_url, "status")["rebuild"] == {"done_through": 10, "last_no": 40}
    assert "at 10 of 40" in says(bare_url, "status")
    assert "plings indexer rebuild finishes it" in refused("indexer", "hash", "--database", bare_url)
    assert "under way" in refused("indexer", "rebuild", "--check", "--database", bare_url, code=2)
    assert tells(bare_url, "rebuild")["continued"] is True
    assert tells(bare_url, "hash") == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--cluster", "nowhere"), "no cluster of nodes is called 'nowhere'"),
        (("run", "--cluster", "embedded"), "no cluster of nodes is called 'embedded'"),
        (("run", "--cluster", "http://"), "names a host"),
        (("run", "--cluster", "http://127.0.0.1:1", "--once", "--give-up", "0"), "cannot be reached"),
        (("run", "--file", "missing.plings"), "'missing.plings' cannot be opened: No such file"),
        (("run", "--file", "."), "cannot be opened: Is a directory"),
        (("run", "--file", "words.jsonl"), "'words.jsonl', record 1: a line is no transaction in JSON"),
        (("run", "--file", "words.gz"), "'words.gz' cannot be read: BadGzipFile"),
        (("run", "--file", "torn.gz"), "'torn.gz' cannot be read: error"),
        (("run", "--file", "cut.plings"), "'cut.plings' ends within record 40"),
        (("fill", "--cluster", "http://127.0.0.1:1"), "cannot be reached"),
        (("export", "nowhere/raw.plings"), "No such file or directory"),
    ],
)
def test_what_cannot_be_is_one_line(
    bare_url: str,
    file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("words.jsonl", "words.gz"):
        Path(name).write_text("hello\n")
    Path("cut.plings").write_bytes(file.read_bytes()[:-3])
    packed = bytearray(gzip.compress(file.read_bytes()))
    packed[40:60] = bytes(20)
    Path("torn.gz").write_bytes(packed)
    result = run("indexer", *arguments, "--database", bare_url)
    assert said in refusal(result)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("run", "--source", "deep"), "'deep' is not one of"),
        (("run", "--socket", "http://127.0.0.1:1"), "ws:// or wss://"),
        (("run", "--every", "0"), "--every"),
        (("run", "--data", "/nowhere"), "a --database is named too"),
        (("gaps", "--limit", "0"), "--limit"),
        (("export",), "FILE"),
    ],
)
def test_wrong_usage_is_exit_code_2(arguments: tuple[str, ...], said: str) -> None:
    assert said in refused("indexer", *arguments, code=2, PLINGS_DATABASE_URL=NOBODY)


def test_a_database_that_stays_away_is_told() -> None:
    assert "no connection" in refused("indexer", "status", "--database", NOBODY)
    result = run("indexer", "run", "--once", "--give-up", "0", "--database", NOBODY, "--json")
    assert (result.exit_code, json.loads(result.stdout.splitlines()[-1])["rule"]) == (1, "connection")


def test_a_database_without_tables_is_told_at_once(postgresql: EmbeddedServer) -> None:
    with copied_database(postgresql, "template0") as url:
        result = run("indexer", "run", "--database", url)
    assert "run plings registry migrate" in refusal(result)


class Process:
    """`plings indexer run … --json` on its own, and what it told."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self.child = child
        self.told: list[dict[str, Any]] = []

    async def until(self, **wanted: object) -> dict[str, Any]:
        """The first object, from now on, in which all of it is so; a string must be contained."""
        assert self.child.stdout
        async with asyncio.timeout(90):
            while line := await self.child.stdout.readline():
                self.told.append(json.loads(line))
                if all(_fits(self.told[-1][name], value) for name, value in wanted.items()):
                    return self.told[-1]
        raise AssertionError(f"it ended before {wanted}: {self.told[-3:]}")

    async def ends(self) -> int:
        """Its exit code."""
        assert self.child.stdout
        self.told += [json.loads(line) for line in (await self.child.stdout.read()).splitlines()]
        return await self.child.wait()


def _fits(told: object, wanted: object) -> bool:
    return wanted in told if isinstance(wanted, str) and isinstance(told, str) else told == wanted


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Process]:
    command = [sys.executable, "-W", "error", "-m", "plings", "indexer", "run", "--json", "--every", "0.1", *arguments]
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=CLEAN, limit=1 << 20
    )
    try:
        yield Process(child)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


@pytest.mark.ui
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "term"])
async def test_a_run_follows_and_is_ended_in_order(bare_url: str, registry: Registry, ending: signal.Signals) -> None:
    chain = Chain(RAWS, final=FINAL, confirmed=CONFIRMED)
    async with chain.open() as node, running("--url", chain.node.url, "--database", bare_url) as process:
        first = await process.until(state="following", transactions=CONFIRMED, provisional=CONFIRMED - FINAL)
        chain.final = chain.confirmed = 40
        await process.until(transactions=40, provisional=0, slot=RAWS[-1].slot)
        process.child.send_signal(ending)
        assert await process.ends() == 0
        assert (first["tip_slot"], first["final_slot"]) == (RAWS[CONFIRMED - 1].slot, RAWS[FINAL - 1].slot)
        assert first["lag_slots"] == first["tip_slot"] - first["final_slot"]
        assert process.told[-1]["state"] == "stopped" and process.told[-1]["waiting_for"] is None
        behind = await asyncio.to_thread(tells, bare_url, "status", "--url", chain.node.url)
        assert [one["lag_slots"] for one in behind["sources"]] == [0]
        assert node.name in chain.node.url
    status = await asyncio.to_thread(tells, bare_url, "status")
    assert status["sources"][0]["position"]["genesis"] == chain.genesis


@pytest.mark.ui
async def test_a_second_ctrl_c_does_not_wait(bare_url: str, registry: Registry) -> None:
    """Somebody else writes for long: the first waits for its turn to write what was read, the second for nothing."""
    chain = Chain(RAWS)
    registry.connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
    async with chain.open(), running("--url", chain.node.url, "--database", bare_url) as process:
        waits = "SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        async with asyncio.timeout(90):
            while not registry.connection.execute(waits.encode()).fetchall():
                await asyncio.sleep(0.1)
        process.child.send_signal(signal.SIGINT)
        await process.until(state="stopping")
        process.child.send_signal(signal.SIGINT)
        assert await process.ends() == -signal.SIGINT
    registry.connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    assert await asyncio.to_thread(tells, bare_url, "status")


@pytest.mark.ui
async def test_a_run_that_is_killed_goes_on_where_it_was(bare_url: str, registry: Registry) -> None:
    index(registry, Batch(RAWS))
    chain = Chain(RAWS, final=FINAL, confirmed=CONFIRMED)
    expected = (await asyncio.to_thread(tells, bare_url, "hash"))["parts"]
    emptied(registry)
    async with chain.open():
        async with running("--url", chain.node.url, "--database", bare_url) as process:
            await process.until(transactions=CONFIRMED)
            process.child.kill()
        chain.final = chain.confirmed = 40
        async with running("--url", chain.node.url, "--database", bare_url, "--once") as process:
            assert await process.ends() == 0
    assert process.told[-1]["state"] == "done"
    assert (await asyncio.to_thread(tells, bare_url, "hash"))["parts"] == expected


@pytest.mark.ui
async def test_a_node_and_a_database_that_are_away_are_waited_for(bare_url: str) -> None:
    chain = Chain(RAWS)
    await chain.node.start()
    chain.node.stop()
    port = int(chain.node.url.rpartition(":")[2])
    async with running("--url", chain.node.url, "--database", NOBODY) as process:
        await process.until(state="waiting", waiting_for="no connection")
        process.child.send_signal(signal.SIGTERM)
        assert await process.ends() == 0
    async with running("--url", chain.node.url, "--database", bare_url) as process:
        await process.until(state="waiting", waiting_for="cannot be reached")
        await chain.node.start(port)
        await process.until(state="following", transactions=40)
    chain.node.stop()


@pytest.mark.ui
async def test_another_cluster_and_one_without_the_program_are_refused(bare_url: str) -> None:
    chain = Chain(RAWS)
    async with chain.open():
        options = ("--url", chain.node.url, "--database", bare_url)
        result = await asyncio.to_thread(run, "indexer", "run", "--once", *options)
        assert result.exit_code == 0
        chain.genesis = text(bytes([7]) * 32)
        for command in (("run",), ("run", "--once", "--again"), ("fill",)):
            result = await asyncio.to_thread(run, "indexer", *command, *options)
            assert "another cluster than the tables" in refusal(result)
        chain.genesis, chain.program = text(bytes(32)), None
        result = await asyncio.to_thread(run, "indexer", "run", "--once", *options)
        assert f"without the program {PROGRAM_ID}" in refusal(result)


@pytest.mark.ui
async def test_fill_asks_for_what_is_missing(bare_url: str, registry: Registry) -> None:
    index(registry, Batch([*RAWS[:10], *RAWS[20:]]))
    chain = Chain(RAWS)
    chain.forgotten = {RAWS[12].signature}
    async with chain.open():
        options = ("fill", "--url", chain.node.url, "--database", bare_url)
        result = await asyncio.to_thread(run, "indexer", *options, "--json")
        assert refusal(result) == "1 leaves are still missing: ask another node with --cluster URL"
        assert one_object(result.stdout) == {"missing_before": 10, "transactions": 9, "missing_leaves": 1}
        chain.forgotten = set()
        assert (await asyncio.to_thread(json_answer, "indexer", *options))["missing_leaves"] == 0


@pytest.mark.ui
def test_a_terminal_gets_a_page(bare_url: str, file: Path) -> None:
    seen = on_terminal("indexer", "run", "--file", str(file), "--database", bare_url)
    assert "plings indexer: raw.plings" in seen and "╭" in seen
    assert "40 transactions, 40 leaves" in seen and "done" in seen


@pytest.mark.ui
async def test_a_closed_pipe_ends_it(bare_url: str) -> None:
    chain = Chain(RAWS)
    reading, writing = os.pipe()
    os.close(reading)
    async with chain.open():
        command = [sys.executable, "-m", "plings", "indexer", "run", "--url", chain.node.url, "--database", bare_url]
        child = await asyncio.create_subprocess_exec(
            *command, stdout=writing, stderr=asyncio.subprocess.PIPE, env=CLEAN
        )
        os.close(writing)
        async with asyncio.timeout(90):
            _, said = await child.communicate()
    assert (child.returncode, said) == (1, b"plings: Broken pipe\n")
