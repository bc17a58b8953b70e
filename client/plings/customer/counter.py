"""What the customer's routes share: the API's desk, the cluster, and what is remembered of codes and offers."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, TypeVar

from fastapi import Request

from plings.api.answering import Desk
from plings.api.standing import Standing
from plings.chain import Cluster
from plings.commitments import ItemProof
from plings.customer.chain_facts import ChainFacts, chain_facts
from plings.customer.index_facts import IndexFacts, index_facts, proofs_of
from plings.customer.offers import Offers
from plings.customer.settings import CustomerSettings
from plings.customer.view import PageView
from plings.customer.viewing import Facts, page_view
from plings.errors import ClusterError, RegistryError
from plings.identity import ScanUrl
from plings.pictures import read_product_picture
from plings.registry.class_pictures import picture_body

log = logging.getLogger("plings.api")

INDEX_SECONDS: Final = 6.0
"""How long a page waits for the index, which may hang rather than be away: more than a statement may take."""
SLOT_SECONDS: Final = 0.4
"""How long a slot takes, about."""
MOST_KEYS: Final = 4_096
"""Manufacturers whose keys are remembered for when nobody can be asked."""

Value = TypeVar("Value")


class Outage:
    """A cluster that gives no answer is told of once, and once when it is back."""

    def __init__(self) -> None:
        self._is_away = False

    def begins(self, error: ClusterError) -> None:
        if not self._is_away:
            log.warning("the cluster gives no answer: %s", error)
        self._is_away = True

    def ends(self) -> None:
        if self._is_away:
            log.warning("the cluster is back")
        self._is_away = False


@dataclass(frozen=True)
class Counter(Desk):
    """`open_cluster` is called once, in the loop that serves."""

    customer: CustomerSettings
    open_cluster: Callable[[], Cluster]
    offers: Offers = field(default_factory=Offers)
    _outage: Outage = field(default_factory=Outage)
    _clusters: list[Cluster] = field(default_factory=list)
    _keys: OrderedDict[str, bytes] = field(default_factory=OrderedDict)

    @property
    def cluster(self) -> Cluster:
        if not self._clusters:
            self._clusters.append(self.open_cluster())
        return self._clusters[0]

    async def close(self) -> None:
        for cluster in self._clusters:
            await cluster.close()

    async def facts(self, code: ScanUrl) -> Facts:
        """What index and chain say, asked side by side; whoever cannot be asked says nothing."""
        index, chain, standing = await asyncio.gather(self._index(code), self._chain(code), self._standing())
        is_behind = self._is_behind(standing, chain)
        facts = Facts(code, index, chain, self._keys.get(code.path.prefix), is_behind)
        if root := facts.root_to_ask_for:
            facts = facts.with_proofs(await self._proofs(code, root))
        registered, on_chain = facts.keys
        if key := registered or on_chain:
            self._keys[code.path.prefix] = key
            self._keys.move_to_end(code.path.prefix)
            if len(self._keys) > MOST_KEYS:
                self._keys.popitem(last=False)
        return facts

    def shown(self, facts: Facts) -> PageView:
        return page_view(facts, self.customer.origin, self.customer.cluster_name)

    async def view(self, code: ScanUrl) -> PageView:
        return self.shown(await self.facts(code))

    async def picture(self, digest: str) -> bytes:
        """A file that is the picture of a class now. Raises RegistryErrors; PictureError where it is not as we make
        them."""
        body = await self.readers.ask(lambda reader: picture_body(reader, digest))
        return read_product_picture(body).body

    async def _index(self, code: ScanUrl) -> IndexFacts | None:
        return await _in_time(self.readers.ask(lambda reader: index_facts(reader, code)))

    async def _proofs(self, code: ScanUrl, root: bytes) -> tuple[ItemProof, ...]:
        return await _in_time(self.readers.ask(lambda reader: proofs_of(reader, code, root))) or ()

    async def _chain(self, code: ScanUrl) -> ChainFacts | None:
        try:
            found = await chain_facts(self.cluster, code)
        except ClusterError as error:
            self._outage.begins(error)
            return None
        self._outage.ends()
        return found

    async def _standing(self) -> Standing | None:
        if self.customer.most_lag_seconds is None:
            return None
        return await _in_time(self.standings.get())

    def _is_behind(self, standing: Standing | None, chain: ChainFacts | None) -> bool:
        """An indexer that catches up goes on all the time, and is far behind all the same: so slots are compared."""
        most = self.customer.most_lag_seconds
        if most is None:
            return False
        if standing is None or standing.lag_seconds is None or standing.lag_seconds > most:
            return True
        through = standing.slot if standing.final_slot is None else standing.final_slot
        return chain is not None and (chain.now_slot - (through or 0)) * SLOT_SECONDS > most


async def _in_time(asked: Awaitable[Value]) -> Value | None:
    """What the index answers; None where it is away, or hangs. Who reads the log is told once, by the readers."""
    try:
        async with asyncio.timeout(INDEX_SECONDS):
            return await asked
    except (RegistryError, TimeoutError):
        return None


def counter_of(request: Request) -> Counter:
    counter: Counter = request.app.state.desk
    return counter
