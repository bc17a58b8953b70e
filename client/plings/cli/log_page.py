"""What `plings log show` tells of each payment log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from plings.cli.amounts import both
from plings.cli.output import labelled
from plings.cli.times import moment, span

if TYPE_CHECKING:
    from solders.pubkey import Pubkey

    from plings.chain import Cluster
    from plings.logs import Due, FoundLog
    from plings.program.accounts import OwnershipCheckpoint

CHECKPOINTS_SHOWN = 5
"""To people, of the newest ones; JSON has all."""


@dataclass(frozen=True)
class ShownLog:
    """One log at the cluster's time `now_unix`; `found` is None when it was never opened."""

    shard: int
    address: Pubkey
    now_unix: int
    found: FoundLog | None
    due: Due | None
    checkpoints: list[OwnershipCheckpoint]


async def look_up(cluster: Cluster, prefix: str, shard: int | None) -> list[ShownLog]:
    """The logs of a manufacturer, or the one of `shard`. Raises NotRegistered, ClusterError."""
    from plings.errors import NotRegistered
    from plings.logs import due, find_checkpoints, find_logs, find_maker, log_address
    from plings.objects import find_config

    manufacturer, config = await find_maker(cluster, prefix), await find_config(cluster)
    now_unix, shown = await cluster.clock_unix(), []
    for number, found in enumerate(await find_logs(cluster, manufacturer)):
        if shard in (None, number):
            checkpoints = await find_checkpoints(cluster, found) if found else []
            next_due = due(found.log, config, now_unix) if found else None
            shown.append(ShownLog(number, log_address(manufacturer, number), now_unix, found, next_due, checkpoints))
    if not shown:
        raise NotRegistered(
            f"the manufacturer of {prefix} has no payment log {shard}, only {manufacturer.shards} from 0"
        )
    return shown


def shown_facts(logs: list[ShownLog]) -> list[dict[str, Any]]:
    """For JSON."""
    return [{"shard": one.shard, "payment_log": str(one.address), **_facts(one)} for one in logs]


def shown_lines(logs: list[ShownLog]) -> str:
    """For people."""
    return "\n\n".join(labelled([(f"log {one.shard}", one.address), *_lines(one)]) for one in logs)


def _facts(one: ShownLog) -> dict[str, Any]:
    if one.found is None or one.due is None:
        return {"open": False}
    log = one.found.log
    return {
        "open": True,
        "leaves": log.leaf_count,
        "root": log.frontier.root.hex(),
        "last_leaf_at_unix": log.last_leaf_at_unix or None,
        "owed_lamports": {"manufacturer": log.manufacturer_lamports, "platform": log.platform_lamports},
        "rent_lamports": one.found.rent_lamports,
        "checkpoints": [_checkpoint_facts(checkpoint, one.now_unix) for checkpoint in one.checkpoints],
        "checkpoint_due": one.due.now,
        "new_leaves": one.due.new_leaves,
        "missing_leaves": one.due.missing_leaves,
        "missing_seconds": one.due.missing_seconds,
    }


def _checkpoint_facts(checkpoint: OwnershipCheckpoint, now_unix: int) -> dict[str, Any]:
    return {
        "checkpoint_id": checkpoint.checkpoint_id,
        "leaves": checkpoint.leaf_count,
        "root": checkpoint.root.hex(),
        "created_at_unix": checkpoint.created_at_unix,
        "age_seconds": now_unix - checkpoint.created_at_unix,
    }


def _lines(one: ShownLog) -> list[tuple[str, object]]:
    if one.found is None or one.due is None:
        return [("", "not open: plings log open")]
    log = one.found.log
    last = f", the last on {moment(log.last_leaf_at_unix)}" if log.leaf_count else ""
    return [
        ("leaves", f"{log.leaf_count:,}{last}"),
        ("owed", f"{both(log.manufacturer_lamports)} to the manufacturer"),
        ("", f"{both(log.platform_lamports)} to the platform"),
        ("rent", both(one.found.rent_lamports)),
        *_checkpoint_lines(one),
        ("next one", _next(one.due)),
    ]


def _checkpoint_lines(one: ShownLog) -> list[tuple[str, object]]:
    newest = one.checkpoints[: -CHECKPOINTS_SHOWN - 1 : -1]
    left_out = len(one.checkpoints) - len(newest)
    lines: list[tuple[str, object]] = [
        (
            f"checkpoint {checkpoint.checkpoint_id}",
            f"{checkpoint.leaf_count:,} leaves, root {checkpoint.root.hex()}, "
            f"{span(one.now_unix - checkpoint.created_at_unix)} old",
        )
        for checkpoint in newest
    ]
    if left_out:
        lines.append(("", f"and {left_out:,} earlier"))
    return lines or [("checkpoint", "none")]


def _next(due: Due) -> str:
    if due.now:
        return f"due, for {due.new_leaves:,} new leaves"
    if due.new_leaves:
        return f"after {due.missing_leaves:,} more leaves, or {span(due.missing_seconds)}"
    return f"after {due.missing_leaves:,} leaves, or one and {span(due.missing_seconds)}"
