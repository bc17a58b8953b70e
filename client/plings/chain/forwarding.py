"""Passing on what others signed. Once: their wallet, or they, may send it again; it is the same bytes."""

from __future__ import annotations

import base64

from solders.signature import Signature
from solders.transaction import VersionedTransaction

from plings.chain import answers
from plings.chain.node import Node, NodeRefusal, NodeSilence
from plings.errors import Failure, TransactionRefused, TransactionUnresolved

NEVER = 2**63 - 1
"""Until when it can take effect, of a transaction whose last block we were not told."""


async def forward(node: Node, transaction: VersionedTransaction, commitment: str) -> Signature:
    """The node tries it first. Raises TransactionRefused, TransactionUnresolved."""
    wire = base64.b64encode(bytes(transaction)).decode("ascii")
    options = {"encoding": "base64", "preflightCommitment": commitment}
    try:
        return answers.signature(await node.ask_once("sendTransaction", wire, options))
    except NodeRefusal as refused:
        is_late = "lockhash not found" in str(refused)
        name, why = ("BlockhashNotFound", "it came too late") if is_late else ("NotTaken", "the node did not take it")
        raise TransactionRefused(why, failure=Failure(name=name, text=why)) from refused
    except NodeSilence as silence:
        if not silence.reached:
            raise
        text = f"transaction {transaction.signatures[0]} was sent and may take effect: {silence}"
        raise TransactionUnresolved(
            text, signature=transaction.signatures[0], last_valid_block_height=NEVER
        ) from silence
