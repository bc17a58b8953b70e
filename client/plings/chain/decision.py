"""Sending a signed transaction and finding out, for certain, what became of it.

The rules, on which money depends:
- What is sent is always the same bytes, so a cluster can take it up once at most, however often it is sent.
- A success or a failure counts only at the commitment asked for; before, another fork can still tell otherwise.
- It is expired only when the *finalized* chain is past its last valid block height, and a search of the whole history,
  by a node that is as far, does not know it. Nothing less rules out that a slow fork or a slow node has it.
- When none of this can be found out, the answer is TransactionUnresolved, never a guess.
"""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Awaitable, Callable

from solders.signature import Signature
from solders.transaction import VersionedTransaction

from plings.chain import answers
from plings.chain.answers import LEVELS, Record, Status
from plings.chain.cluster import Confirmed, Signed
from plings.chain.failures import AnyMessage, failure_from_json, refusal
from plings.chain.node import Node, NodeRefusal, NodeSilence
from plings.errors import ClusterError, TransactionExpired, TransactionUnresolved

Ask = Callable[..., Awaitable[object]]

_NOT_TAKEN = frozenset(
    {-32700, -32600, -32601, -32602, -32002, -32003, 301, 302, 307, 308, 400, 401, 403, 404, 405, 413}
)
"""Answers to sendTransaction after which the node certainly passed nothing on."""


async def deliver(node: Node, transaction: VersionedTransaction, signed: Signed, commitment: str) -> Status:
    """Send `transaction` again and again until the cluster has decided.

    Raises TransactionExpired, TransactionUnresolved, or ClusterError when certainly nothing was sent.
    """
    patience = node.patience
    wire = base64.b64encode(bytes(transaction)).decode("ascii")
    started = heard = time.monotonic()
    resend_at, may_be_out = started, False
    trouble: ClusterError | None = None
    while True:
        due = time.monotonic() >= resend_at
        if due:
            may_be_out = await _post(node, wire, may_be_out)
            resend_at = time.monotonic() + patience.resend
        height = signed.last_valid_block_height if due else None
        try:
            found = await decision(node.ask_once, signed.signature, commitment, height)
            heard, trouble = time.monotonic(), None if due else trouble
        except ClusterError as error:
            found, trouble = None, error
        if found:
            return found
        if time.monotonic() - heard > patience.silence or time.monotonic() - started > patience.decision:
            raise _given_up(signed, trouble, may_be_out)
        asked_to_wait = trouble.retry_after if isinstance(trouble, NodeSilence) else 0.0
        await asyncio.sleep(max(patience.poll, min(asked_to_wait, patience.silence / 4)))


async def decision(
    ask: Ask,
    signature: Signature,
    commitment: str,
    last_valid_block_height: int | None,
    *,
    search_history: bool = False,
) -> Status | None:
    """The success or failure of a transaction at `commitment`, None while it has neither.

    Raises TransactionExpired, where `last_valid_block_height` is given, and ClusterError.
    """
    _, found = await _look(ask, signature, search_history)
    if found or last_valid_block_height is None:
        return _at(commitment, found)
    finalized = await ask("getEpochInfo", {"commitment": "finalized"})
    if answers.integer(finalized, "blockHeight") <= last_valid_block_height:
        return None
    slot, found = await _look(ask, signature, search_history=True)
    if slot < answers.integer(finalized, "absoluteSlot"):
        raise NodeSilence("the node that looked the transaction up is behind")
    if found is None:
        text = f"transaction {signature} was not taken up in time and cannot take effect any more"
        raise TransactionExpired(text, signature=signature)
    return _at(commitment, found)


async def told(
    node: Node, signature: Signature, status: Status, commitment: str, message: AnyMessage | None
) -> Confirmed:
    """What `status` means, with the node's record of it where there is one. Raises TransactionFailed."""
    record = await find_record(node, signature, commitment)
    if record and (record.error is None) != (status.error is None):
        record = None
    logs = (record.logs or ()) if record else ()
    if status.error is not None:
        raise refusal(failure_from_json(status.error, logs, message or _message(record)), signature)
    units, fee = (record.compute_units, record.fee_lamports) if record else (None, None)
    return Confirmed(signature, status.slot, units, logs, fee)


async def find_record(node: Node, signature: Signature, commitment: str) -> Record | None:
    """The node's record, which may come a moment after the status; None when it does not come."""
    config = {"encoding": "base64", "commitment": commitment, "maxSupportedTransactionVersion": 0}
    give_up = time.monotonic() + node.patience.record
    while True:
        try:
            record = answers.record(await node.ask_once("getTransaction", str(signature), config))
        except NodeRefusal:
            return None
        except ClusterError:
            record = None
        if record or time.monotonic() > give_up:
            return record
        await asyncio.sleep(node.patience.poll)


async def _post(node: Node, wire: str, may_be_out: bool) -> bool:
    """Send once; whether the cluster may have it now. Raises NodeRefusal when it is refused and was never sent."""
    try:
        await node.ask_once("sendTransaction", wire, {"encoding": "base64", "skipPreflight": True, "maxRetries": 0})
    except NodeSilence as silence:
        return may_be_out or silence.reached
    except NodeRefusal as refused:
        if refused.code in _NOT_TAKEN and not may_be_out:
            raise
    return True


async def _look(ask: Ask, signature: Signature, search_history: bool) -> tuple[int, Status | None]:
    """The slot that the node is at, and the status that it knows."""
    answer = await ask("getSignatureStatuses", [str(signature)], {"searchTransactionHistory": search_history})
    return answers.integer(answer, "context", "slot"), answers.status(answer)


def _at(commitment: str, found: Status | None) -> Status | None:
    return found if found and LEVELS.index(found.level) >= LEVELS.index(commitment) else None


def _given_up(signed: Signed, trouble: ClusterError | None, may_be_out: bool) -> ClusterError | TransactionUnresolved:
    why = f": {trouble}" if trouble else ""
    if not may_be_out:
        return ClusterError(f"nothing was sent{why}")
    text = f"transaction {signed.signature} was sent and may have taken effect; the cluster does not tell{why}"
    return TransactionUnresolved(
        text, signature=signed.signature, last_valid_block_height=signed.last_valid_block_height
    )


def _message(record: Record | None) -> AnyMessage | None:
    try:
        return VersionedTransaction.from_bytes(record.wire).message if record else None
    except ValueError:
        return None
