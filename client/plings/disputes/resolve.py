"""Asking all sources at once, holding each against what proves, and telling who owns it and how that is known."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from plings.chain import Cluster
from plings.disputes.anchors import Anchors
from plings.disputes.case import Case
from plings.disputes.chain_source import ChainAnswer, anchors_on, ask_chain
from plings.disputes.claim import Claim
from plings.disputes.faults import Fault
from plings.disputes.index_source import SOURCE as INDEX
from plings.disputes.index_source import anchors_of, ask_index, prove_index
from plings.disputes.judging import RECEIPTS, judge
from plings.disputes.leaf_source import ask_leaves
from plings.disputes.node_address import NodeAddress
from plings.disputes.node_client import Network
from plings.disputes.node_source import NodeAnswer, ask_nodes
from plings.disputes.operators import operators_of
from plings.disputes.rules import proved
from plings.disputes.testimony import ChainSaid, IndexSaid, NodeSaid, Said, Testimony
from plings.disputes.verdict import Verdict
from plings.errors import SettingsError
from plings.proofs import Receipt
from plings.registry import Registry

MOST_NODES: Final = 32
MOST_RECEIPTS: Final = 256
SMALLEST_QUORUM: Final = 2
"""By default: one operator alone shows nothing."""


@dataclass(frozen=True)
class Limits:
    """Seconds: for each other node, for the own index, for the chain with a log's whole history, and for all."""

    node: float = 10.0
    index: float = 10.0
    chain: float = 60.0
    all: float = 90.0


@dataclass(frozen=True)
class Sources:
    """Whom to ask. Without a cluster or a registry these are not asked; their names are for people."""

    cluster: Cluster | None = None
    registry: Registry | None = None
    nodes: Sequence[NodeAddress] = ()
    receipts: Sequence[Receipt] = ()
    """what somebody brought along: held to the same roots, and no voice"""
    cluster_name: str = "chain"
    no_registry: str = "it was not asked"
    """why it is not"""
    network: Network = field(default_factory=Network)


@dataclass(frozen=True)
class Resolution:
    """The verdict, what every source said with what is wrong with it, and how the nodes were counted."""

    claim: Claim
    verdict: Verdict
    chain: Testimony[ChainSaid]
    index: Testimony[IndexSaid]
    nodes: Sequence[Testimony[NodeSaid]]
    operators: Mapping[str, str]
    """who runs each node, by its name"""
    quorum: int
    asked_at_unix: float
    seconds: float

    @property
    def liars(self) -> tuple[str, ...]:
        """The names of nodes that said what no honest node can say."""
        return tuple(node.source for node in self.nodes if any(fault.is_lie for fault in node.faults))


def default_quorum(nodes: Sequence[NodeAddress]) -> int:
    """More than half of the nodes' operators, and two at least."""
    return max(SMALLEST_QUORUM, len(set(operators_of(nodes).values())) // 2 + 1)


async def resolve(
    claim: Claim, sources: Sources, *, quorum: int | None = None, limits: Limits | None = None
) -> Resolution:
    """Who owns the claim's object, by everything that can be asked, and how that is known.

    Sources that fail are in the answer, and raise nothing. Raises SettingsError for too many nodes or receipts, for a
    node that is named twice, and for a quorum under 1 or of more operators than the nodes have.
    """
    _check_nodes(sources.nodes)
    if len(sources.receipts) > MOST_RECEIPTS:
        raise SettingsError(f"there are more than {MOST_RECEIPTS} receipts")
    asked_at, watch = time.time(), _Watch((limits or Limits()).all)
    asking = _Resolving(claim, sources, limits or Limits(), watch)
    case, verdict = await asking.resolved(_checked_quorum(quorum, sources.nodes))
    return Resolution(
        claim, verdict, case.chain, case.index, case.nodes, case.operators, case.quorum, asked_at, watch.seconds
    )


class _Watch:
    """The time that all of it may take."""

    def __init__(self, most: float) -> None:
        self._most = most
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def left(self, most: float) -> float:
        """Seconds that one step may take: `most` of what is left of all."""
        return max(0.001, min(most, self._most - self.seconds))


@dataclass
class _Resolving:
    """The steps: ask all, find the roots, let the index and the nodes show the log where the chain cannot, judge."""

    claim: Claim
    sources: Sources
    limits: Limits
    watch: _Watch

    async def resolved(self, quorum: int) -> tuple[Case, Verdict]:
        nodes = self.sources.nodes
        index, chain, answers = await asyncio.gather(self._index(), self._chain(), self._nodes())
        # how many operators these are is known for good once their names were looked up
        operators = operators_of(nodes, {node.host: one.addresses for node, one in zip(nodes, answers, strict=True)})
        told = [*(answer.testimony for answer in answers), *self._brought()]
        anchors = await self._anchors(chain, index, told)
        index = await self._proved_index(index, chain)
        case = Case(self.claim, chain.testimony, index, told, operators, quorum)
        return judge(await self._with_leaves(case), anchors)

    async def _index(self) -> Testimony[IndexSaid]:
        if self.sources.registry is None:
            return _not_asked(INDEX, self.sources.no_registry)
        return await ask_index(self.sources.registry, self.claim, self.watch.left(self.limits.index))

    async def _chain(self) -> ChainAnswer:
        if self.sources.cluster is None:
            return ChainAnswer(_not_asked(self.sources.cluster_name, "it was not asked"), None)
        seconds = self.watch.left(self.limits.chain)
        return await ask_chain(self.sources.cluster, self.sources.cluster_name, self.claim, seconds)

    async def _nodes(self) -> list[NodeAnswer]:
        return await ask_nodes(self.sources.nodes, self.claim, self.watch.left(self.limits.node), self.sources.network)

    def _brought(self) -> list[Testimony[NodeSaid]]:
        if not self.sources.receipts:
            return []
        said = NodeSaid(None, True, False, None, tuple(self.sources.receipts))
        return [Testimony(RECEIPTS, time.time(), 0.0, said)]

    async def _anchors(
        self, chain: ChainAnswer, index: Testimony[IndexSaid], nodes: Sequence[Testimony[NodeSaid]]
    ) -> Anchors | None:
        """The chain's roots; where it does not answer, those that the own index saw."""
        numbers = frozenset(_checkpoints_named(nodes))
        if not numbers:
            return None
        if self.sources.cluster and chain.log:
            return await anchors_on(self.sources.cluster, chain, numbers, self.watch.left(self.limits.node))
        if self.sources.registry and index.said:
            return await anchors_of(self.sources.registry, self.claim, numbers, self.watch.left(self.limits.index))
        return None

    async def _proved_index(self, index: Testimony[IndexSaid], chain: ChainAnswer) -> Testimony[IndexSaid]:
        log = chain.testimony.said.log if chain.testimony.said else None
        if self.sources.registry is None or log is None:
            return index
        seconds = self.watch.left(self.limits.index)
        return await prove_index(self.sources.registry, index, log.address, log.head, seconds)

    async def _with_leaves(self, case: Case) -> Case:
        """Where the cluster's node has forgotten the log, and the index has not all of it: from the other nodes."""
        chain, nodes = case.chain.said, self.sources.nodes
        if chain is None or chain.log is None or chain.log.claim is not None or proved(case) is not None:
            return case
        seconds = self.watch.left(self.limits.chain)
        answer = await ask_leaves(nodes, self.claim, chain.log, seconds, self.sources.network)
        told = [
            replace(node, faults=(*node.faults, answer.faults[node.source])) if node.source in answer.faults else node
            for node in case.nodes
        ]
        return replace(case, chain=replace(case.chain, said=replace(chain, log=answer.log)), nodes=told)


def _checkpoints_named(nodes: Sequence[Testimony[NodeSaid]]) -> set[int]:
    receipts = [receipt for node in nodes if node.said for receipt in node.said.receipts]
    named = [
        one for receipt in receipts for one in (receipt.checkpoint, receipt.earlier and receipt.earlier.checkpoint)
    ]
    return {one.checkpoint_id for one in named if one}


def _not_asked(source: str, why: str) -> Testimony[Said]:
    return Testimony(source, time.time(), 0.0, None, (Fault("not_asked", why),))


def _check_nodes(nodes: Sequence[NodeAddress]) -> None:
    if len(nodes) > MOST_NODES:
        raise SettingsError(f"there are more than {MOST_NODES} nodes to be asked")
    names = [node.name for node in nodes]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"node {name} is named twice")


def _checked_quorum(quorum: int | None, nodes: Sequence[NodeAddress]) -> int:
    if quorum is None:
        return default_quorum(nodes)
    operators = len(set(operators_of(nodes).values()))
    if not 1 <= quorum <= max(operators, 1):
        raise SettingsError(f"a quorum of {quorum} cannot be reached: the nodes have {operators} operators at most")
    return quorum
