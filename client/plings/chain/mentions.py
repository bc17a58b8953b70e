"""What named an address, failed transactions included: how somebody who did not send a payment finds it again.

Anyone may name any address, so what is found is to be looked at: it may be somebody else's, and about something else.
Whoever waits for a payment asks again and again, so what a transaction did is asked of the node once: in the block of
one slot it did the same whenever it is looked at. How far it is, the node's list says each time. What programs gave
each other is not read: a stranger's transaction may have 60 times 10 kB of it, which takes seconds, and memory.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

from solders.pubkey import Pubkey
from solders.signature import Signature

from plings.chain import answers
from plings.chain.answers import Listed
from plings.chain.cluster import Mention, Ran, Status
from plings.chain.decision import find_record
from plings.chain.failures import failure_from_json
from plings.chain.history import AT_ONCE, ran_by
from plings.chain.node import Node, NodeSilence
from plings.errors import Failure

REMEMBERED: Final = 1_024
"""Transactions: a few MB. Then the one that was looked at longest ago is asked for again."""

Did = tuple[tuple[Ran, ...], Failure | None]


class Mentions:
    """Of one node, and what it told of them."""

    def __init__(self, node: Node, remembered: int = REMEMBERED) -> None:
        self._node = node
        self._remembered = remembered
        self._did: OrderedDict[tuple[Signature, int], Did] = OrderedDict()

    async def of(self, address: Pubkey, most: int, options: dict[str, object], commitment: str) -> list[Mention]:
        """Up to `most` of them, newest first. Raises NodeSilence, NodeRefusal."""
        wanted = {**options, "limit": most}
        page = answers.listed(await self._node.ask("getSignaturesForAddress", str(address), wanted))
        found: list[Mention] = []
        for start in range(0, min(len(page), most), AT_ONCE):
            some = page[start : min(start + AT_ONCE, most)]
            found += await asyncio.gather(*(self._mention(one, commitment) for one in some))
        return found

    async def _mention(self, listed: Listed, commitment: str) -> Mention:
        place = (listed.signature, listed.slot)
        did = self._did.get(place)
        if did is None or (did[1] is None) != (listed.error is None):
            did = await self._asked(listed, commitment)
        self._did[place] = did
        self._did.move_to_end(place)
        if len(self._did) > self._remembered:
            self._did.popitem(last=False)
        ran, failure = did
        return Mention(listed.signature, Status(listed.slot, listed.level, failure), ran)

    async def _asked(self, listed: Listed, commitment: str) -> Did:
        record = await find_record(self._node, listed.signature, commitment)
        if record is None or (record.error is None) != (listed.error is None):  # as of another fork
            raise NodeSilence(f"{self._node.name} lists transaction {listed.signature} and does not tell what it did")
        failure = None if record.error is None else failure_from_json(record.error, record.logs or (), None)
        return ran_by(self._node, listed, record, with_called=False), failure
