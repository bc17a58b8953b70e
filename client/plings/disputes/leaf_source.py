"""A log's leaves from other nodes, where the cluster's node has forgotten them: the chain's root proves them or not."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from math import ceil
from typing import Final

from plings.disputes.claim import Claim
from plings.disputes.faults import Fault, NoAnswer
from plings.disputes.node_address import NodeAddress
from plings.disputes.node_answer import read_leaves
from plings.disputes.node_client import Network, NodeClient
from plings.disputes.testimony import LeafProof, LogSaid
from plings.identity import format_address
from plings.proofs import Frontier, Leaf, Ownership, Tree

MOST_LEAVES: Final = 20_000
"""Of a log that is asked for: more would be a burden to who answers, and liars would fill our memory."""
AT_ONCE: Final = 8
"""Nodes that are listened to side by side."""
PAGE: Final = 200
"""Leaves, of some 700 bytes each."""

_NO_WONDER: Final = frozenset({"slow", "unavailable", "http_status", "oversized"})
"""What says nothing against a node's answer: not each tells its leaves, or all of them in time."""


@dataclass(frozen=True)
class LeavesAnswer:
    """What came of asking for the leaves: the log with its claim, if a node told all; faults by nodes' names."""

    log: LogSaid
    faults: dict[str, Fault]


async def ask_leaves(
    nodes: Sequence[NodeAddress], claim: Claim, log: LogSaid, seconds: float, network: Network | None = None
) -> LeavesAnswer:
    """Asks the nodes for all leaves under the log's head. The first that has them makes an end of it."""
    if not nodes or log.claim is not None or not 0 < log.head.count <= MOST_LEAVES:
        return LeavesAnswer(log, {})
    network = network or Network()
    tls, faults, turns = network.context(), dict[str, Fault](), asyncio.Semaphore(AT_ONCE)
    share = seconds / ceil(len(nodes) / AT_ONCE)
    asking = [asyncio.create_task(_ask(node, log, share, network, tls, turns)) for node in nodes]
    try:
        for done in asyncio.as_completed(asking):
            name, told = await done
            if isinstance(told, Fault):
                if told.rule not in _NO_WONDER:
                    faults[name] = told
            else:
                return LeavesAnswer(_proved(log, told, claim, name), faults)
    finally:
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)
    return LeavesAnswer(log, faults)


async def _ask(
    node: NodeAddress,
    log: LogSaid,
    seconds: float,
    network: Network,
    tls: ssl.SSLContext,
    turns: asyncio.Semaphore,
) -> tuple[str, list[Leaf] | Fault]:
    async with NodeClient(node, network, tls) as client:
        try:
            async with turns, asyncio.timeout(seconds):
                leaves = await _all(client, log)
        except TimeoutError:
            return node.name, Fault("slow", f"its leaves of the log took longer than {seconds:g} seconds")
        except NoAnswer as failure:
            return node.name, failure.fault
    if reduce(Frontier.append, (leaf.hash for leaf in leaves), Frontier()).root != log.head.root:
        return node.name, Fault(
            "leaves", f"the {len(leaves):,} leaves that it tells have another root than the chain's"
        )
    return node.name, leaves


async def _all(client: NodeClient, log: LogSaid) -> list[Leaf]:
    """Leaves 0 to count - 1, from as many pages as that takes. Raises NoAnswer."""
    leaves, path = list[Leaf](), f"/v1/logs/{format_address(log.address)}/leaves"
    query = {"limit": str(PAGE)}
    while len(leaves) < log.head.count:
        page, following = read_leaves(*await client.get(path, query), log.address)
        for leaf in page:
            if leaf.number != len(leaves):
                raise NoAnswer("gaps", f"it has no leaf {len(leaves):,} of the log")
            leaves.append(leaf)
        if len(leaves) < log.head.count and (not page or following is None):
            raise NoAnswer("gaps", f"it has only {len(leaves):,} leaves of the log's {log.head.count:,}")
        query = {"limit": str(PAGE), "cursor": following or ""}
    return leaves[: log.head.count]


def _proved(log: LogSaid, leaves: Sequence[Leaf], claim: Claim, name: str) -> LogSaid:
    ownership, tree = Ownership(log.address), Tree(leaf.hash for leaf in leaves)
    for leaf in leaves:
        ownership.append(leaf)
    proofs = tuple(
        LeafProof(leaf, tuple(tree.inclusion_proof(leaf.number)), log.head)
        for leaf in ownership.claim_of(claim.object_key)
    )
    return replace(log, claim=proofs, failure=None, told_by=name)
