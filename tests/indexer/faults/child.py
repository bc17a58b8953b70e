"""An indexer's process: forked from one that has imported everything, so that it begins at once after every kill.

    python -m indexer.faults.child SOCKET

listens there; every connection is a process of its own, which reads a job, does it, and says what became of it.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import plings.indexer.runner
from indexer.faults import planted
from indexer.faults.hooks import Channel, Hooks
from indexer.faults.plan import Job
from plings.chain.node import Node, Patience
from plings.errors import ClusterError, PlingsError
from plings.indexer import Batch, Cursor, rebuild
from plings.indexer.gaps import fill_gaps
from plings.indexer.runner import Progress, run
from plings.indexer.sources import backfill, embedded, files
from plings.indexer.sources.backfill import BackfillSource
from plings.indexer.sources.files import FileSource
from plings.indexer.sources.source import Source
from plings.indexer.sources.subscription import LiveSource
from plings.indexer.sources.wake import Wake
from plings.registry import Registry
from plings.registry.database import APPLICATION
from plings.registry.sessions import Sessions

PATIENCE = Patience(request=3.0, reading=1.0, record=0.06, poll=0.01, backoff=0.01)
"""Seconds. A node that says nothing costs a whole `request`."""
MOST_SECONDS = 240
"""A process that takes longer is stuck, and ends itself."""


class PlannedWake(Wake):
    """Waits until the chain went on, as far as that is planned; a notification says no more than that."""

    def __init__(self, hooks: Hooks, channel: Channel) -> None:
        super().__init__()
        self._hooks = hooks
        self._channel = channel

    async def wait(self) -> None:
        self._hooks.reached("wake")
        if self._channel.ask("wake") == "end":
            self._hooks.cancel()
            await asyncio.sleep(0)


class ToldSource:
    """Batches that were planned, in their order; its cursor counts them."""

    is_patient = True
    name = "told"

    def __init__(self, batches: list[Batch]) -> None:
        self._batches = batches

    async def batches(self, cursor: Cursor | None) -> AsyncIterator[Batch]:
        done = int(cursor.position["batches"]) if cursor else 0
        for at, batch in enumerate(self._batches[done:], done + 1):
            yield Batch(
                batch.transactions,
                Cursor(self.name, {"batches": at}, at),
                batch.commitment,
                batch.told_before,
                batch.complete_through,
            )


@asynccontextmanager
async def opened_node(job: Job) -> AsyncIterator[Node]:
    node = Node(job["node"], PATIENCE)
    try:
        yield node
    finally:
        await node.close()


@asynccontextmanager
async def opened_source(job: Job, hooks: Hooks, channel: Channel) -> AsyncIterator[Source]:
    if job["source"] == "told":
        yield ToldSource(job["batches"])
    elif job["source"] == "file":
        yield FileSource(Path(job["file"]), "file:faults")
    else:
        async with opened_node(job) as node:
            if job["source"] == "live":
                yield LiveSource(node, PlannedWake(hooks, channel))
            else:
                yield BackfillSource(node, "archive" if job["source"] == "archive" else "chain")


async def index(sessions: Sessions, job: Job, hooks: Hooks, channel: Channel) -> Progress:
    """Follows the source until it ends, or the plan does."""
    written = 0

    def note(progress: Progress) -> None:
        nonlocal written
        if progress.batches > written:
            written = progress.batches
            hooks.reached("batch")

    def prepared(batch: Batch) -> Any:
        hooks.reached("decode")
        return prepare(batch)

    prepare = plings.indexer.runner.prepare
    plings.indexer.runner.prepare = prepared
    async with opened_source(job, hooks, channel) as source:
        running = asyncio.ensure_future(
            run(
                sessions,
                source,
                on_progress=note,
                give_up_after_seconds=job["patience_seconds"],
                shortest_wait_seconds=0.02,
            )
        )
        loop = asyncio.get_running_loop()
        hooks.cancel = lambda: loop.call_soon_threadsafe(running.cancel) and None
        return await running


async def fill(registry: Registry, job: Job) -> None:
    async with opened_node(job) as node:
        await fill_gaps(registry, node)


def do(job: Job, hooks: Hooks, channel: Channel) -> None:
    """The job, over a connection of its own."""
    for module in (backfill, files, embedded):
        for name in ("STEP", "BATCH"):
            if hasattr(module, name):
                setattr(module, name, job["step"])
    sessions = Sessions(job["database"], None, APPLICATION)
    hooks.watch_driver()
    if job["task"] == "index":
        asyncio.run(index(sessions, job, hooks, channel))
        return
    with sessions.another() as registry:
        if job["task"] == "rebuild":
            rebuild(registry, lambda *_: hooks.reached("page"), page_size=job["page_size"])
        else:
            asyncio.run(fill(registry, job))


def serve_one(connection: socket.socket) -> None:
    """One process from its job to its end, of which it tells unless it is killed."""
    signal.alarm(MOST_SECONDS)
    channel = Channel(connection)
    job = channel.read()
    hooks = Hooks(channel, job["points"])
    planted.plant(job["planted"])
    try:
        do(job, hooks, channel)
    except asyncio.CancelledError:
        channel.tell("ended", "cancelled")
    except PlingsError as error:
        channel.tell("ended", f"{type(error).__name__}: {error} [{getattr(error, 'rule', '')}]")
    except BaseException:
        channel.tell("ended", "broken: " + traceback.format_exc())
    else:
        channel.tell("ended", "done")


async def warm_up() -> None:
    """What asking a node imports when it is asked for the first time, nobody has to import after a kill."""
    node = Node("http://127.0.0.1:1", Patience(reading=0.0))
    with suppress(ClusterError):
        await node.ask_once("getSlot")
    await node.close()


def main(path: str) -> None:
    asyncio.run(warm_up())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen()
        while True:
            ready, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in ready:
                return  # who started us is gone
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                try:
                    serve_one(connection)
                finally:
                    os._exit(0)
            connection.close()


if __name__ == "__main__":
    main(sys.argv[1])
