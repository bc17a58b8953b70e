"""Round after round, for as long as one likes: what is away is waited for, and told of."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol

from solders.keypair import Keypair

from plings.chain import Cluster
from plings.errors import ClusterError, DatabaseUnavailable, StateRefused
from plings.keeper.outcome import Outcome, Round
from plings.keeper.rounds import OnOutcome, keep_once
from plings.keeper.rules import Rules
from plings.registry import Registry

EVERY_SECONDS: Final = 30.0
LONGEST_WAIT_SECONDS: Final = 300.0


class Opens(Protocol):
    """Where a registry is: `plings.registry.sessions` has two of these."""

    def another(self) -> AbstractContextManager[Registry]: ...


async def keep(
    place: Opens,
    cluster: Cluster,
    payer: Keypair | None,
    rules: Rules,
    *,
    every_seconds: float = EVERY_SECONDS,
    on_outcome: OnOutcome = lambda _: None,
    on_round: Callable[[Round], None] = lambda _: None,
) -> None:
    """Keeps until it is cancelled. After trouble it waits, longer each time in a row.

    Raises what is no passing trouble: SettingsError, PathError, AccessDenied and others.
    """
    checked: dict[bytes, int] = {}
    wait = every_seconds
    while True:
        told: list[Outcome] = []

        def tell(outcome: Outcome, told: list[Outcome] = told) -> None:
            told.append(outcome)
            on_outcome(outcome)

        try:
            with place.another() as registry:
                done = await keep_once(registry, cluster, payer, rules, checked=checked, on_outcome=tell)
            wait = every_seconds
        except (ClusterError, DatabaseUnavailable, StateRefused) as trouble:
            done = Round(outcomes=tuple(told), trouble=str(trouble))
            wait = min(2 * wait, max(LONGEST_WAIT_SECONDS, every_seconds))
        on_round(done)
        await asyncio.sleep(wait)
