"""Draws a run from its seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indexer.faults.bad_nodes import with_node
from indexer.faults.history import Deed, History, ghosts_of, leaves, merged, settled
from indexer.faults.plan import Go, Plan, Point, What, Where
from indexer.faults.telling import file_records, told_batches
from plings.indexer import RawTransaction

SOURCES: Final = ("told", "backfill", "live", "file")
_AT_WRITING: Final[tuple[Where, ...]] = ("statement", "copy", "commit", "batch", "decode")
_DATABASE: Final[tuple[What, ...]] = ("restart", "crash", "kill backend")
_STATEMENTS: Final = 7
"""That a batch takes, but for its COPYs."""


def draw(seed: int, journey: Sequence[RawTransaction]) -> Plan:
    """The run of a seed: always the same."""
    chance = random.Random(f"faults {seed}")
    source = chance.choices(SOURCES, (5, 2, 3, 2))[0]
    # of a node each transaction is asked for by itself
    traffic = chance.choices(("leaves", "journey", "both"), (6, 2, 2) if source in ("told", "file") else (8, 2, 0))[0]
    history = _history(chance, seed, traffic, journey)
    ghosts = ghosts_of(seed, history.deeds, 6)
    plan = Plan(
        seed=seed,
        traffic=f"{traffic} from {source}",
        final=history.final,
        goes=(),
        closing=Go("index", source if source != "live" else "backfill"),  # type: ignore[arg-type]
        step=chance.choice((3, 5, 8, 20)) if source != "told" else 20,
    )
    drawn = Counter[str]({"logs cut for good": sum(deed.is_cut for deed in history.deeds)})
    if source == "told":
        batches = told_batches(chance, history, ghosts, drawn)
        plan = replace(plan, batches=tuple(batches))
    elif source == "file":
        records, early = file_records(chance, history, drawn)
        form = chance.choice(("plings", "jsonl", "jsonl.gz"))
        plan = replace(plan, records=tuple(records), file_ends_early=early, file_form=form)
    else:
        plan = with_node(chance, plan, history, ghosts, drawn)
    return replace(plan, goes=_goes(chance, source), rebuilds=_rebuilds(chance), drawn=dict(+drawn))


def _history(chance: random.Random, seed: int, traffic: str, journey: Sequence[RawTransaction]) -> History:
    deeds: list[Deed] = []
    if traffic != "journey":
        deeds = leaves(seed, chance.randint(12, 36))
    if traffic != "leaves":
        deeds = merged(chance, deeds, [Deed(raw) for raw in journey])
    return settled(chance, deeds, chance.choice((0, 0, 0.1, 0.4)))


def _goes(chance: random.Random, source: str) -> tuple[Go, ...]:
    """Some processes, each stopped or disturbed; sometimes a rebuild among them."""
    goes = []
    for _ in range(chance.choice((1, 2, 2, 3))):
        if chance.random() < 0.12:
            ending = _point(chance, ("page", "statement", "commit"), ("die",), chance.randint(1, 3))
            goes.append(Go("rebuild", "none", (ending,), chance.choice((10, 30))))
        else:
            goes.append(Go("index", source, _points(chance, source)))  # type: ignore[arg-type]
    return tuple(goes)


def _points(chance: random.Random, source: str) -> tuple[Point, ...]:
    """What befalls a process before it ends, and its end: most are killed, within their first batches."""
    last = chance.randint(1, 6)
    points = []
    if chance.random() < 0.2:
        points.append(_point(chance, ("batch", "statement", "copy"), _DATABASE, chance.randint(1, last)))
    if chance.random() < 0.35:
        points.append(_point(chance, ("statement", "copy", "commit"), ("cut", "terminate"), chance.randint(1, last)))
    if chance.random() < 0.15:
        places: tuple[Where, ...] = ("batch", "decode", "copy", "statement")
        points.append(_point(chance, places, ("another",), chance.randint(1, last)))
    if source in ("backfill", "live"):
        points += [Point("batch", chance.randint(1, last), "advance") for _ in range(chance.randint(0, 2))]
    if chance.random() < 0.9:
        places = _AT_WRITING if source != "live" else (*_AT_WRITING, "wake")
        points.append(_point(chance, places, ("die", "die", "die", "cancel"), last))
    return tuple(points)


def _point(chance: random.Random, places: Sequence[Where], whats: Sequence[What], batch: int) -> Point:
    """Somewhere in the course of a batch, which is counted as it is written: see `store.write_in`."""
    where, what = chance.choice(places), chance.choice(whats)
    if where == "commit" and what in ("die", "cut") and chance.random() < 0.5:
        what = "die unanswered" if what == "die" else "cut unanswered"
    n = {
        "statement": 2 + _STATEMENTS * (batch - 1) + chance.randint(1, _STATEMENTS),
        "copy": 3 * (batch - 1) + chance.randint(1, 3),
        "commit": batch + 1,
        "wake": (batch + 1) // 2,
    }.get(where, batch)
    return Point(where, n, what, round(chance.random(), 2))


def _rebuilds(chance: random.Random) -> tuple[Go, ...]:
    """At the end: none or one that is killed, then one that is not."""
    size = chance.choice((10, 30, 100))
    killed = [
        Go("rebuild", "none", (_point(chance, ("page", "statement", "copy", "commit"), ("die",), batch),), size)
        for batch in chance.sample((1, 2, 3), chance.choice((0, 0, 1)))
    ]
    return (*killed, Go("rebuild", page_size=size))
