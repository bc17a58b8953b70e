"""What was done with an address: told by the embedded cluster, and by nodes that are forgetful, slow or lying."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import ID as SYSTEM_ID

from chain.people import SOL, keypair_for, pay
from fixtures.fix_node import HANG_UP, QUICK, Fault, ScriptedNode
from plings.chain import EmbeddedCluster, Past, Ran, RpcCluster, history
from plings.chain.embedded import START_UNIX
from plings.chain.ran import all_that_ran
from plings.chain.transaction import Budget, assemble, unsigned
from plings.errors import ClusterError

PAYER, BUYER, OTHER = (keypair_for(name) for name in ("payer", "buyer", "other"))
ADDRESS = BUYER.pubkey()
PAYMENT = pay(PAYER, ADDRESS, 7)
MESSAGE = assemble([PAYMENT], PAYER.pubkey(), Hash.default(), Budget())
WIRE = base64.b64encode(bytes(unsigned(MESSAGE))).decode()
RAN = all_that_ran(MESSAGE.account_keys, MESSAGE.instructions, {})
"""The payment, and the two instructions of the budget."""


async def told(cluster: Any, address: Pubkey = ADDRESS, **options: Any) -> list[Past]:
    return [past async for past in cluster.history(address, **options)]


async def test_embedded_cluster_remembers_what_named_an_address() -> None:
    cluster = EmbeddedCluster()
    await cluster.airdrop(PAYER.pubkey(), 10 * SOL)
    confirmed = []
    for to in (BUYER, OTHER, BUYER):
        cluster.advance_clock(5)
        confirmed.append(await cluster.send([pay(PAYER, to.pubkey(), SOL)], [PAYER]))
    first, _, third = confirmed
    newest, oldest = await told(cluster)
    assert newest == Past(third.signature, third.slot, START_UNIX + 15, third.logs, newest.instructions)
    assert oldest == Past(first.signature, first.slot, START_UNIX + 5, first.logs, newest.instructions)
    payment = pay(PAYER, ADDRESS, SOL)
    assert newest.instructions[0] == Ran(SYSTEM_ID, (PAYER.pubkey(), ADDRESS), bytes(payment.data))
    assert len(newest.instructions) == 3
    assert await told(cluster, until=first.signature) == [newest]
    assert len(await told(cluster, PAYER.pubkey())) == 3
    assert await told(cluster, keypair_for("nobody").pubkey()) == []


class Index:
    """A node's index of five transactions, of which the middle one failed; it lists two at once."""

    def __init__(self, node: ScriptedNode) -> None:
        self.page = 2
        self.inner: Any = []
        self.more: dict[str, Any] = {}
        self.rows = [self.row(number) for number in range(5, 0, -1)]
        self.rows[2]["err"] = {"InstructionError": [0, {"Custom": 1}]}
        self.logs: dict[str, Any] = {str(row["signature"]): [f"Program log: {row['slot']}"] for row in self.rows}
        node.script |= {"getSignaturesForAddress": self.listed, "getTransaction": self.record}

    @staticmethod
    def row(slot: int) -> dict[str, Any]:
        signature = str(Signature(bytes([slot] * 64)))
        return {
            "signature": signature,
            "slot": slot,
            "blockTime": 1_000 + slot,
            "err": None,
            "memo": None,
            "confirmationStatus": "finalized",
        }

    def listed(self, params: list[Any]) -> object:
        signatures = [row.get("signature") for row in self.rows]
        start = signatures.index(params[1]["before"]) + 1 if "before" in params[1] else 0
        end = signatures.index(params[1]["until"]) if "until" in params[1] else len(signatures)
        return self.rows[start : min(start + self.page, end)]

    def record(self, params: list[Any]) -> object:
        logs = self.logs[params[0]]
        if not isinstance(logs, list):
            return logs
        meta = {"err": None, "fee": 5000, "logMessages": logs, "innerInstructions": self.inner, **self.more}
        return {"slot": 1, "transaction": [WIRE, "base64"], "meta": meta}


@pytest.fixture
async def cluster(node: ScriptedNode) -> AsyncIterator[RpcCluster]:
    async with RpcCluster(node.url, patience=QUICK) as cluster:
        yield cluster


async def test_pages_are_read_to_the_last_and_failures_left_out(node: ScriptedNode, cluster: RpcCluster) -> None:
    index = Index(node)
    signatures = [Signature.from_string(index.rows[at]["signature"]) for at in (0, 1, 3, 4)]
    slots = (5, 4, 2, 1)
    assert await told(cluster) == [
        Past(signature, slot, 1_000 + slot, (f"Program log: {slot}",), RAN)
        for signature, slot in zip(signatures, slots, strict=True)
    ]
    assert node.calls["getSignaturesForAddress"] == 4
    options = [params[1] for method, params in node.asked if method == "getSignaturesForAddress"]
    assert options[0] == {"commitment": "confirmed", "limit": history.PAGE}
    assert options[1] == {**options[0], "before": str(signatures[1])}
    configs = [params[1] for method, params in node.asked if method == "getTransaction"]
    assert configs[0] == {"encoding": "base64", "commitment": "confirmed", "maxSupportedTransactionVersion": 0}


async def test_what_programs_called_comes_after_what_called_it(node: ScriptedNode, cluster: RpcCluster) -> None:
    """Also with an address from a table, whose index follows those of the message."""
    index = Index(node)
    table = keypair_for("table").pubkey()
    index.inner = calling(programIdIndex=len(MESSAGE.account_keys), accounts=[1], data="2VfUX")
    index.more = {"loadedAddresses": {"writable": [], "readonly": [str(table)]}}
    (past, *_) = await told(cluster)
    assert past.instructions == (RAN[0], Ran(table, (ADDRESS,), b"\x01\x02\x03\x04"), *RAN[1:])


async def test_it_goes_down_to_the_one_that_is_known(node: ScriptedNode, cluster: RpcCluster) -> None:
    index = Index(node)
    known = Signature.from_string(index.rows[3]["signature"])
    assert [past.slot for past in await told(cluster, until=known)] == [5, 4]


async def test_who_stops_reading_stops_asking(node: ScriptedNode, cluster: RpcCluster) -> None:
    Index(node)
    async for past in cluster.history(ADDRESS):
        assert past.slot == 5
        break
    assert node.calls["getSignaturesForAddress"] == 1


async def test_block_time_may_be_missing(node: ScriptedNode, cluster: RpcCluster) -> None:
    index = Index(node)
    index.rows = [{**row, "blockTime": None} for row in index.rows]
    assert {past.block_time_unix for past in await told(cluster)} == {None}


def without(name: str) -> Callable[[Index], None]:
    return lambda index: index.rows[1].pop(name)


def with_field(name: str, value: object) -> Callable[[Index], None]:
    return lambda index: index.rows[1].update({name: value})


def record_is(value: object) -> Callable[[Index], None]:
    return lambda index: index.logs.update({index.rows[1]["signature"]: value})


def repeated(index: Index) -> None:
    index.rows.insert(4, index.rows[3])


def out_of_order(index: Index) -> None:
    index.rows.reverse()


def inner_is(value: object) -> Callable[[Index], None]:
    return lambda index: setattr(index, "inner", value)


def loaded_is(value: object) -> Callable[[Index], None]:
    return lambda index: index.more.update(loadedAddresses=value)


def calling(**changes: object) -> object:
    """What the payment called, with something else in it."""
    return [{"index": 0, "instructions": [{"programIdIndex": 0, "accounts": [1, 2], "data": "3Bxs", **changes}]}]


def record_of(error: object, logs: object) -> dict[str, Any]:
    return {"slot": 1, "transaction": ["", "base64"], "meta": {"err": error, "fee": 1, "logMessages": logs}}


@pytest.mark.parametrize(
    ("lie", "said"),
    [
        (without("signature"), "no readable 'signature'"),
        (without("slot"), "no readable 'slot'"),
        (without("err"), "no readable 'err'"),
        (without("blockTime"), "no readable 'blockTime'"),
        (with_field("signature", "5" * 20), "no readable 'signature'"),
        (with_field("slot", -1), "no readable 'slot'"),
        (with_field("slot", True), "no readable 'slot'"),
        (with_field("blockTime", "noon"), "no readable 'blockTime'"),
        (repeated, "twice, or in no order"),
        (out_of_order, "twice, or in no order"),
        (record_is(None), "does not tell what it did"),
        (record_is(Fault(-32601)), "does not tell what it did"),
        (record_is(HANG_UP), "does not tell what it did"),
        (record_is({"slot": 1, "meta": {}}), "does not tell what it did"),
        (record_is(record_of("AccountInUse", [])), "does not tell what it did"),
        (record_is(record_of(None, None)), "does not tell what it did"),
        (inner_is(None), "no readable 'innerInstructions'"),
        (inner_is([{}]), "no readable 'index'"),
        (inner_is([{"index": 0}]), "no readable 'instructions'"),
        (inner_is(calling(programIdIndex=99)), "what cannot be"),
        (inner_is(calling(programIdIndex=256)), "no readable 'instructions'"),
        (inner_is(calling(accounts=[99])), "what cannot be"),
        (inner_is(calling(accounts=[256])), "no readable 'instructions'"),
        (inner_is(calling(accounts=[None])), "no readable 'accounts'"),
        (inner_is(calling(data="0OIl")), "no readable 'instructions'"),
        (inner_is(calling(data="é")), "no readable 'instructions'"),
        (inner_is(calling(data=None)), "no readable 'data'"),
        (loaded_is([]), "no readable 'writable'"),
        (loaded_is({"writable": [], "readonly": ["x"]}), "no readable 'address'"),
        (record_is(record_of(None, [])), "what cannot be"),
    ],
)
async def test_a_node_that_lies(
    node: ScriptedNode, cluster: RpcCluster, lie: Callable[[Index], None], said: str
) -> None:
    index = Index(node)
    index.page = 10
    lie(index)
    with pytest.raises(ClusterError, match=said):
        await told(cluster)


@pytest.mark.parametrize(
    "answer", [None, {}, "x", [None], [[]], [{}], Fault(-32601, "Method not found"), HANG_UP], ids=str
)
async def test_a_node_that_lists_nothing_of_use(node: ScriptedNode, cluster: RpcCluster, answer: object) -> None:
    node.script["getSignaturesForAddress"] = answer
    with pytest.raises(ClusterError):
        await told(cluster)


async def test_a_node_that_lists_one_page_for_ever(node: ScriptedNode, cluster: RpcCluster) -> None:
    index = Index(node)
    node.script["getSignaturesForAddress"] = index.rows[:2]
    with pytest.raises(ClusterError, match="twice"):
        await told(cluster)
