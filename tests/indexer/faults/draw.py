"""Draws a run from its seed."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indexer.faults.history import Deed, History, cut, ghosts_of, leaves, merged, settled
from indexer.faults.plan import Go, Plan, Point, View, What, Where
from plings.indexer import Batch, RawTransaction

SOURCES: Final = ("told", "backfill", "live", "file")
_AT_WRITING: Final[tuple[Where, ...]] = ("statement", "copy", "commit", "batch", "decode")
_DATABASE: Final[tuple[What, ...]] = ("restart", "crash", "kill backend")
_STATEMENTS: Final = 7
"""That a batch takes, but for its COPYs."""
_ANSWERS: Final = ("busy", "rate limit", "hang up", "error", "nothing")
"""What a node says in the place of the truth, see `weather`."""


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
    """At the end: none, one or two that are killed, then one that is not."""
    size = chance.choice((10, 30, 100))
    killed = [
        Go("rebuild", "none", (_point(chance, ("page", "statement", "copy", "commit"), ("die",), batch),), size)
        for batch in chance.sample((1, 2, 3), chance.choice((0, 0, 1)))
    ]
    return (*killed, Go("rebuild", page_size=size))


def told_batches(chance: random.Random, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> list[Batch]:
    """Batches of a source that keeps to the contract, in any order that it allows, some of them twice."""
    return _Telling(chance, history, ghosts, drawn).all()


class _Telling:
    """What was told so far: of each transaction the slot, where it was confirmed last, and whose logs were cut."""

    def __init__(self, chance: random.Random, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> None:
        self._chance, self._history, self._ghosts, self._drawn = chance, history, ghosts, drawn
        self._final = history.final
        self._batches: list[Batch] = []
        self._confirmed: dict[bytes, int] = {}
        self._cut: set[bytes] = set()

    def all(self) -> list[Batch]:
        done = 0
        while done < len(self._final):
            if self._chance.random() < 0.3:
                self._in_any_order()
            if self._chance.random() < 0.5:
                self._confirmed_after(done)
            if self._batches and self._chance.random() < 0.2:
                self._again()
            done = self._finalized(done)
        self._end()
        return self._batches

    def _tell(self, batch: Batch) -> None:
        self._batches.append(batch)
        for raw in batch.transactions:
            self._confirmed[raw.signature] = raw.slot if batch.commitment == "confirmed" else -1

    def _in_any_order(self) -> None:
        """Early or again, with cut logs or whole."""
        few = self._chance.sample(self._final, self._chance.randint(1, min(len(self._final), 15)))
        cuts = [cut(raw) if self._chance.random() < 0.3 else raw for raw in few]
        self._cut |= {raw.signature for raw, whole in zip(cuts, few, strict=True) if raw is not whole}
        self._drawn["logs cut for a time"] += sum(raw is not whole for raw, whole in zip(cuts, few, strict=True))
        self._drawn["told in another order, or again"] += len(few)
        self._tell(Batch(cuts))

    def _confirmed_after(self, done: int) -> None:
        """On this fork or on another."""
        if self._chance.random() < 0.4:
            tail = self._final[done : done + 8]
            self._tell(Batch(self._chance.sample(tail, len(tail)), commitment="confirmed"))
        else:
            tail = self._history.fork(self._chance, done, 8, self._ghosts)
            self._drawn["fork: transactions in other slots, or never"] += len(tail)
            self._tell(Batch(tail, commitment="confirmed"))

    def _again(self) -> None:
        """What was told is told again, and may be long decided."""
        self._drawn["batches told again later"] += 1
        self._tell(replace(self._chance.choice(self._batches), told_before=()))

    def _finalized(self, done: int) -> int:
        """The next ones are final: some of them are told only by name, where they were told as confirmed."""
        upto = _end_of_slot(self._final, done + self._chance.randint(1, max(8, len(self._final) // 3)))
        names = self._chance.random() < 0.7
        told = [
            (raw.signature, raw.slot)
            for raw in self._final[done:upto]
            if names and self._confirmed.get(raw.signature) == raw.slot
        ]
        by_name = {signature for signature, _ in told}
        whole = [raw for raw in self._final[done:upto] if raw.signature not in by_name]
        self._chance.shuffle(whole)
        self._tell(Batch(whole, told_before=told, complete_through=self._final[upto - 1].slot))
        return upto

    def _end(self) -> None:
        """Whose logs were cut for a time is told whole, sometimes all is told again; what comes late is of a fork."""
        again = self._chance.random() < 0.2
        whole = [raw for raw in self._final if again or raw.signature in self._cut]
        self._chance.shuffle(whole)
        self._tell(Batch(whole, complete_through=self._final[-1].slot + 100))
        late = self._history.fork(self._chance, len(self._final) // 2, 8, self._ghosts)
        self._tell(Batch(late, commitment="confirmed"))


def _end_of_slot(final: Sequence[RawTransaction], at: int) -> int:
    """The next place at or after `at` where a slot ends."""
    while at < len(final) and final[at].slot == final[at - 1].slot:
        at += 1
    return min(at, len(final))


def file_records(
    chance: random.Random, history: History, drawn: Counter[str]
) -> tuple[list[RawTransaction], float | None]:
    """A file with everything, much of it twice, some of it cut, in any order; or in its own."""
    records = list(history.final)
    again = chance.sample(records, chance.randint(0, len(records)))
    cuts = [cut(raw) for raw in chance.sample(records, chance.randint(0, len(records) // 2))]
    drawn["told in another order, or again"] += len(again)
    drawn["logs cut for a time"] += sum(not raw.is_whole for raw in cuts)
    records += [*again, *cuts]
    if chance.random() < 0.7:
        chance.shuffle(records)
    early = chance.random() if chance.random() < 0.3 else None
    drawn["file that ends early"] += early is not None
    return records, early


def with_node(chance: random.Random, plan: Plan, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> Plan:
    """The same with a chain that goes on, and a node that tells it badly; some leave things out, too."""
    lies = chance.random() < 0.35
    views, at = [], 0
    for _ in range(chance.randint(2, 6)):
        at = _end_of_slot(history.final, chance.randint(max(at, 1), len(history.final)))
        view = _view(chance, history, at, ghosts, drawn)
        views.append(_lying(chance, view, history, drawn) if lies else view)
    wakes = tuple(chance.choices((0, 1, 2), (2, 6, 3), k=len(views))) if "live" in plan.traffic else ()
    return replace(plan, views=tuple(views), wakes=wakes, troubles=_troubles(chance, history.final), lied=lies)


def _view(chance: random.Random, history: History, at: int, ghosts: Sequence[Deed], drawn: Counter[str]) -> View:
    page = chance.choice((1_000, 1_000, 25, 7))
    if chance.random() < 0.35:
        return View(at, history.final[at : at + 10], page=page)
    tail = history.fork(chance, at, 10, ghosts)
    drawn["fork: transactions in other slots, or never"] += len(tail)
    return View(at, tail, page=page)


def _lying(chance: random.Random, view: View, history: History, drawn: Counter[str]) -> View:
    """The same without some, or without the beginning, or with logs that this node cut."""
    told = [raw.signature for raw in (*history.final[: view.final], *view.tail)]
    omitted, cuts = frozenset[bytes](), frozenset[bytes]()
    if chance.random() < 0.6:
        omitted = frozenset(chance.sample(told, chance.randint(0, 3)))
    if chance.random() < 0.2:
        omitted = frozenset(told[: chance.randint(0, view.final)])
        drawn["node has forgotten the beginning"] += 1
    if chance.random() < 0.5:
        cuts = frozenset(chance.sample(told, min(len(told), chance.randint(0, 5))))
    drawn["listed without some"] += len(omitted)
    drawn["logs cut for a time"] += len(cuts)
    return replace(view, omitted=omitted, cut=cuts)


def _troubles(chance: random.Random, final: Sequence[RawTransaction]) -> dict[tuple[str, object], Sequence[str]]:
    troubles: dict[tuple[str, object], Sequence[str]] = {}
    for raw in chance.sample(final, min(len(final), chance.randint(0, 6))):
        troubles["getTransaction", raw.signature] = chance.choices(_ANSWERS, (4, 4, 3, 3, 4), k=chance.randint(1, 3))
    for _ in range(chance.randint(0, 5)):
        answers = (*_ANSWERS[:4], "the same page", "an older view")
        troubles["getSignaturesForAddress", chance.randint(1, 20)] = chance.choices(answers, (2, 2, 2, 2, 3, 4))
    for _ in range(chance.randint(0, 2)):
        troubles["getSlot", chance.randint(1, 6)] = chance.choices((*_ANSWERS[:4], "an older view"))
    if chance.random() < 0.06:
        troubles["getTransaction", chance.choice(final).signature] = ("silence",)
    return troubles
