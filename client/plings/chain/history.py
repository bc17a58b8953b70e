"""What was done with an account: the transactions that named it, from a node's index of them.

Nothing in a node's word proves that the list is whole, or that the logs are the cluster's: who needs that compares what
they make of it with an account, as `plings.logs` does. Here it is only seen to that the list can be one: the newest
first, nothing twice, and a record of each transaction.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from plings.chain import answers
from plings.chain.answers import Listed, Record
from plings.chain.cluster import Past, Ran
from plings.chain.decision import find_record
from plings.chain.node import Node, NodeSilence
from plings.chain.ran import all_that_ran

PAGE = 1_000
"""As many transactions as a node lists at once."""

AT_ONCE = 8
"""Records that are asked for side by side: a public node refuses who asks for many."""


async def read_history(
    node: Node, address: Pubkey, until: Signature | None, options: dict[str, object], commitment: str
) -> AsyncIterator[Past]:
    """The successful transactions that named `address`, newest first. Raises NodeSilence, NodeRefusal."""
    async for page in _pages(node, address, until, options):
        done = [listed for listed in page if listed.error is None]
        for start in range(0, len(done), AT_ONCE):
            for past in await asyncio.gather(*(_told(node, one, commitment) for one in done[start : start + AT_ONCE])):
                yield past


async def _pages(
    node: Node, address: Pubkey, until: Signature | None, options: dict[str, object]
) -> AsyncIterator[list[Listed]]:
    """What the node lists. A short page is not the end: some nodes list fewer at once than they are asked for."""
    wanted = {**options, "limit": PAGE, **({"until": str(until)} if until else {})}
    seen: set[Signature] = set()
    last: Listed | None = None
    while True:
        before = {"before": str(last.signature)} if last else {}
        page = answers.listed(await node.ask("getSignaturesForAddress", str(address), {**wanted, **before}))
        if not page:
            return
        for listed in page:
            if listed.signature in seen or (last and listed.slot > last.slot):
                raise NodeSilence(f"{node.name} lists the transactions of {address} twice, or in no order")
            seen.add(listed.signature)
            last = listed
        yield page


async def _told(node: Node, listed: Listed, commitment: str) -> Past:
    record = await find_record(node, listed.signature, commitment)
    if record is None or record.error is not None or record.logs is None:
        raise NodeSilence(f"{node.name} lists transaction {listed.signature} and does not tell what it did")
    return Past(listed.signature, listed.slot, listed.block_time_unix, record.logs, ran_by(node, listed, record))


def ran_by(node: Node, listed: Listed, record: Record, *, with_called: bool = True) -> tuple[Ran, ...]:
    """The instructions of a record, or those alone that it was given. Raises NodeSilence when it cannot be."""
    try:
        message = VersionedTransaction.from_bytes(record.wire).message
        keys = [*message.account_keys, *answers.loaded(record.meta)]
        return all_that_ran(keys, message.instructions, answers.called(record.meta) if with_called else {})
    except (ValueError, IndexError) as error:
        raise NodeSilence(f"{node.name} tells of transaction {listed.signature} what cannot be") from error
