"""How a node tells a chain badly: what it sees of it when, what it leaves out, and what it answers instead."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from indexer.faults.history import Deed, History, end_of_slot
from indexer.faults.plan import Plan, View
from plings.indexer import RawTransaction

_ANSWERS: Final = ("busy", "rate limit", "hang up", "error", "nothing")
"""What a node says in the place of the truth, see `weather`."""


def with_node(chance: random.Random, plan: Plan, history: History, ghosts: Sequence[Deed], drawn: Counter[str]) -> Plan:
    """The same with a chain that goes on, and a node that tells it badly; some leave things out, too."""
    lies = chance.random() < 0.35
    views, at = [], 0
    for _ in range(chance.randint(2, 6)):
        at = end_of_slot(history.final, chance.randint(max(at, 1), len(history.final)))
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
