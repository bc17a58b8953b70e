"""One round: what is due is found on chain and done; then tiles are made, and roots compared, in the index."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Final

from solders.keypair import Keypair

from plings.chain import Cluster
from plings.indexer.tiles import make_all_tiles
from plings.keeper.duties import Duty, find_duties, known_logs
from plings.keeper.fulfil import fulfil
from plings.keeper.outcome import Ending, Outcome, Round
from plings.keeper.roots import check_roots
from plings.keeper.rules import Rules
from plings.registry import Registry

AT_ONCE: Final = 4
"""Transactions on their way."""

_STOPPING: Final = (Ending.NO_FUNDS, Ending.OVER_BUDGET)
"""After one of these the rest of a round would end the same way."""

OnOutcome = Callable[[Outcome], None]


async def keep_once(
    registry: Registry,
    cluster: Cluster,
    payer: Keypair | None,
    rules: Rules,
    *,
    checked: dict[bytes, int] | None = None,
    on_outcome: OnOutcome = lambda _: None,
) -> Round:
    """Does all that is due; each outcome is told at once. `payer` may be None for a dry run alone.

    `checked` carries over from round to round which roots were compared already. Several keepers at once do no harm:
    each goes through the logs in an order of its own, and finds done what another did. Raises ClusterError,
    RegistryErrors; what was done before stays done.
    """
    logs = await known_logs(registry, cluster, rules)
    duties = await find_duties(cluster, logs, rules)
    if rules.is_dry_run or payer is None:
        outcomes = [Outcome(duty, Ending.WOULD, "a dry run sends nothing", duty.most_lamports) for duty in duties]
        for outcome in outcomes:
            on_outcome(outcome)
        return Round(len(logs), tuple(outcomes))
    random.shuffle(duties)
    outcomes = await _fulfilled(registry, cluster, payer, duties, rules, on_outcome)
    tiles = make_all_tiles(registry)
    mismatches = check_roots(registry, {} if checked is None else checked)
    return Round(len(logs), tuple(outcomes), tiles, tuple(mismatches))


async def _fulfilled(
    registry: Registry, cluster: Cluster, payer: Keypair, duties: list[Duty], rules: Rules, on_outcome: OnOutcome
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    for start in range(0, len(duties), AT_ONCE):
        some = [fulfil(registry, cluster, payer, duty, rules) for duty in duties[start : start + AT_ONCE]]
        # all of them end before trouble of one is told: what was sent is noted
        ended = await asyncio.gather(*some, return_exceptions=True)
        for one in ended:
            if isinstance(one, Outcome):
                outcomes.append(one)
                on_outcome(one)
        for one in ended:
            if isinstance(one, BaseException):
                raise one
        if any(outcome.ending in _STOPPING for outcome in outcomes):
            break
    return outcomes
