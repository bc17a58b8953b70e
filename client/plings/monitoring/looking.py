"""A look: what came since the one before, each pattern asked about it, and how far it went, in one transaction."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from threading import Event
from typing import Final

from plings.errors import DatabaseUnavailable, StateRefused
from plings.monitoring.facts import count, take
from plings.monitoring.findings import refresh_finality, settle
from plings.monitoring.patterns import PATTERNS
from plings.monitoring.thresholds import ENABLED, EVERY, values
from plings.registry import Registry
from plings.registry.database import Connection, fetch
from plings.registry.sessions import Sessions

log = logging.getLogger("plings.registry")

PAGE: Final = 20_000
"""Transactions of one look at most."""
EVERY_SECONDS: Final = 2.0
"""How long it waits where nothing came."""

_LOCK: Final = int.from_bytes(sha256(b"plings monitoring").digest()[:8], "big", signed=True)
"""Who looks holds it: two at once would count twice."""


@dataclass(frozen=True)
class Standing:
    """How far was looked, and what there is, by transactions' numbers, of which some may not exist."""

    looked_through: int
    last_no: int
    looked_at: datetime | None

    @property
    def waiting(self) -> int:
        """How many numbers were not looked at yet."""
        return self.last_no - self.looked_through


@dataclass(frozen=True)
class Raised:
    """A new alert, by its pattern."""

    pattern: str
    key: str
    severity: str
    message: str


@dataclass(frozen=True)
class Look:
    """What one look had before it and came to. `is_behind`: more is there already."""

    transactions: int = 0
    facts: int = 0
    undone: int = 0
    looked_through: int = 0
    is_behind: bool = False
    withdrawn: int = 0
    raised: list[Raised] = field(default_factory=list)

    def __add__(self, later: Look) -> Look:
        return Look(
            self.transactions + later.transactions,
            self.facts + later.facts,
            self.undone + later.undone,
            later.looked_through,
            later.is_behind,
            self.withdrawn + later.withdrawn,
            [*self.raised, *later.raised],
        )


def standing(registry: Registry) -> Standing:
    """How far looks are. Raises RegistryErrors."""
    found = registry.record(Standing, _STANDING)
    assert found is not None
    return found


def look(registry: Registry, *, page_size: int = PAGE) -> Look:
    """Looks at what came since the last look, `page_size` transactions at most, and at what was undone.

    It is whole or not at all. Others who look meanwhile wait. Raises StateRefused with rule `rebuilding`, and
    RegistryErrors.
    """
    return registry.attempt(lambda connection: _look(connection, page_size))


def look_at_rest(
    registry: Registry, *, page_size: int = PAGE, on_look: Callable[[Look], None] = lambda _: None
) -> Look:
    """Looks until nothing is left that was there when it came to it. Raises as `look` does."""
    whole = Look()
    while True:
        one = look(registry, page_size=page_size)
        whole += one
        on_look(one)
        if not one.is_behind:
            return whole


def begin_again(registry: Registry) -> None:
    """Forgets how far was looked and what was counted, so that the next looks go over everything. Findings stay.

    Raises as `look` does.
    """

    def work(connection: Connection) -> None:
        _begin(connection)
        connection.execute("TRUNCATE monitoring_classes, monitoring_rates")
        connection.execute("UPDATE monitoring_state SET looked_through = 0, kept_from_unix = 0")

    registry.attempt(work)


def keep_looking(
    registry: Registry,
    stop: Event,
    *,
    every_seconds: float = EVERY_SECONDS,
    page_size: int = PAGE,
    on_look: Callable[[Look], None] = lambda _: None,
) -> None:
    """Looks until `stop` is set, over connections of its own, also across restarts of the database and rebuilds."""
    sessions = Sessions.like(registry)
    while not stop.is_set():
        try:
            with sessions.another() as own:
                while not stop.is_set():
                    one = look(own, page_size=page_size)
                    on_look(one)
                    if not one.is_behind:
                        stop.wait(every_seconds)
        except (DatabaseUnavailable, StateRefused) as error:
            if isinstance(error, StateRefused) and error.rule != "rebuilding":
                raise
            log.warning("looking for patterns: %s", error)
            stop.wait(every_seconds)


def _begin(connection: Connection) -> None:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    # in the order in which a rebuild empties them: it waits until this is done, or this sees that it has begun
    connection.execute(b"LOCK TABLE objects, payment_leaves, chain_events, object_accounts IN ACCESS SHARE MODE")
    # every statement meets tables of another size than the last time
    connection.execute("SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL jit = off")
    if fetch(connection, "SELECT done_through FROM indexer_rebuild"):
        raise StateRefused("the tables are being rebuilt: plings indexer rebuild finishes it", "rebuilding")


def _look(connection: Connection, page_size: int) -> Look:
    _begin(connection)
    (state,) = fetch(connection, _SPAN, {"page": page_size})
    after, through = state["looked_through"], state["through"]
    taken = take(connection, after, through)
    count(connection)
    by_pattern = values(connection)
    raised: list[Raised] = []
    withdrawn = 0
    for pattern in PATTERNS.values():
        thresholds = by_pattern[pattern.name]
        if not thresholds[ENABLED]:
            continue
        suspicions = pattern.find(connection, thresholds)
        new, gone = settle(connection, pattern, suspicions, by_pattern[EVERY]["open_alerts"])
        raised += [Raised(pattern.name, one.key, one.severity, one.message) for one in new]
        withdrawn += gone
    refresh_finality(connection)
    connection.execute("UPDATE monitoring_state SET looked_through = %s, looked_at = now()", [through])
    return Look(taken.transactions, taken.facts, taken.undone, through, state["last_no"] > through, withdrawn, raised)


_STANDING: Final = """
    SELECT s.looked_through, greatest(s.looked_through, coalesce((
        SELECT max(transaction_no) FROM raw_transactions
    ), 0)) AS last_no, s.looked_at
    FROM monitoring_state AS s
"""

# The page's last number: of the transactions after the cursor the so-manieth, or the last of all.
_SPAN: Final = f"""
    SELECT s.looked_through, s.last_no, coalesce((
        SELECT transaction_no FROM raw_transactions WHERE transaction_no > s.looked_through
        ORDER BY transaction_no OFFSET %(page)s - 1 LIMIT 1
    ), s.last_no) AS through
    FROM ({_STANDING}) AS s
"""
