"""Whole transactions of a node's list, some at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from solders.signature import Signature

from plings.chain import answers
from plings.chain.node import Node, NodeRefusal, NodeSilence
from plings.indexer.sources.listing import Entry
from plings.indexer.transaction import RawTransaction
from plings.indexer.wire import read_answer

AT_ONCE: Final = 8
"""Questions that are open side by side: a public node refuses who asks for many."""


async def fetch_records(node: Node, entries: Iterable[Entry], commitment: str) -> list[RawTransaction]:
    """The transactions, in their order, that succeeded. Raises NodeSilence where one is listed and not told."""
    wanted = [entry for entry in entries if entry.succeeded]
    slots = asyncio.Semaphore(AT_ONCE)

    async def one(entry: Entry) -> RawTransaction | None:
        async with slots:
            return await fetch_record(node, entry, commitment)

    tasks = [asyncio.create_task(one(entry)) for entry in wanted]
    try:
        found = await asyncio.gather(*tasks)
    finally:
        for task in tasks:  # of those that are still open nobody would ask what became of them
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return [raw for raw in found if raw is not None]


async def fetch_record(node: Node, entry: Entry, commitment: str) -> RawTransaction | None:
    """One of them. It may come a moment after it is listed."""
    signature = str(Signature(entry.signature))
    options = {"encoding": "base64", "commitment": commitment, "maxSupportedTransactionVersion": 0}
    give_up = asyncio.get_running_loop().time() + node.patience.record
    while True:
        answer = await node.ask("getTransaction", signature, options)
        if isinstance(answer, dict) and answer.get("meta") is not None:
            break
        if asyncio.get_running_loop().time() > give_up:
            raise NodeSilence(f"{node.name} lists transaction {signature} and does not tell what it did")
        await asyncio.sleep(node.patience.poll)
    time = entry.block_time_unix
    if time is None and answer.get("blockTime") is None:
        time = await block_time(node, answers.integer(answer, "slot"))
    return read_answer(answer, entry.position, time)


async def block_time(node: Node, slot: int) -> int:
    """When a slot was, in unix seconds. Raises NodeSilence where the node does not know."""
    try:
        answer = await node.ask("getBlockTime", slot)
    except NodeRefusal as refusal:
        raise NodeSilence(f"{node.name} does not tell the time of slot {slot}") from refusal
    if type(answer) is not int:
        raise NodeSilence(f"{node.name} does not tell the time of slot {slot}")
    return answer
