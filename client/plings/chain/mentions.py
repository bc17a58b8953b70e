"""What named an address, failed transactions included: how somebody who did not send a payment finds it again.

Anyone may name any address, so what is found is to be looked at: it may be somebody else's, and about something else.
"""

from __future__ import annotations

import asyncio

from solders.pubkey import Pubkey

from plings.chain import answers
from plings.chain.answers import Listed
from plings.chain.cluster import Mention, Status
from plings.chain.decision import find_record
from plings.chain.failures import failure_from_json
from plings.chain.history import AT_ONCE, ran_by
from plings.chain.node import Node, NodeSilence


async def read_mentions(
    node: Node, address: Pubkey, most: int, options: dict[str, object], commitment: str
) -> list[Mention]:
    """Up to `most` of them, newest first. Raises NodeSilence, NodeRefusal."""
    page = answers.listed(await node.ask("getSignaturesForAddress", str(address), {**options, "limit": most}))
    found: list[Mention] = []
    for start in range(0, min(len(page), most), AT_ONCE):
        some = page[start : min(start + AT_ONCE, most)]
        found += await asyncio.gather(*(_mention(node, one, commitment) for one in some))
    return found


async def _mention(node: Node, listed: Listed, commitment: str) -> Mention:
    record = await find_record(node, listed.signature, commitment)
    if record is None:
        raise NodeSilence(f"{node.name} lists transaction {listed.signature} and does not tell what it did")
    ran = ran_by(node, listed, record)
    failure = None if record.error is None else failure_from_json(record.error, record.logs or (), None)
    return Mention(listed.signature, Status(listed.slot, listed.level, failure), ran)
