"""What is asked of a node besides transactions: how far its cluster is, which one that is, whether it has the program.

Each is asked once and not repeated: who wants to know asks again a little later.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from plings.chain import answers
from plings.chain.node import Node, NodeRefusal
from plings.program import PROGRAM_ID

SLOT_SECONDS: Final = 0.4
"""How long a slot takes where no clock says it."""


@dataclass(frozen=True)
class Tip:
    """The last confirmed slot, the last final one, and when the former was, in unix seconds."""

    slot: int
    final_slot: int
    time_unix: int


async def read_tip(node: Node) -> Tip:
    """How far the cluster is. Raises NodeSilence, NodeRefusal."""
    slots = [await node.ask_once("getSlot", {"commitment": commitment}) for commitment in ("finalized", "confirmed")]
    final_slot, slot = (answers.integer({"slot": one}, "slot") for one in slots)
    told = await slot_time(node, slot)
    return Tip(slot, final_slot, int(time.time()) if told is None else told)


async def slot_time(node: Node, slot: int) -> int | None:
    """When a slot was, in unix seconds; None where the node does not know. Raises NodeSilence."""
    try:
        answer = await node.ask_once("getBlockTime", slot)
    except NodeRefusal:
        return None
    return answer if type(answer) is int else None


async def first_slot(node: Node) -> int | None:
    """The first slot of which it still has everything; None for a node that cannot tell. Raises NodeSilence."""
    try:
        return answers.integer({"slot": await node.ask_once("getFirstAvailableBlock")}, "slot")
    except NodeRefusal:
        return None


async def genesis_hash(node: Node) -> str:
    """What tells clusters apart for good, in base58. Raises NodeSilence, NodeRefusal."""
    return str(answers.genesis(await node.ask_once("getGenesisHash")))


async def has_program(node: Node, address: Pubkey = PROGRAM_ID) -> bool:
    """Whether a program is at `address`. Raises NodeSilence, NodeRefusal."""
    options = {"encoding": "base64", "commitment": "confirmed", "dataSlice": {"offset": 0, "length": 0}}
    account = answers.account(answers.at(await node.ask_once("getAccountInfo", str(address), options), "value"))
    return account is not None and account.executable
