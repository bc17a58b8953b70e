from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plings.cli.indexer_nodes import asked
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_page import facts, lines
from plings.cli.times import span

if TYPE_CHECKING:
    from plings.indexer.cluster import Tip
    from plings.indexer.rebuild import Progress
    from plings.indexer.totals import Position, Standing, Totals

NAMES = {
    "raw_transactions": "transactions",
    "payment_leaves": "leaves",
    "chain_events": "other events",
    "objects": "objects",
    "payment_logs": "payment logs",
    "object_accounts": "objects with an account",
}


@dataclass(frozen=True)
class Found:
    """`tip` is None where no cluster was named."""

    positions: list[Position]
    standing: Standing
    totals: Totals
    rebuilding: Progress | None
    open_alerts: int
    tip: Tip | None


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer status --cluster devnet")(status)


@asking
def status(
    desk: Desk,
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            "--url",
            metavar="NAME|URL",
            envvar="PLINGS_CLUSTER",
            help="Ask this cluster how far it is, to tell the lag.",
        ),
    ] = None,
) -> None:
    """Show what is indexed: how far each source is, what is provisional or missing, and how much there is."""
    import asyncio

    from plings.indexer import rebuilding
    from plings.indexer.totals import open_alerts, positions, standing, totals

    registry = desk.registry
    tip = None if cluster is None else asyncio.run(_tip(cluster))
    found = Found(
        positions(registry), standing(registry), totals(registry), rebuilding(registry), open_alerts(registry), tip
    )
    desk.give(_facts(found), lines(_rows(found)))


async def _tip(cluster: str) -> Tip:
    from plings.indexer.cluster import read_tip

    async with asked(cluster) as node:
        return await read_tip(node.node)


def _lag(found: Found, one: Position) -> int | None:
    """Of a source of a cluster, in slots."""
    is_file = one.source.startswith("file:")
    return None if found.tip is None or is_file else max(found.tip.slot - one.slot, 0)


def _facts(found: Found) -> dict[str, Any]:
    return {
        "sources": [{**facts(one), "lag_slots": _lag(found, one)} for one in found.positions],
        "tip_slot": found.tip.slot if found.tip else None,
        "final_slot": found.tip.final_slot if found.tip else None,
        **facts(found.standing),
        "rebuild": None if found.rebuilding is None else facts(found.rebuilding),
        "open_alerts": found.open_alerts,
        **facts(found.totals),
    }


def _rows(found: Found) -> list[tuple[str, object]]:
    standing = found.standing
    counts = [
        (name, f"{'about ' * (table in found.totals.estimated)}{found.totals.counts[table]:,}")
        for table, name in NAMES.items()
    ]
    return [
        *[(one.source, _position(found, one)) for one in found.positions],
        *([] if found.positions else [("nothing yet", "plings indexer run begins")]),
        ("tip", None if found.tip is None else f"slot {found.tip.slot:,}, final up to {found.tip.final_slot:,}"),
        ("final up to", f"slot {standing.through_slot:,}" if standing.through_slot else None),
        ("provisional", f"{standing.provisional:,} transactions"),
        ("gaps", _gaps(standing)),
        ("rebuild", _rebuild(found.rebuilding)),
        ("alerts", f"{found.open_alerts:,} open: see plings registry alerts list" if found.open_alerts else None),
        *counts,
    ]


def _position(found: Found, one: Position) -> str:
    ago = span(max(int((datetime.now(UTC) - one.moved_at).total_seconds()), 0))
    lag = _lag(found, one)
    behind = "" if lag is None else f", {lag:,} slots behind the tip"
    where = f"{one.position['records']:,} records" if "records" in one.position else f"slot {one.slot:,}"
    return f"{where}{behind}, moved {ago} ago"


def _gaps(standing: Standing) -> str:
    if not standing.missing_leaves:
        return "none"
    return f"{standing.missing_leaves:,} leaves missing of {standing.gap_logs:,} logs: see plings indexer gaps"


def _rebuild(progress: Progress | None) -> str | None:
    if progress is None:
        return None
    how_far = f"at {progress.done_through:,} of {progress.last_no:,}"
    return f"{how_far}; nothing else is written until plings indexer rebuild is done"
