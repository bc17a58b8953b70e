"""A source, followed: read, decoded and written side by side, and taken up again where it was after any trouble.

While the database works on a batch, the next is read and decoded. A database that is away or a node that is silent is
waited for, a little longer each time; what was not written is read again.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from typing import Final, Protocol

from plings.errors import ClusterError, DatabaseUnavailable, NotInRegistry, PlingsError, StateRefused
from plings.indexer.cursor import load_cursor
from plings.indexer.sources.source import Source
from plings.indexer.store import Batch, Prepared, Written, prepare, write
from plings.indexer.threads import in_thread
from plings.registry import Registry
from plings.registry.sessions import Sessions

SHORTEST_WAIT_SECONDS: Final = 0.2
LONGEST_WAIT_SECONDS: Final = 5.0


@dataclass
class Progress:
    """What came of it so far. `trouble` is what is being waited for, None while all goes on."""

    total: Written = field(default_factory=Written)
    batches: int = 0
    started: float = field(default_factory=time.monotonic)
    trouble: str | None = None
    restarts: int = 0

    @property
    def facts_per_second(self) -> float:
        return (self.total.leaves + self.total.events) / max(time.monotonic() - self.started, 1e-9)


OnProgress = Callable[[Progress], None]


class Opens(Protocol):
    """Where a registry is opened again, as often as its connection is lost."""

    def another(self) -> AbstractContextManager[Registry]: ...


async def run(
    registry: Registry | Opens,
    source: Source,
    *,
    on_progress: OnProgress = lambda _: None,
    give_up_after_seconds: float | None = None,
    shortest_wait_seconds: float = SHORTEST_WAIT_SECONDS,
) -> Progress:
    """Follows a source to its end, which a live one does not have. It may be cancelled at any point.

    `give_up_after_seconds`: how long trouble may last in a row; for ever by default. Raises what the trouble was then
    (DatabaseUnavailable, ClusterError, StateRefused while a rebuild is unfinished), and every other error at once.
    """
    sessions = Sessions.like(registry) if isinstance(registry, Registry) else registry
    progress = Progress()
    wait, since = shortest_wait_seconds, time.monotonic()
    while True:
        batches = progress.batches
        try:
            with ExitStack() as stack:
                writing = await in_thread(stack.enter_context, sessions.another())
                await _follow(writing, source, progress, on_progress)
            return progress
        except (DatabaseUnavailable, ClusterError, NotInRegistry, StateRefused) as trouble:
            if not _may_pass(trouble, source):
                raise
            if progress.batches != batches:
                wait, since = shortest_wait_seconds, time.monotonic()
            if give_up_after_seconds is not None and time.monotonic() - since + wait > give_up_after_seconds:
                raise
            progress.trouble = str(trouble)
            progress.restarts += 1
            on_progress(progress)
        await asyncio.sleep(wait)
        wait = min(wait * 2, LONGEST_WAIT_SECONDS)


def _may_pass(trouble: PlingsError, source: Source) -> bool:
    """Whether waiting helps."""
    if isinstance(trouble, ClusterError):
        return source.is_patient
    if isinstance(trouble, StateRefused):
        return trouble.rule == "rebuilding"
    return not isinstance(trouble, DatabaseUnavailable) or trouble.rule != "not_migrated"


async def _follow(registry: Registry, source: Source, progress: Progress, on_progress: OnProgress) -> None:
    """One go, from the cursor on: one batch is written while the next is read and decoded."""
    cursor = await in_thread(load_cursor, registry, source.name)
    writing: asyncio.Task[None] | None = None

    async def written(prepared: Prepared) -> None:
        _note(progress, await asyncio.to_thread(write, registry, prepared), on_progress)

    batches = source.batches(cursor)
    try:
        while (batch := await _next(batches, writing)) is not None:
            prepared = await asyncio.to_thread(prepare, batch)
            if writing is not None:
                await asyncio.shield(writing)
            writing = asyncio.create_task(written(prepared))
        if writing is not None:
            await asyncio.shield(writing)
    finally:
        if writing is not None:  # its thread uses the connection until it is done
            await asyncio.wait([writing])
            writing.exception()  # which is told by now, or of less weight than what is
        if isinstance(batches, AsyncGenerator):  # what it holds open, such as a subscription
            await batches.aclose()


async def _next(batches: AsyncIterator[Batch], writing: asyncio.Task[None] | None) -> Batch | None:
    """The next batch, None after the last; or, as soon as it is known, what the writing of the one before raises."""

    async def first() -> Batch | None:
        return await anext(batches, None)

    coming = asyncio.create_task(first())
    try:
        if writing is not None:
            await asyncio.wait([coming, writing], return_when=asyncio.FIRST_COMPLETED)
            if writing.done():
                writing.result()
        return await asyncio.shield(coming)
    finally:
        coming.cancel()
        await asyncio.wait([coming])
        if not coming.cancelled():
            coming.exception()


def _note(progress: Progress, written: Written, on_progress: OnProgress) -> None:
    progress.total += written
    progress.batches += 1
    progress.trouble = None
    on_progress(progress)
