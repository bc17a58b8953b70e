"""What other nodes say: each asked at the same time as all others, each with its own end, none believed."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from plings.disputes.claim import Claim
from plings.disputes.faults import Fault, NoAnswer
from plings.disputes.node_address import IpAddress, NodeAddress
from plings.disputes.node_answer import read_ownership, read_receipt, read_slot
from plings.disputes.node_client import Network, NodeClient
from plings.disputes.testimony import NodeSaid, OwnerSaid, Testimony
from plings.identity import format_address
from plings.proofs import Receipt

MOST_RECEIPTS: Final = 32
"""Of one node, beyond the one that comes with its answer."""


@dataclass(frozen=True)
class NodeAnswer:
    """What a node said, and where its name led to."""

    testimony: Testimony[NodeSaid]
    addresses: Sequence[IpAddress]


async def ask_nodes(
    nodes: Sequence[NodeAddress], claim: Claim, seconds: float, network: Network | None = None
) -> list[NodeAnswer]:
    """What each node says within `seconds`, in the order of `nodes`."""
    if not nodes:
        return []
    network = network or Network()
    tls = network.context()
    return list(await asyncio.gather(*(_ask(node, claim, seconds, network, tls) for node in nodes)))


async def _ask(node: NodeAddress, claim: Claim, seconds: float, network: Network, tls: ssl.SSLContext) -> NodeAnswer:
    asked_at, started = time.time(), time.monotonic()
    faults = list[Fault]()
    async with NodeClient(node, network, tls) as client:
        asking = _Asking(client, claim)
        try:
            async with asyncio.timeout(seconds):
                await asking.ask()
        except TimeoutError:
            faults.append(Fault("slow", f"it took longer than {seconds:g} seconds"))
        except NoAnswer as failure:
            faults.append(failure.fault)
    took = time.monotonic() - started
    return NodeAnswer(Testimony(node.name, asked_at, took, asking.said, tuple(faults)), client.addresses)


class _Asking:
    """Its slot first, so that it is not ahead of its answer; then the owner; then proofs of what made earlier ones."""

    def __init__(self, client: NodeClient, claim: Claim) -> None:
        self._client = client
        self._claim = claim
        self.said: NodeSaid | None = None

    async def ask(self) -> None:
        slot = read_slot(*await self._client.get("/ready", {}))
        answer = await self._client.get("/v1/ownership", _query(self._claim))
        said = read_ownership(*answer, self._claim, slot)
        self.said = said
        held = {receipt.leaf.number for receipt in said.receipts}
        for one in _to_prove(said, held):
            receipt = await self._receipt(one)
            if receipt is None:
                return
            self.said = replace(self.said, receipts=(*self.said.receipts, receipt))

    async def _receipt(self, one: OwnerSaid) -> Receipt | None:
        """None where it has none, or does not want to be asked so often."""
        path = f"/v1/logs/{format_address(one.payment_log or b'')}/leaves/{one.number}/receipt"
        try:
            return read_receipt(*await self._client.get(path, {}))
        except NoAnswer as failure:
            if failure.fault.rule == "http_status":
                return None
            raise


def _query(claim: Claim) -> dict[str, str]:
    """The object and nothing else: not the wallet, for a node to agree with."""
    return {
        "p": claim.code.path.text,
        "cp": claim.code.class_pointer.text,
        "i": format_address(claim.code.address),
    }


def _to_prove(said: NodeSaid, held: set[int]) -> list[OwnerSaid]:
    """The leaves that made owners: of these the first ones and the last."""
    links = [one for one in said.history if one.number is not None and one.number not in held]
    return links if len(links) <= MOST_RECEIPTS else [*links[: MOST_RECEIPTS - 1], links[-1]]
