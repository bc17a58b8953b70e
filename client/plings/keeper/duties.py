"""What is due: logs whose next checkpoint can be made, or that owe enough to be paid out, by the chain's accounts."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from solders.pubkey import Pubkey

from plings.chain import Cluster
from plings.errors import ClusterError
from plings.indexer.ask import ask
from plings.keeper.rules import MOST_FEE_LAMPORTS, Rules, checkpoint_cost_lamports
from plings.logs import due, find_logs, find_maker
from plings.objects import find_config, is_ours
from plings.program.accounts import Config, PaymentLog
from plings.registry import Registry


class What(StrEnum):
    CHECKPOINT = "checkpoint"
    SWEEP = "sweep"


@dataclass(frozen=True)
class Duty:
    """One transaction to be sent, and what it can cost at most. `amount`: new leaves, or lamports owed."""

    what: What
    payment_log: Pubkey
    amount: int
    most_lamports: int


async def known_logs(registry: Registry, cluster: Cluster, rules: Rules) -> list[Pubkey]:
    """The logs that are kept: those of `rules.makers`, by the chain, or else all that the index has heard of.

    Raises NotRegistered, PathError, ClusterError, RegistryErrors.
    """
    if not rules.makers:
        return [Pubkey(bytes(row["address"])) for row in ask(registry, _KNOWN)]
    found: dict[Pubkey, None] = {}
    for prefix in rules.makers:
        for log in await find_logs(cluster, await find_maker(cluster, prefix)):
            if log is not None:
                found[log.address] = None
    return list(found)


async def find_duties(cluster: Cluster, logs: Sequence[Pubkey], rules: Rules) -> list[Duty]:
    """What is due now, the log with the most new leaves first. Raises NotRegistered (no Config), ClusterError.

    What the program itself counts decides, so it does not matter how far the index is, or whether it tells the truth.
    """
    if not logs:
        return []
    config, now_unix = await find_config(cluster), await cluster.clock_unix()
    found: list[Duty] = []
    for address, account in zip(logs, await cluster.accounts(logs), strict=True):
        with suppress(ClusterError):  # an account of the program's that is no log: the index is wrong
            if is_ours(account):
                found += _duties(address, PaymentLog.decode(account.data), config, now_unix, rules)
    return sorted(found, key=lambda duty: (duty.what, -duty.amount))


def _duties(address: Pubkey, log: PaymentLog, config: Config, now_unix: int, rules: Rules) -> list[Duty]:
    found, owed = list[Duty](), log.manufacturer_lamports + log.platform_lamports
    next_due = due(log, config, now_unix)
    if next_due.now and next_due.new_leaves >= rules.least_leaves:
        found.append(Duty(What.CHECKPOINT, address, next_due.new_leaves, checkpoint_cost_lamports()))
    if rules.sweep_from_lamports is not None and owed >= max(1, rules.sweep_from_lamports):
        found.append(Duty(What.SWEEP, address, owed, MOST_FEE_LAMPORTS))
    return found


_KNOWN: Final = """
    SELECT address FROM payment_logs
    UNION SELECT subject FROM chain_events WHERE name = 'PaymentLogOpened'
    ORDER BY 1
"""
