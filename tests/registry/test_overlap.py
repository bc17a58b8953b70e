"""The database accepts exactly the allocations that a model of number tuples accepts, and has the same next number."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test
from psycopg import Rollback

from fixtures.fix_registry import copied_database
from plings.errors import LimitReached, PathError, PathTaken, RegistryError, StateRefused, ValueRefused
from plings.registry import Registry, connect
from plings.registry.manufacturers import register_manufacturer
from plings.registry.paths import (
    Allocation,
    allocate_next,
    allocate_path,
    allocate_range,
    holder,
    is_free,
    next_free,
    set_allocation_status,
)
from plings.registry.transfers import transfer_allocation
from plings.registry.wallets import activate_wallet
from plings.server import EmbeddedServer
from registry.path_model import LAST_NUMBER, Holding, Ledger, Numbers, fits, text_of
from registry.world import World, open_wallet

ROOTS: tuple[Numbers, ...] = ((1, 2), (2, 2), (58, 2))
"""IKEA in three wallets; the last one's segment has two digits: 21.3 beside 2.3."""

NUMBERS = st.sampled_from([0, 1, 2, 3, 57, 58, 59, 115, 116, 255, 65_535, 16_777_216, LAST_NUMBER - 1, LAST_NUMBER])
"""Segments of one digit and of two that begin alike (3 and 32 are 2 and 59), and those at the ends."""

TAILS = st.one_of(
    st.lists(NUMBERS, max_size=3),
    st.lists(NUMBERS, max_size=2).map(lambda tail: [0] * (13 - len(tail)) + tail),  # to 16 segments, and past it
    st.lists(st.sampled_from([LAST_NUMBER, 0]), min_size=12, max_size=14),  # to 96 bytes, and past it
)
PATHS = st.builds(lambda root, tail: (*root, *tail), st.sampled_from(ROOTS), TAILS)
RANGES = st.tuples(NUMBERS, NUMBERS).map(sorted)


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        open_wallet(world.ada, 58)
        for wallet in (2, 58):
            activate_wallet(world.ada, wallet)
            register_manufacturer(world.ada, wallet, "IKEA", organization="IKEA", index=2)
        yield world


@dataclass
class Live:
    id: UUID
    root: Numbers
    tail: Holding
    status: str = "active"

    @property
    def holding(self) -> Holding:
        return Holding((*self.root, *self.tail.above), self.tail.first, self.tail.last)


class Allocating(RuleBasedStateMachine):
    """Within one transaction, which is undone at the end."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.ida = world.ida
        self.ledger = Ledger()
        self.live: list[Live] = []

    @initialize()
    def begin(self) -> None:
        self.transaction = self.ida.connection.transaction(force_rollback=True)
        self.transaction.__enter__()

    def teardown(self) -> None:
        self.transaction.__exit__(None, None, None)

    def expect(self, wanted: Holding, *, is_whole: bool, work: Callable[[], Allocation]) -> None:
        """What the model says of a wish, the database does."""
        path = (*wanted.above, wanted.first) if is_whole else wanted.above
        if not fits(path):
            refusal: type[Exception] | None = PathError
        elif not fits((*wanted.above, wanted.last)):
            refusal = ValueRefused
        else:
            refusal = None if self.ledger.is_free(wanted) else PathTaken
        if refusal is not None:
            with pytest.raises(refusal):
                work()
            return
        made = work()
        assert made.quantity == wanted.last - wanted.first + 1
        root, above = wanted.above[:2], wanted.above[2:]
        if len(root) == 2:
            self.live.append(Live(made.id, root, Holding(above, wanted.first, wanted.last)))
        self.ledger.held[made.id] = wanted

    @rule(path=PATHS)
    def a_path(self, path: Numbers) -> None:
        self.expect(Holding.whole(path), is_whole=True, work=lambda: allocate_path(self.ida, text_of(path)))

    @rule(base=PATHS, ends=RANGES)
    def a_range(self, base: Numbers, ends: list[int]) -> None:
        first, last = ends
        if last - first == LAST_NUMBER:  # 2^31 children: their count is no integer there
            first += 1
        wanted = Holding(base, first, last)
        work = lambda: allocate_range(self.ida, text_of(base), first, last - first + 1)  # noqa: E731
        self.expect(wanted, is_whole=False, work=work)

    @rule(base=PATHS, quantity=st.sampled_from([1, 2, 57, 1000, LAST_NUMBER]))
    def the_next(self, base: Numbers, quantity: int) -> None:
        if not fits(base):
            return
        first = self.ledger.next_child(base)
        if first is None or first + quantity - 1 > LAST_NUMBER:
            with pytest.raises(LimitReached):
                allocate_next(self.ida, text_of(base), quantity)
            return
        wanted = Holding(base, first, first + quantity - 1)
        self.expect(wanted, is_whole=False, work=lambda: allocate_next(self.ida, text_of(base), quantity))

    @rule(which=st.integers(min_value=0), status=st.sampled_from(["exhausted", "retired"]))
    def a_status(self, which: int, status: str) -> None:
        """Frees nothing."""
        if self.live:
            one = self.live[which % len(self.live)]
            allowed = (one.status, status) in {("active", "exhausted"), ("active", "retired"), ("exhausted", "retired")}
            if allowed or one.status == status:
                set_allocation_status(self.ida, one.id, status)
                one.status = status
            else:
                with pytest.raises(StateRefused):
                    set_allocation_status(self.ida, one.id, status)

    @rule(which=st.integers(min_value=0), heir=st.sampled_from(ROOTS))
    def a_transfer(self, which: int, heir: Numbers) -> None:
        """Frees what was held, and holds its like."""
        if not self.live:
            return
        one = self.live[which % len(self.live)]
        wanted = Holding((*heir, *one.tail.above), one.tail.first, one.tail.last)
        movable = one.status != "retired" and one.root != heir and fits((*wanted.above, wanted.last))
        if not movable or not self.ledger.is_free(wanted):
            with pytest.raises(RegistryError):
                transfer_allocation(self.ida, one.id, heir[0])
            return
        made = transfer_allocation(self.ida, one.id, heir[0])
        del self.ledger.held[one.id]
        self.ledger.held[made.id] = wanted
        self.live.remove(one)
        self.live.append(Live(made.id, heir, one.tail, one.status))

    @rule(path=PATHS, ends=RANGES)
    def a_question(self, path: Numbers, ends: list[int]) -> None:
        if not fits(path):
            return
        text = text_of(path)
        assert next_free(self.ida, text) == self.ledger.next_child(path)
        assert is_free(self.ida, text) == self.ledger.is_free(Holding.whole(path))
        assert is_free(self.ida, text, *ends) == self.ledger.is_free(Holding(path, *ends))
        found = holder(self.ida, text)
        holders = [
            key for key, one in self.ledger.held.items() if one.meets(Holding.whole((*path, 0))) and covers(one, path)
        ]
        assert ([found.id] if found else []) == holders


def covers(one: Holding, path: Numbers) -> bool:
    """Whether a path itself is held, and not only some below it."""
    depth = len(one.above)
    return len(path) > depth and path[:depth] == one.above and one.first <= path[depth] <= one.last


def test_the_database_accepts_exactly_what_the_model_accepts(office: World) -> None:
    slow = bool(os.environ.get("PLINGS_SLOW"))
    run_state_machine_as_test(
        lambda: Allocating(office),
        settings=settings(
            max_examples=400 if slow else 25,
            stateful_step_count=60 if slow else 30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )


TRAPS = [
    ("2.3.2", "2.3.22", None),
    ("2.3.2", "2.3.2.2", PathTaken),
    ("2.3.2.2", "2.3.2", PathTaken),
    ("2.3.2.2", "2.3.22", None),
    ("2.3.1", "2.3.2", None),
    ("2.3", "2.3.2", PathTaken),
    ("2.3.4GmR58", "2.3.4GmR57", None),
    ("2.3.4GmR58.4GmR58", "2.3.4GmR58.1", None),
    ("2.3.4GmR58", "2.3.4GmR58.4GmR58.4GmR58", PathTaken),
    ("2.3." + ".".join(["1"] * 14), "2.3." + ".".join(["1"] * 13), PathTaken),
    ("2.3." + ".".join(["1"] * 14), "2.3." + ".".join(["1"] * 13) + ".2", None),
    ("21.3.2", "2.3.2", None),
    ("21.3.2", "3.3.2", None),
]


@pytest.mark.parametrize(("first", "second", "refusal"), TRAPS)
def test_paths_are_compared_by_whole_segments(
    office: World, first: str, second: str, refusal: type[Exception] | None
) -> None:
    with office.ida.transaction():
        allocate_path(office.ida, first)
        if refusal is None:
            allocate_path(office.ida, second)
        else:
            with pytest.raises(refusal):
                allocate_path(office.ida, second)
        raise Rollback()


def test_all_numbers_of_a_path_can_be_held_but_for_their_count(office: World) -> None:
    with office.ida.transaction():
        whole = allocate_range(office.ida, "2.3.2", 1, LAST_NUMBER)
        assert (whole.first, whole.last, next_free(office.ida, "2.3.2")) == ("2.3.2.2", "2.3.2.4GmR58", None)
        allocate_path(office.ida, "2.3.2.1")
        with pytest.raises(PathTaken):
            allocate_path(office.ida, "2.3.2")
        allocate_path(office.ida, "2.3.3")
        raise Rollback()


@pytest.mark.parametrize("last", [254, 255, 256, 65_534, 65_535, 65_536, 70_000, 2**24 - 1, 2**24, 2**31 - 2])
def test_the_next_number_is_one_more_than_the_last_whatever_its_size(office: World, last: int) -> None:
    with office.ida.transaction():
        allocate_range(office.ida, "2.3.2", last, 1)
        assert next_free(office.ida, "2.3.2") == last + 1
        allocate_path(office.ida, text_of((1, 2, 1, 1, last, 5)))
        assert next_free(office.ida, "2.3.2.2") == last + 1
        raise Rollback()
