"""One run: the clean state first, then the same through everything that is planned, and both must be equal."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import pickle
import signal
import struct
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from indexer.chain import answer_of
from indexer.conftest import emptied
from indexer.faults.bench import Bench
from indexer.faults.end import RunFailed, check_state
from indexer.faults.plan import TOLD_AS, Go, Job, Plan, Point
from indexer.faults.weather import WeatherNode
from plings.indexer import Batch, index, part_hashes, rebuilding
from plings.indexer.sources.files import export

_SIZE = struct.Struct("!I")
_BLOCKED_SECONDS = 3.0
"""How long a second indexer may take until it is done, or waits for the first."""

_PATIENCE_SECONDS = 60.0
"""How long an indexer waits for a database or a node: a busy machine takes long to bring them back."""


@dataclass
class Outcome:
    """What became of a run: `log` tells what happened in which order."""

    seed: int
    injected: Counter[str] = field(default_factory=Counter)
    log: list[str] = field(default_factory=list)
    failure: str | None = None
    seconds: float = 0.0


async def trial(bench: Bench, plan: Plan, scratch: Path) -> Outcome:
    """Does a run. What went wrong is in the outcome."""
    run = _Trial(bench, plan, scratch)
    began = time.monotonic()
    try:
        await run.whole()
    except RunFailed as failure:
        run.outcome.failure = str(failure)
    run.outcome.seconds = time.monotonic() - began
    return run.outcome


class _Trial:
    def __init__(self, bench: Bench, plan: Plan, scratch: Path) -> None:
        self._bench, self._plan = bench, plan
        self._file = scratch / f"records.{plan.file_form}"
        self._node = WeatherNode(plan.final, plan.views, plan.troubles) if plan.views else None
        self._wakes = list(plan.wakes)
        self._restarting: asyncio.Task[None] | None = None
        self._others: list[tuple[Go, asyncio.Task[str], bool]] = []
        self.outcome = Outcome(plan.seed, Counter(plan.drawn))

    async def whole(self) -> None:
        expected = self._clean()
        if self._node:
            await self._node.node.start()
        try:
            await self._planned()
            await self._closed()
        finally:
            if self._node:
                self._node.node.stop()
                self.outcome.injected += self._node.injected
            await self._settled()
        check_state(self._bench.registry(), expected, "after all was told")
        for go in self._plan.rebuilds:
            await self._go(go)
        check_state(self._bench.registry(), expected, "after a rebuild")

    def _clean(self) -> dict[str, str]:
        registry = self._bench.registry()
        emptied(registry)
        index(registry, Batch(self._plan.final))
        expected = part_hashes(registry)
        emptied(registry)
        return expected

    async def _planned(self) -> None:
        for go in self._plan.goes:
            if self._plan.records:
                self._write_file(self._plan.file_ends_early)
            await self._go(go)

    async def _closed(self) -> None:
        """The weather is over: the same source goes on, from where it is, and comes to its end."""
        if self._is_rebuilding():
            await self._must(Go("rebuild"))
        if self._node:
            self._node.heal()
        if self._plan.records:
            self._write_file(None)
        await self._must(self._plan.closing)
        if self._plan.lied:
            await self._must(Go("fill gaps"), attempts=4)
            await self._must(Go("index", "archive"))

    async def _must(self, go: Go, attempts: int = 1) -> None:
        """Once, or again where a busy machine kept the node's answer back and nobody waits for it."""
        for left in reversed(range(attempts)):
            ended = await self._go(go)
            if ended == "done":
                return
            if not (left and ended.startswith("NodeSilence")):
                raise RunFailed(f"{go} did not come to its end: {ended}")

    def _write_file(self, share: float | None) -> None:
        with gzip.open(self._file, "wb") if self._file.suffix == ".gz" else self._file.open("wb") as out:
            if self._plan.file_form == "plings":
                export(self._plan.records, out)
            else:
                for raw in self._plan.records:
                    out.write(json.dumps({**answer_of(raw), "position": raw.position}).encode() + b"\n")
        if share is not None:
            data = self._file.read_bytes()
            self._file.write_bytes(data[: int(len(data) * share)])

    # one process

    async def _go(self, go: Go) -> str:
        """Runs a process until it ends; says how. Raises RunFailed where it ended as it must not."""
        await self._settled()
        refused = self._is_refused(go)
        self._say(str(go))
        ended = await self._run(go, refused)
        self._say(f"  {ended}")
        await self._settled()
        self._judge(go, ended, refused)
        return ended

    def _judge(self, go: Go, ended: str, refused: bool) -> None:
        planned = {point.what for point in go.points}
        allowed = (
            ended == "done"
            or (ended == "killed" and planned & {"die", "die unanswered"})
            or (ended == "cancelled" and (planned & {"cancel"} or go.source == "live"))
            or (ended.startswith("StateRefused") and "[rebuilding]" in ended and (refused or self._is_rebuilding()))
            or (ended.startswith("ClusterError") and self._plan.file_ends_early is not None)
            or (ended.startswith("NodeSilence") and go.task == "fill gaps")
            # who waits for a rebuild gives up soon, whatever the last trouble was
            or (ended.startswith(("NodeSilence", "DatabaseUnavailable")) and refused)
        )
        if not allowed:
            raise RunFailed(f"{go} ended so: {ended}")
        if ended == "killed" and go.task == "rebuild":
            self.outcome.injected["rebuild killed"] += 1

    async def _run(self, go: Go, refused: bool) -> str:
        reader, writer = await asyncio.open_unix_connection(self._bench.children)
        _send(writer, {**self._job(go), "patience_seconds": 0.2 if refused else _PATIENCE_SECONDS})
        try:
            while True:
                with suppress(asyncio.IncompleteReadError, ConnectionError):
                    kind, value = await _read(reader)
                    if kind == "ended":
                        return str(value)
                    if answer := await self._answer(go, kind, value):
                        _send(writer, answer)
                    continue
                return "killed"
        finally:
            writer.close()

    def _job(self, go: Go) -> Job:
        return {
            "task": go.task,
            "source": go.source,
            "points": go.points,
            "page_size": go.page_size,
            "database": self._bench.url,
            "planted": self._bench.bug,
            "node": self._node.node.url if self._node else None,
            "batches": self._plan.batches if go.source == "told" else (),
            "file": str(self._file),
            "step": self._plan.step,
        }

    async def _answer(self, go: Go, kind: str, value: Any) -> str | None:
        """What a process is told that asks; None for one that only tells."""
        if kind == "wake":
            assert self._node is not None
            return self._wake(self._node)
        if isinstance(value, Point):
            self._note(value)
            return None
        point, pid = value
        self._note(point)
        await self._befall(go, point, pid)
        return "go"

    def _wake(self, node: WeatherNode) -> str:
        """A live source was told that something happened, or looks by itself."""
        views = self._wakes.pop(0) if self._wakes else 1
        if node.is_at_end:
            return "end"
        if views != 1:
            self.outcome.injected["notification lost" if views else "notification of nothing"] += 1
        for _ in range(views):
            node.advance()
        return "go"

    def _note(self, point: Point) -> None:
        self._say(f"  {point}")
        self.outcome.injected[TOLD_AS[point.what]] += 1
        if point.where == "copy":
            self.outcome.injected["in the middle of a COPY"] += 1

    async def _befall(self, go: Go, point: Point, pid: int | None) -> None:
        if point.what == "advance" and self._node:
            self._node.advance()
        elif point.what in ("restart", "crash"):
            await self._settled_server()
            await asyncio.to_thread(
                self._bench.kill_server, signal.SIGQUIT if point.what == "restart" else signal.SIGKILL
            )
            self._restarting = asyncio.create_task(asyncio.to_thread(self._bench.start_server))
        elif point.what in ("terminate", "kill backend"):
            await self._settled_server()
            await asyncio.to_thread(self._end_session, pid, point.what == "kill backend")
        elif point.what == "another":
            await self._another(go)

    def _end_session(self, pid: int | None, hard: bool) -> None:
        connection = self._bench.registry().connection
        row = connection.execute(
            """SELECT pid FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
                AND (pid = %s OR %s::integer IS NULL)
            ORDER BY backend_start DESC""",
            [pid, pid],
        ).fetchone()
        if row and not hard:
            connection.execute("SELECT pg_terminate_backend(%s)", [row[0]])
        if row and hard:
            os.kill(row[0], signal.SIGKILL)

    async def _another(self, go: Go) -> None:
        """A second indexer of the same source: until it is done, or waits for the first, which goes on then."""
        await self._settled_server()
        second, refused = Go("index", go.source), self._is_refused(go)
        other = asyncio.create_task(self._run(second, refused))
        self._others.append((second, other, refused))
        give_up = time.monotonic() + _BLOCKED_SECONDS
        while not other.done() and time.monotonic() < give_up:
            if await asyncio.to_thread(self._somebody_waits):
                break
            await asyncio.sleep(0.01)

    def _somebody_waits(self) -> bool:
        waiting = "SELECT FROM pg_locks WHERE NOT granted"
        return bool(self._bench.registry().connection.execute(waiting).fetchall())

    # between processes

    async def _settled(self) -> None:
        """The server is up, and nobody else is at work."""
        await self._settled_server()
        others, self._others = self._others, []
        for go, other, refused in others:
            ended = await other
            self._say(f"  the second one: {ended}")
            self._judge(go, ended, refused)

    async def _settled_server(self) -> None:
        if self._restarting:
            restarting, self._restarting = self._restarting, None
            await restarting

    def _is_refused(self, go: Go) -> bool:
        """It indexes while a rebuild is unfinished and nobody goes on with it: waiting for that is in vain."""
        return go.task == "index" and self._is_rebuilding()

    def _is_rebuilding(self) -> bool:
        return rebuilding(self._bench.registry()) is not None

    def _say(self, what: str) -> None:
        self.outcome.log.append(what)


def _send(writer: asyncio.StreamWriter, value: Any) -> None:
    data = pickle.dumps(value)
    writer.write(_SIZE.pack(len(data)) + data)


async def _read(reader: asyncio.StreamReader) -> Any:
    (size,) = _SIZE.unpack(await reader.readexactly(_SIZE.size))
    return pickle.loads(await reader.readexactly(size))
