from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import typer

from plings.cli.indexer_nodes import FollowedCluster, asked
from plings.cli.options import DEFAULT_CLUSTER
from plings.cli.output import tell
from plings.cli.registry_desk import Desk, asking
from plings.cli.registry_options import Limit
from plings.cli.registry_page import lines, plain, table

if TYPE_CHECKING:
    from plings.indexer.gaps import Gap
    from plings.indexer.store import Written


def add_to(group: typer.Typer) -> None:
    group.command(epilog="Example:  plings indexer gaps --limit 20")(gaps)
    group.command(epilog="Example:  plings indexer fill --cluster https://another.node.example")(fill)


@asking
def gaps(desk: Desk, limit: Limit = 100) -> None:
    """List the leaves that payment logs have and nobody told of yet, the oldest gaps first."""
    from plings.indexer.gaps import gaps as find
    from plings.indexer.totals import standing

    found, stands = find(desk.registry, limit=limit), standing(desk.registry)
    rows = [(_log(one), one.first, one.last, one.count, one.noticed_at) for one in found]
    columns = ["payment log", "first", "last", "leaves", "since"]
    shown = table(columns, rows, numbers=["first", "last", "leaves"], empty="no gaps: every leaf of every log is here")
    told = [_facts(one) for one in found]
    desk.give({"missing_leaves": stands.missing_leaves, "gaps": stands.gaps, "oldest": told}, shown)


@asking
def fill(desk: Desk, cluster: FollowedCluster = DEFAULT_CLUSTER) -> None:
    """Ask a node for what is missing. Exit code 1 while leaves stay missing: another node may know them.

    plings indexer run does so by itself, with its own node.
    """
    import asyncio

    from plings.indexer.totals import standing

    before = standing(desk.registry).missing_leaves
    written = asyncio.run(_filled(desk, cluster))
    left, fetched = standing(desk.registry).missing_leaves, written.taken - written.undone
    rows = [("missing before", before), ("transactions fetched", fetched), ("missing now", left)]
    desk.give({"missing_before": before, "transactions": fetched, "missing_leaves": left}, lines(rows))
    if left:
        desk.answer.fail(f"{left:,} leaves are still missing: ask another node with --cluster URL")


async def _filled(desk: Desk, cluster: str) -> Written:
    from plings.indexer import load_cursors
    from plings.indexer.cluster import genesis_hash
    from plings.indexer.gaps import fill_gaps
    from plings.indexer.sources.held import check_genesis

    def told(gap: Gap, written: Written) -> None:
        if sys.stderr.isatty() and not desk.answer.as_json:
            tell(f"log {_log(gap)}, leaves {gap.first:,} to {gap.last:,}: {written.leaves:,} came")

    async with asked(cluster) as node:
        genesis = await genesis_hash(node.node)
        check_genesis(node.node, genesis, node.genesis, "that name")
        for cursor in load_cursors(desk.registry):
            check_genesis(node.node, genesis, cursor.position.get("genesis"), "the tables")
        written = came = await fill_gaps(desk.registry, node.node, on_gap=told)
        while came.taken:
            came = await fill_gaps(desk.registry, node.node, on_gap=told)
            written += came
        return written


def _log(gap: Gap) -> str:
    from plings.indexer.lines import address_text

    return address_text(gap.payment_log)


def _facts(gap: Gap) -> dict[str, Any]:
    return {
        "payment_log": _log(gap),
        "first": gap.first,
        "last": gap.last,
        "leaves": gap.count,
        "since": plain(gap.noticed_at),
    }
