"""A source followed with open eyes: besides what it tells, the cluster's tip is looked at, gaps are filled, and whoever
wants to know is told how it stands."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Coroutine
from contextlib import ExitStack, suppress
from typing import Any, Final

from plings.chain.node import Node, NodeRefusal
from plings.errors import ClusterError, RegistryError
from plings.indexer.cluster import Tip, genesis_hash, has_program, read_tip, slot_time
from plings.indexer.cursor import load_cursor
from plings.indexer.gaps import Gap, fill_gaps
from plings.indexer.runner import Opens, Progress, run
from plings.indexer.sources.held import check_genesis
from plings.indexer.sources.source import Extent, Source
from plings.indexer.store import Written
from plings.indexer.threads import in_thread
from plings.indexer.totals import Standing, standing
from plings.indexer.view import View, view_of
from plings.program import PROGRAM_ID
from plings.registry import Registry

LOOK_SECONDS: Final = 1.0
"""Between two looks into the tables."""
TIP_SECONDS: Final = 3.0
"""Between two looks at the tip of the chain."""
FILL_SECONDS: Final = 5.0
"""Before gaps are asked for, and again after some were filled; longer each time that none was."""
LONGEST_FILL_SECONDS: Final = 300.0
RATE_SECONDS: Final = 10.0
"""What `events/s` is the mean of."""


class Following:
    """One run of a source. `node` is where gaps are asked for and the tip is looked at; files have none.

    `extent` is the source's, where it has one. `give_up_after_seconds` is `run`'s.
    """

    def __init__(
        self,
        place: Opens,
        source: Source,
        node: Node | None = None,
        *,
        extent: Extent | None = None,
        give_up_after_seconds: float | None = None,
    ) -> None:
        self._place = place
        self._source = source
        self._node = node
        self._extent = extent or Extent()
        self._give_up = give_up_after_seconds
        self._progress: Progress | None = None
        self._tip: Tip | None = None
        self._slot: int | None = None
        self._slot_time: tuple[int, int | None] | None = None
        self._standing: Standing | None = None
        self._node_trouble: str | None = None
        self._tables_trouble: str | None = None
        self._fill_trouble: str | None = None
        self._is_program_there = True
        self._filled = Written()
        self._started = time.monotonic()
        self._rates: deque[tuple[float, int]] = deque([(self._started, 0)])

    async def run(self) -> None:
        """To the source's end, or for ever. It may be cancelled at any point: what is being written then is finished.

        Raises what `runner.run` raises, and SettingsError where the node turns out to be of another cluster.
        """
        main = asyncio.create_task(self._main())
        looks = [self._look_at_tables()] if self._node is None else self._looks(self._node)
        helpers = [asyncio.create_task(look) for look in looks]
        try:
            await asyncio.wait([main, *helpers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended(helpers, main)
            await self._look_once_more()
        for task in (main, *helpers):
            if not task.cancelled():
                task.result()

    def view(self) -> View:
        """How it stands now."""
        self._note_rate()
        return view_of(
            progress=self._progress,
            started=self._started,
            filled=self._filled,
            tip=self._tip,
            slot=self._slot,
            slot_time=self._slot_time,
            standing=self._standing,
            extent=self._extent,
            waiting_for=self._waiting_for(),
            fill_trouble=self._fill_trouble,
            events_per_second=self._rate(),
            has_tip=self._node is not None,
        )

    async def _main(self) -> None:
        await run(self._place, self._source, on_progress=self._note, give_up_after_seconds=self._give_up)

    def _looks(self, node: Node) -> list[Coroutine[Any, Any, None]]:
        return [self._look_at_tables(), self._look_at_tip(node), self._fill(node)]

    def _note(self, progress: Progress) -> None:
        self._progress = progress
        self._note_rate()

    def _note_rate(self) -> None:
        now, total = time.monotonic(), self._progress.total if self._progress else Written()
        facts = total.leaves + total.events
        if now - self._rates[-1][0] >= LOOK_SECONDS / 2:
            self._rates.append((now, facts))
        while len(self._rates) > 2 and now - self._rates[1][0] >= RATE_SECONDS:
            self._rates.popleft()

    def _rate(self) -> float:
        (began, before), (now, facts) = self._rates[0], self._rates[-1]
        return (facts - before) / (now - began) if now > began else 0.0

    def _waiting_for(self) -> str | None:
        told = self._progress.trouble if self._progress else None
        if told or self._tables_trouble or self._node_trouble:
            return told or self._tables_trouble or self._node_trouble
        if self._node and not self._is_program_there:
            return f"{self._node.name} is of a cluster without the program {PROGRAM_ID} yet"
        return None

    async def _look_at_tables(self) -> None:
        while True:
            with ExitStack() as stack:
                try:
                    registry = await in_thread(stack.enter_context, self._place.another())
                    while True:
                        self._standing, self._slot = await in_thread(self._read_tables, registry)
                        self._tables_trouble = None
                        await asyncio.sleep(LOOK_SECONDS)
                except RegistryError as trouble:
                    self._tables_trouble = str(trouble)
            await asyncio.sleep(LOOK_SECONDS)

    async def _look_once_more(self) -> None:
        """What is told at the end is what is there."""
        if self._tables_trouble is None:
            with suppress(RegistryError), ExitStack() as stack:
                registry = await in_thread(stack.enter_context, self._place.another())
                self._standing, self._slot = await in_thread(self._read_tables, registry)

    def _read_tables(self, registry: Registry) -> tuple[Standing, int | None]:
        cursor = load_cursor(registry, self._source.name)
        return standing(registry), cursor.slot if cursor else None

    async def _look_at_tip(self, node: Node) -> None:
        """The node may come back as one of another cluster, such as a validator with a new ledger: whoever of us saw
        it away, it is asked again which it is."""
        genesis: str | None = None
        failures = restarts = 0
        while True:
            try:
                restarted = self._progress.restarts if self._progress else 0
                if failures or genesis is None or restarted != restarts:
                    found = await genesis_hash(node)
                    check_genesis(node, found, genesis, "it was")
                    genesis, restarts = found, restarted
                    self._is_program_there = await has_program(node)
                if not self._is_program_there:
                    self._is_program_there = await has_program(node)
                self._tip = await read_tip(node)
                if self._slot is not None and (self._slot_time is None or self._slot_time[0] != self._slot):
                    self._slot_time = self._slot, await slot_time(node, self._slot)
                failures, self._node_trouble = 0, None
            except ClusterError as trouble:
                failures += 1
                if failures > 1 or self._tip is None or isinstance(trouble, NodeRefusal):
                    self._node_trouble = str(trouble)
            await asyncio.sleep(TIP_SECONDS)

    async def _fill(self, node: Node) -> None:
        wait = FILL_SECONDS
        while True:
            await asyncio.sleep(wait)
            if self._standing is None or not self._standing.missing_leaves:
                wait = FILL_SECONDS
                continue
            before = self._filled
            try:
                with ExitStack() as stack:
                    registry = await in_thread(stack.enter_context, self._place.another())
                    await fill_gaps(registry, node, on_gap=self._note_filled)
                self._fill_trouble = None
            except (ClusterError, RegistryError) as trouble:
                self._fill_trouble = str(trouble)
            wait = FILL_SECONDS if self._filled != before else min(wait * 2, LONGEST_FILL_SECONDS)

    def _note_filled(self, _: Gap, written: Written) -> None:
        self._filled += written


async def _ended(helpers: list[asyncio.Task[None]], main: asyncio.Task[None]) -> None:
    """All of them, whatever they were at; a second cancellation is none."""
    for task in (*helpers, main):
        task.cancel()
    await asyncio.gather(*helpers, main, return_exceptions=True)
