"""Preparing, passing on and finding again what others sign, at a node."""

from __future__ import annotations

import base64
from time import process_time
from typing import Any

import pytest
from solders.hash import Hash
from solders.signature import Signature
from solders.transaction import Transaction, VersionedTransaction

from chain.people import keypair_for, pay
from fixtures.fix_node import HANG_UP, QUICK, SAY_NOTHING, Fault, ScriptedNode
from plings.chain import RpcCluster
from plings.chain.mentions import Mentions
from plings.chain.node import Node
from plings.chain.transaction import Budget, assemble, legacy, unsigned
from plings.errors import ClusterError, TransactionRefused, TransactionUnresolved

PAYER, BUYER = keypair_for("payer"), keypair_for("buyer")
PAYMENT = pay(PAYER, BUYER.pubkey(), 7)
MESSAGE = assemble([PAYMENT], PAYER.pubkey(), Hash.default(), Budget())
WIRE = base64.b64encode(bytes(unsigned(MESSAGE))).decode()
SIGNED = VersionedTransaction(MESSAGE, [PAYER])
SIGNATURES = [Signature.new_unique() for _ in range(3)]


@pytest.fixture
async def cluster(node: ScriptedNode) -> Any:
    async with RpcCluster(node.url, patience=QUICK) as opened:
        yield opened


def listed(signature: Signature, error: object = None, **more: object) -> dict[str, object]:
    return {"signature": str(signature), "slot": 9, "blockTime": None, "err": error, **more}


def record(error: object = None) -> dict[str, object]:
    meta = {"err": error, "fee": 5000, "innerInstructions": [], "logMessages": []}
    return {"slot": 9, "transaction": [WIRE, "base64"], "meta": meta}


async def test_prepared_has_a_tenth_more_units_and_the_last_height(node: ScriptedNode, cluster: RpcCluster) -> None:
    prepared = await cluster.prepare([PAYMENT], PAYER.pubkey())
    assert prepared.last_valid_block_height == node.height + 150
    assert 10_495 <= prepared.compute_units < 11_495 and prepared.priority_fee_lamports == 0
    assert node.calls["sendTransaction"] == 0


async def test_what_fails_is_not_prepared(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["simulateTransaction"] = node.in_context({"err": "AccountNotFound", "logs": [], "unitsConsumed": 0})
    with pytest.raises(TransactionRefused, match="holds no lamports"):
        await cluster.prepare([PAYMENT], PAYER.pubkey())


def test_legacy_form_is_the_same_message() -> None:
    old = Transaction.from_bytes(bytes(unsigned(legacy(MESSAGE))))
    assert old.message.account_keys == MESSAGE.account_keys
    assert old.message.instructions == MESSAGE.instructions
    assert old.message.header == MESSAGE.header


async def test_forwarded_once(node: ScriptedNode, cluster: RpcCluster) -> None:
    assert await cluster.forward(SIGNED) == SIGNED.signatures[0]
    assert node.sent == [bytes(SIGNED)]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Fault(-32002, "failed"), TransactionRefused),
        (SAY_NOTHING, TransactionUnresolved),
        (HANG_UP, TransactionUnresolved),
    ],
)
async def test_forwarding_that_goes_wrong(
    node: ScriptedNode, cluster: RpcCluster, answer: object, error: type[Exception]
) -> None:
    node.script["sendTransaction"] = answer
    with pytest.raises(error):
        await cluster.forward(SIGNED)
    assert node.calls["sendTransaction"] == 1


async def test_what_fails_is_refused_by_its_own_name(node: ScriptedNode, cluster: RpcCluster) -> None:
    failed = {"InstructionError": [0, {"Custom": 1}]}
    node.script["simulateTransaction"] = node.in_context({"err": failed, "logs": [], "unitsConsumed": 9})
    with pytest.raises(TransactionRefused) as raised:
        await cluster.forward(SIGNED)
    assert raised.value.custom_code == 1 and not node.sent


async def test_what_comes_too_late_says_so(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["sendTransaction"] = Fault(-32002, "Transaction simulation failed: Blockhash not found")
    with pytest.raises(TransactionRefused) as raised:
        await cluster.forward(SIGNED)
    assert raised.value.failure and raised.value.failure.name == "BlockhashNotFound"
    assert "127.0.0.1" not in str(raised.value)


async def test_mentions_have_levels_and_failures(node: ScriptedNode, cluster: RpcCluster) -> None:
    failed = {"InstructionError": [0, {"Custom": 1}]}
    node.script["getSignaturesForAddress"] = [
        listed(SIGNATURES[0], confirmationStatus="confirmed"),
        listed(SIGNATURES[1], failed, confirmationStatus="finalized"),
        listed(SIGNATURES[2]),
    ]
    node.script["getTransaction"] = lambda params: record(failed if params[0] == str(SIGNATURES[1]) else None)
    first, second, third = await cluster.mentions(BUYER.pubkey(), most=50)
    assert [one.status.level for one in (first, second, third)] == ["confirmed", "finalized", "confirmed"]
    assert first.status.failure is None and second.status.failure and second.status.failure.custom_code == 1
    assert first.instructions[0].program_id == PAYMENT.program_id


async def test_who_follows_asks_what_it_did_once(node: ScriptedNode, cluster: RpcCluster) -> None:
    """However much strangers put under a reference, a poll of it is one question."""
    node.script["getSignaturesForAddress"] = [listed(one, confirmationStatus="confirmed") for one in SIGNATURES]
    node.script["getTransaction"] = record()
    first = await cluster.mentions(BUYER.pubkey(), most=50)
    node.script["getSignaturesForAddress"] = [listed(one, confirmationStatus="finalized") for one in SIGNATURES]
    again = await cluster.mentions(BUYER.pubkey(), most=50)
    assert node.calls["getTransaction"] == len(SIGNATURES)
    assert [one.instructions for one in again] == [one.instructions for one in first]
    assert {one.status.level for one in again} == {"finalized"}  # which the list says anew


async def test_in_another_slot_it_may_have_done_something_else(node: ScriptedNode, cluster: RpcCluster) -> None:
    failed = {"InstructionError": [0, {"Custom": 1}]}
    node.script["getSignaturesForAddress"] = [listed(SIGNATURES[0])]
    node.script["getTransaction"] = record()
    (done,) = await cluster.mentions(BUYER.pubkey(), most=50)
    node.script["getSignaturesForAddress"] = [listed(SIGNATURES[0], failed) | {"slot": 10}]
    node.script["getTransaction"] = record(failed)
    (undone,) = await cluster.mentions(BUYER.pubkey(), most=50)
    assert done.status.failure is None and undone.status.failure is not None


async def test_a_record_of_another_fork_is_not_kept(node: ScriptedNode, cluster: RpcCluster) -> None:
    """What took effect by the list, and failed by the record, is neither paid nor failed, and is asked for again."""
    node.script["getSignaturesForAddress"] = [listed(SIGNATURES[0])]
    node.script["getTransaction"] = record({"InstructionError": [0, {"Custom": 1}]})
    with pytest.raises(ClusterError, match="does not tell what it did"):
        await cluster.mentions(BUYER.pubkey(), most=50)
    node.script["getTransaction"] = record()
    (done,) = await cluster.mentions(BUYER.pubkey(), most=50)
    assert done.status.failure is None


async def test_what_programs_gave_each_other_is_not_read(node: ScriptedNode, cluster: RpcCluster) -> None:
    """As much of it as a transaction can have, in what takes a server seconds to decode, costs who sent it nothing."""
    heavy = {"programIdIndex": 1, "accounts": [0], "data": "z" * 13_900}
    told: dict[str, Any] = record()
    told["meta"]["innerInstructions"] = [{"index": 0, "instructions": [heavy] * 63}]
    node.script["getSignaturesForAddress"] = [listed(SIGNATURES[0])]
    node.script["getTransaction"] = told
    began = process_time()
    (mention,) = await cluster.mentions(BUYER.pubkey(), most=50)
    assert process_time() - began < 1
    assert [one.inner_index for one in mention.instructions] == [None] * len(MESSAGE.instructions)


async def test_what_is_not_looked_at_is_forgotten(node: ScriptedNode) -> None:
    connection = Node(node.url, QUICK)
    asked = Mentions(connection, remembered=2)
    node.script["getTransaction"] = record()
    for one in (*SIGNATURES, SIGNATURES[0]):
        node.script["getSignaturesForAddress"] = [listed(one)]
        await asked.of(BUYER.pubkey(), 50, {}, "confirmed")
    await connection.close()
    assert node.calls["getTransaction"] == 4


@pytest.mark.parametrize("level", ["nonsense", 7])
async def test_a_level_that_is_none(node: ScriptedNode, cluster: RpcCluster, level: object) -> None:
    node.script["getSignaturesForAddress"] = [listed(SIGNATURES[0], confirmationStatus=level)]
    with pytest.raises(ClusterError, match="confirmationStatus"):
        await cluster.mentions(BUYER.pubkey(), most=50)


async def test_status_at_any_level(node: ScriptedNode, cluster: RpcCluster) -> None:
    assert await cluster.status(SIGNATURES[0]) is None
    for level in ("processed", "confirmed", "finalized"):
        known = {"slot": 5, "confirmations": 1, "err": None, "confirmationStatus": level}
        node.script["getSignatureStatuses"] = node.in_context([known])
        found = await cluster.status(SIGNATURES[0])
        assert found and (found.slot, found.level, found.failure) == (5, level, None)


async def test_finalized_height(node: ScriptedNode, cluster: RpcCluster) -> None:
    assert await cluster.finalized_height() == node.height
