"""How a run stands, in the figures that whoever looks at it wants to see."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final, Literal

from plings.indexer.cluster import SLOT_SECONDS, Tip
from plings.indexer.runner import Progress
from plings.indexer.sources.source import Extent
from plings.indexer.store import Written
from plings.indexer.totals import Standing

State = Literal["starting", "listing", "catching up", "reading", "following", "waiting", "stopping", "stopped", "done"]

NEAR_SLOTS: Final = 150
"""A minute: who is no further behind what is final follows, who is catches up."""


@dataclass(frozen=True)
class View:
    """A moment of a run.

    `slot`: up to there all that is final is written; `final_slot` and `tip_slot` are the cluster's final and confirmed
    ones. `lag_slots` and `lag_seconds` are how far `slot` is behind the tip, `final_lag_slots` behind what is final.
    `found` and `read` are of a source's Extent. `standing` is of the tables, None while they cannot be asked.
    """

    state: State
    slot: int | None
    tip_slot: int | None
    final_slot: int | None
    lag_slots: int | None
    lag_seconds: int | None
    final_lag_slots: int | None
    events_per_second: float
    seconds: float
    written: Written
    filled: int
    found: int
    read: int
    standing: Standing | None
    fill_trouble: str | None
    waiting_for: str | None


def view_of(
    *,
    progress: Progress | None,
    started: float,
    filled: Written,
    tip: Tip | None,
    slot: int | None,
    slot_time: tuple[int, int | None] | None,
    standing: Standing | None,
    extent: Extent,
    waiting_for: str | None,
    fill_trouble: str | None,
    events_per_second: float,
    has_tip: bool,
) -> View:
    """The view of a run that began at `started` on the monotonic clock. `slot_time` is a slot and when it was."""
    lag = None if tip is None or slot is None else max(tip.slot - slot, 0)
    final_lag = None if tip is None or slot is None else max(tip.final_slot - slot, 0)
    return View(
        state=_state(waiting_for, has_tip, tip, final_lag, extent),
        slot=slot,
        tip_slot=tip.slot if tip else None,
        final_slot=tip.final_slot if tip else None,
        lag_slots=lag,
        lag_seconds=None if lag is None else _seconds(lag, tip, slot, slot_time),
        final_lag_slots=final_lag,
        events_per_second=events_per_second,
        seconds=time.monotonic() - started,
        written=progress.total + filled if progress else filled,
        filled=filled.taken - filled.undone,
        found=extent.found,
        read=extent.read,
        standing=standing,
        fill_trouble=fill_trouble,
        waiting_for=waiting_for,
    )


def _state(waiting_for: str | None, has_tip: bool, tip: Tip | None, final_lag: int | None, extent: Extent) -> State:
    if waiting_for is not None:
        return "waiting"
    if not has_tip:
        return "reading"
    if tip is None:
        return "starting"
    if final_lag is not None and final_lag <= NEAR_SLOTS:
        return "following"
    return "listing" if extent.is_counting else "catching up"


def _seconds(lag: int, tip: Tip | None, slot: int | None, known: tuple[int, int | None] | None) -> int:
    """How long ago `slot` was at the tip: by the node's clock, or else by the number of slots."""
    if tip and known and known[0] == slot and known[1] is not None:
        return max(tip.time_unix - known[1], 0)
    return round(lag * SLOT_SECONDS)
