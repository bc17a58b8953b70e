from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from plings.cli.indexer_nodes import Asked, FollowedCluster, asked
from plings.cli.indexer_run_page import LINE_SECONDS, Lines, Page
from plings.cli.options import DEFAULT_CLUSTER, Json
from plings.cli.output import answering
from plings.cli.paper import Paper
from plings.cli.registry_desk import advised, check_place, opened_place
from plings.cli.registry_options import Data, Database

if TYPE_CHECKING:
    import asyncio

    from plings.indexer.following import Following
    from plings.indexer.sources.source import Extent, Source
    from plings.registry.sessions import Place

ONCE_SECONDS = 60.0
"""How long a run that is to end waits for a node or a database."""


class Kind(StrEnum):
    LIVE = "live"
    BACKFILL = "backfill"


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer run --cluster devnet --database postgresql:///plings")(run)


def run(
    cluster: FollowedCluster = DEFAULT_CLUSTER,
    source: Annotated[
        Kind,
        typer.Option(
            "--source",
            help="live: what is confirmed, at once, and undone if it is dropped. backfill: what is final, alone.",
        ),
    ] = Kind.LIVE,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            "--file", metavar="FILE", help="Read a file of raw transactions instead, and end. May be repeated."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="End when all that is final by now is written.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Read all of it from the beginning; what is there already changes nothing.")
    ] = False,
    accept_loss: Annotated[
        bool,
        typer.Option("--accept-loss", help="Go on also where the node has forgotten what came since the last run."),
    ] = False,
    socket: Annotated[
        str | None,
        typer.Option("--socket", metavar="URL", help="The node's WebSocket, where that is not at the next port."),
    ] = None,
    every: Annotated[
        float,
        typer.Option("--every", min=0.1, metavar="SECONDS", help="Between two lines, where no page is shown."),
    ] = LINE_SECONDS,
    give_up: Annotated[
        float | None,
        typer.Option(
            "--give-up",
            min=0,
            metavar="SECONDS",
            help="Wait no longer for a node or database. Without it: for ever; with --once or --file, a minute.",
        ),
    ] = None,
    database: Database = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Follow the chain into the database, and go on where it was; Ctrl-C ends it, and kill -9 loses nothing.

    Gaps are asked for as it runs. A node or database that is away is waited for. A file is what plings indexer export
    writes, or JSON lines as nodes answer getTransaction; .gz is unpacked. With --json, one object a line.
    """
    import asyncio

    check_place(database, data)
    if socket is not None and not socket.lower().startswith(("ws://", "wss://")):
        raise typer.BadParameter("a WebSocket's address starts with ws:// or wss://", param_hint="--socket")
    patience = ONCE_SECONDS if give_up is None and (once or file) else give_up
    told = Told(every, as_json)
    with answering(as_json), advised(), opened_place(database, data) as place:
        if file:
            asyncio.run(_read(place, file, again, told, patience))
        else:
            asyncio.run(_follow(place, Wanted(cluster, source, once, again, accept_loss, socket), told, patience))


@dataclass(frozen=True)
class Wanted:
    """What is followed, and how."""

    cluster: str
    kind: Kind
    once: bool
    again: bool
    accepts_loss: bool
    socket: str | None


@dataclass(frozen=True)
class Told:
    """How progress is told."""

    every: float
    as_json: bool

    def teller(self, title: str) -> Page | Lines:
        console = Paper()
        if console.is_terminal and not console.is_dumb_terminal and not self.as_json:
            return Page(title)
        return Lines(self.every, self.as_json)


async def _read(place: Place, files: list[Path], again: bool, told: Told, patience: float | None) -> None:
    from plings.indexer.following import Following
    from plings.indexer.sources.files import FileSource

    for file in files:
        source = FileSource(file)
        if again:
            _forget(place, source.name)
        following = Following(place, source, extent=source.extent, give_up_after_seconds=patience)
        if await _watched(following, told.teller(f"plings indexer: {file.name}")):
            return


async def _follow(place: Place, wanted: Wanted, told: Told, patience: float | None) -> None:
    from plings.indexer.following import Following

    async with asked(wanted.cluster) as node:
        source, extent = _source(node, wanted, place)
        if wanted.again:
            _forget(place, source.name)
        following = Following(place, source, node.node, extent=extent, give_up_after_seconds=patience)
        await _watched(following, told.teller(f"plings indexer: {node.name}, {wanted.kind}"))


def _source(node: Asked, wanted: Wanted, place: Place) -> tuple[Source, Extent]:
    from plings.indexer.known import Known
    from plings.indexer.sources.backfill import BackfillSource
    from plings.indexer.sources.held import HeldSource
    from plings.indexer.sources.polling import PollingSource
    from plings.indexer.sources.subscription import LiveSource
    from plings.indexer.sources.wake import SubscribedWake, socket_url

    def held(source: Source) -> Source:
        return HeldSource(source, node.node, node.genesis, needs_program=wanted.once, accepts_loss=wanted.accepts_loss)

    known = None if wanted.again else Known(place).among
    if wanted.kind == Kind.LIVE and not wanted.once:
        live = LiveSource(node.node, SubscribedWake(wanted.socket or socket_url(node.url)), known=known)
        return held(live), live.extent
    final = BackfillSource(node.node, known=known)
    return held(final if wanted.once else PollingSource(final)), final.extent


def _forget(place: Place, source: str) -> None:
    from plings.indexer.totals import forget

    with place.another() as registry:
        forget(registry, source)


async def _watched(following: Following, teller: Page | Lines) -> bool:
    """Runs it and tells how it goes on. Returns whether somebody ended it, by Ctrl-C or SIGTERM."""
    import asyncio

    running = asyncio.create_task(following.run())
    with _ended_by_signals(running) as ended, teller:
        while not running.done():
            view = following.view()
            teller.tell(replace(view, state="stopping", waiting_for=None) if ended.is_set() else view)
            await asyncio.wait([running], timeout=teller.interval)
        with suppress(asyncio.CancelledError):
            running.result()
        teller.tell(replace(following.view(), state="stopped" if ended.is_set() else "done", waiting_for=None))
    return ended.is_set()


@contextmanager
def _ended_by_signals(running: asyncio.Task[None]) -> Iterator[asyncio.Event]:
    """The first Ctrl-C or SIGTERM ends it in order and is noted; the second ends the process, which loses nothing."""
    import asyncio

    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    signals = (signal.SIGINT, signal.SIGTERM)

    def end() -> None:
        ended.set()
        running.cancel()
        for one in signals:
            loop.remove_signal_handler(one)
            signal.signal(one, signal.SIG_DFL)

    with suppress(RuntimeError):  # on Windows, or in a thread: then there are none
        for one in signals:
            loop.add_signal_handler(one, end)
    try:
        yield ended
    finally:
        with suppress(RuntimeError):
            for one in signals:
                loop.remove_signal_handler(one)
