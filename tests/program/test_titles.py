"""Titles: whatever is shown of an object's log by whomever, in the end the object is whose the log says it is.

Once with the twin of the program's rule, on thousands of logs; once with the program, whose every step is the twin's.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.fix_program import World, address_of
from plings.program import errors
from plings.program.instructions import ProvedLeaf
from plings.proofs import Leaf
from program import titles
from program.batches import batch_opening, owner_of, slot_gift
from program.promotions import (
    CODE,
    OTHER_CODE,
    PAYMENT,
    WINDOW,
    Log,
    challenge,
    claim,
    final,
    later,
    open_log,
    promotion,
    title,
)
from program.titles import (
    ELSEWHERE,
    GAVE,
    GAVE_SLOT,
    PAID,
    TOOK_SLOT,
    Chain,
    Entry,
    Title,
    agreeing,
    can_be_shown,
    chain_by_log,
    slot_of,
)

ACTORS = ["alice", "bob", "carol", "mallory"]


def write_log(
    source: random.Random, length: int, before: Sequence[Entry] = (), slots: bool = True, gifts: bool = True
) -> list[Entry]:
    """`length` more leaves: payments, gifts by owners and by strangers, a slot and its gifts."""
    log = list(before)
    for number in range(len(log), len(log) + length):
        kinds = [PAID, PAID, ELSEWHERE]
        if gifts:
            kinds += [GAVE] * 4
        if slots:
            kinds.append(GAVE_SLOT if slot_of(log) else TOOK_SLOT)
        log.append(_entry(source, log, number, source.choice(kinds)))
    return log


def _entry(source: random.Random, log: Sequence[Entry], number: int, kind: int) -> Entry:
    actor = source.choice(ACTORS)
    chain, slot = chain_by_log(log), slot_of(log)
    if kind == GAVE and chain and source.random() < 0.5:
        actor = chain[-1][1]  # mostly true ones, or there would be few
    if kind == GAVE_SLOT and slot:
        actor = slot.owner
    is_payment = kind in (PAID, TOOK_SLOT)
    owner = actor if is_payment else source.choice([name for name in ACTORS if name != actor])
    return Entry(number, kind, actor, owner)


def true_links(log: Sequence[Entry]) -> list[Entry]:
    """What somebody who knows the whole log shows, in its order."""
    numbers = {number for number, _ in chain_by_log(log)}
    return sorted((entry for entry in can_be_shown(log) if entry.number in numbers), key=lambda entry: entry.number)


def among(source: random.Random, steps: Sequence[Entry], noise: Sequence[Entry], number: int) -> list[Entry]:
    """`steps` in their order, with `number` other entries anywhere before, between and after."""
    mixed = list(steps)
    for _ in range(number):
        mixed.insert(source.randrange(len(mixed) + 1), source.choice(noise))
    return mixed


def claimable(log: Sequence[Entry]) -> list[Entry]:
    return [entry for entry in can_be_shown(log) if entry.kind != GAVE]


def test_drawn_logs_are_of_every_sort() -> None:
    """Otherwise it would say little that all titles end well."""
    logs = [write_log(random.Random(seed), 12) for seed in range(300)]
    chains = [chain_by_log(log) for log in logs]
    of_slots = [log for log, chain in zip(logs, chains, strict=True) if chain and log[chain[0][0]].kind == TOOK_SLOT]
    assert 30 < len(of_slots) < 270
    assert sum(len(chain) > 3 for chain in chains) > 50
    assert sum(len(claimable(log)) > 2 for log in logs) > 100


# the rule


@settings(max_examples=2_000, deadline=None)
@given(seed=st.integers(min_value=0), length=st.integers(1, 14))
def test_who_shows_the_true_links_in_their_order_is_heard_whatever_else_is_shown(seed: int, length: int) -> None:
    source = random.Random(seed)
    log = write_log(source, length)
    if not claimable(log):
        return
    shown = can_be_shown(log)
    of_title = Title()
    assert of_title.show(source.choice(claimable(log)))
    of_title.show_all(among(source, true_links(log), shown, 3 * length))
    assert of_title.links == chain_by_log(log)
    assert not of_title.show_all(shown * 2)


@settings(max_examples=1_000, deadline=None)
@given(seed=st.integers(min_value=0), length=st.integers(1, 14))
def test_where_nothing_changes_any_more_it_is_the_logs_answer(seed: int, length: int) -> None:
    """Whoever showed what, and in whatever order."""
    source = random.Random(seed)
    log = write_log(source, length)
    if not claimable(log):
        return
    shown = can_be_shown(log)
    of_title = Title()
    of_title.show(source.choice(claimable(log)))
    while of_title.show_all(source.sample(shown, len(shown))):
        pass
    assert of_title.links == chain_by_log(log)


@settings(max_examples=1_000, deadline=None)
@given(seed=st.integers(min_value=0), length=st.integers(1, 14))
def test_true_links_are_never_lost_again(seed: int, length: int) -> None:
    """So what somebody shows of the truth, nobody has to show twice."""
    source = random.Random(seed)
    log = write_log(source, length)
    of_title, true = Title(), chain_by_log(log)
    best = 0
    for entry in source.choices(can_be_shown(log) or log, k=5 * length):
        if of_title.links or entry.kind in (PAID, TOOK_SLOT):
            of_title.show(entry)
        now = agreeing(of_title.links, true)
        assert now >= best
        best = now


def to_and_fro(pairs: int) -> list[Entry]:
    """A thief's later payment, and gifts to an accomplice and back."""
    log = [Entry(0, PAID, "alice", "alice"), Entry(1, PAID, "mallory", "mallory")]
    for _ in range(pairs):
        log.append(Entry(len(log), GAVE, "mallory", "carol"))
        log.append(Entry(len(log), GAVE, "carol", "mallory"))
    return log


def counted_down(of_title: Title, pairs: Sequence[tuple[Entry, Entry]]) -> None:
    """Shows the pairs so that each cuts off all that follow, and these are shown again."""
    if pairs:
        counted_down(of_title, pairs[1:])
        of_title.show_all(pairs[0])
        counted_down(of_title, pairs[1:])


@pytest.mark.parametrize("pairs", range(1, 9))
def test_thief_can_restart_the_window_of_a_false_title_long_but_never_of_a_true_one(pairs: int) -> None:
    """Exponentially often, for a fee each time; and one challenge by the owner ends it for ever."""
    _, theft, *gifts = log = to_and_fro(pairs)
    of_title = Title()
    of_title.show(theft)
    counted_down(of_title, list(zip(gifts[::2], gifts[1::2], strict=True)))
    assert of_title.changes == 1 + 2 * (2**pairs - 1)
    assert of_title.show(log[0])
    assert not of_title.show_all(log)


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(min_value=0), length=st.integers(1, 8))
def test_changes_come_to_an_end(seed: int, length: int) -> None:
    """However a thief orders them: no title comes back, so there are no more changes than sets of leaves."""
    source = random.Random(seed)
    log = write_log(source, length)
    of_title, seen = Title(), []
    for entry in source.choices(can_be_shown(log) or log, k=40 * length):
        if (of_title.links or entry.kind in (PAID, TOOK_SLOT)) and of_title.show(entry):
            seen.append((tuple(of_title.links), of_title.is_slot))
    assert len(set(seen)) == len(seen) <= 2**length


# the program


class Trial:
    """A log on chain, and the twin of the title that is shown of it."""

    def __init__(self, world: World, log: Log, source: random.Random) -> None:
        self.world, self.log, self.source, self.twin = world, log, source, Title()
        self.leaves: list[Leaf] = []

    async def write(self, entries: Iterable[Entry]) -> None:
        """Into the log on chain."""
        for entry in entries:
            self.leaves.append(await self._write(entry))

    async def _write(self, entry: Entry) -> Leaf:
        match entry.kind:
            case titles.ELSEWHERE:
                return await self.log.pays(entry.actor, OTHER_CODE)
            case titles.PAID:
                return await self.log.pays(entry.actor)
            case titles.GAVE:
                return await self.log.gives(entry.actor, entry.owner)
            case titles.TOOK_SLOT:
                return await self.log.takes_slot(entry.actor)
            case _:
                return await self.log.gives_slot(entry.actor, entry.owner)

    def shown(self, entry: Entry) -> ProvedLeaf | None:
        return None if entry.kind == TOOK_SLOT else self.log.shown(self.leaves[entry.number])

    async def claim(self, entry: Entry) -> None:
        await self.world.send(claim(self.shown(entry), entry.owner))
        self.twin.show(entry)
        await self.is_twins()

    async def show(self, entries: Iterable[Entry]) -> None:
        """The program takes what the twin takes, and nothing else."""
        for entry in entries:
            instruction = challenge(self.shown(entry), payer=self.source.choice(ACTORS))
            if self.twin.show(entry):
                await self.world.send(instruction)
            else:
                await self.world.refused(errors.TitleUnchanged, instruction)
            await self.is_twins()

    async def gifts_are_refused(self) -> None:
        """By a leaf and by the slot, whoever tries: there is an account, which outranks them."""
        giver, taker = self.source.sample(ACTORS, 2)
        for gift in (self.world.micro_gift(CODE, giver, taker), slot_gift(CODE, giver, taker)):
            await self.world.refused(errors.ObjectExists, gift)

    async def is_twins(self) -> None:
        links = [(number, address_of(owner)) for number, owner in self.twin.links]
        assert await title(self.world) == links
        assert (await promotion(self.world)).owner == (await self.world.object(CODE)).owner == links[-1][1]

    async def ends_as(self, true: Chain) -> None:
        assert self.twin.links == true
        owner = true[-1][1]
        later(self.world, WINDOW)
        for other in ACTORS:
            if other != owner:
                await self.world.refused(errors.NotTitleHolder, final(other))
        await self.world.send(final(owner))
        await self.gifts_are_refused()


def logs_in_three_parts(source: random.Random, length: int) -> tuple[list[Entry], list[Entry], list[Entry]]:
    """One that something can be claimed with, how it went on until the claim, and how after it."""
    first = write_log(source, length)
    if not claimable(first):
        first[-1] = Entry(length - 1, PAID, "alice", "alice")
    until = write_log(source, 3, first, slots=False)
    return first, until, write_log(source, 2, until, slots=False, gifts=False)


async def tried(world: World, source: random.Random, length: int) -> None:
    """Somebody claims with what they have; then all show what they like; at last somebody shows the truth.

    The last gifts before the claim are checkpointed only after it. Payments into the log go on, and come too late.
    """
    await world.initialize()
    await world.send(batch_opening())
    trial = Trial(world, await open_log(world), source)
    first, until, log = logs_in_three_parts(source, length)
    await trial.write(first)
    await trial.log.note()
    await trial.write(until[length:])
    await trial.claim(source.choice(claimable(first)))
    await trial.gifts_are_refused()
    await trial.show(source.choices(can_be_shown(first), k=length))
    await trial.write(log[len(until) :])
    await trial.log.note()
    await trial.gifts_are_refused()
    await trial.show(among(source, true_links(log), can_be_shown(log), length))
    for entry in can_be_shown(log):
        await world.refused(errors.TitleUnchanged, challenge(trial.shown(entry)))
    if trial.twin.is_slot:
        assert await owner_of(world) == PAYMENT
    await trial.ends_as(chain_by_log(log))


@settings(max_examples=50, deadline=None)
@given(seed=st.integers(min_value=0), length=st.integers(1, 10))
async def test_program_does_what_its_twin_does_and_ends_as_the_log_says(seed: int, length: int) -> None:
    world = World()
    try:
        await tried(world, random.Random(seed), length)
    finally:
        world.rewind()
