"""RpcCluster against a node that misbehaves: what is sent, how often, and what the caller is told of it."""

import asyncio
import base64
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from solders.hash import Hash
from solders.transaction import VersionedTransaction

from chain.people import keypair_for, pay
from fixtures.fix_node import HANG_UP, QUICK, SAY_NOTHING, Fault, Http, ScriptedNode, in_turn
from plings.chain import Confirmed, RpcCluster, Signed
from plings.errors import (
    ClusterError,
    TransactionExpired,
    TransactionFailed,
    TransactionRefused,
    TransactionUnresolved,
)

PAYER, BUYER = keypair_for("payer"), keypair_for("buyer")
SYSTEM = "11111111111111111111111111111111"
PAYMENT = [pay(PAYER, BUYER.pubkey(), 1_000_000)]
CUSTOM_1 = {"InstructionError": [0, {"Custom": 1}]}
SYSTEM_FAILED = f"Program {SYSTEM} failed: custom program error: 0x1"


@pytest.fixture
async def cluster(node: ScriptedNode) -> AsyncIterator[RpcCluster]:
    async with RpcCluster(node.url, patience=QUICK) as cluster:
        yield cluster


def status(node: ScriptedNode, level: str = "confirmed", error: object = None) -> object:
    return node.in_context([{"slot": 100, "confirmations": 1, "err": error, "confirmationStatus": level}])


def unknown(node: ScriptedNode) -> object:
    return node.in_context([None])


def transactions(node: ScriptedNode) -> list[VersionedTransaction]:
    return [VersionedTransaction.from_bytes(wire) for wire in node.sent]


async def pay_once(cluster: RpcCluster) -> Confirmed:
    return await cluster.send(PAYMENT, [PAYER])


async def test_success_is_told_with_its_record(node: ScriptedNode, cluster: RpcCluster) -> None:
    confirmed = await pay_once(cluster)
    signature = transactions(node)[0].signatures[0]
    assert confirmed == Confirmed(signature, 100, 450, ("Program log: hello",), 5_000)
    options = next(params[1] for method, params in node.asked if method == "sendTransaction")
    assert options == {"encoding": "base64", "skipPreflight": True, "maxRetries": 0}


async def test_limit_is_a_tenth_and_some_over_the_simulation(node: ScriptedNode, cluster: RpcCluster) -> None:
    await pay_once(cluster)
    limit, price = transactions(node)[0].message.instructions[-2:]
    assert limit.data[0] == 2 and 10_495 <= int.from_bytes(limit.data[1:], "little") < 11_495
    assert price.data[0] == 3 and int.from_bytes(price.data[1:], "little") == 0


async def test_limit_given_is_taken_and_simulated(node: ScriptedNode, cluster: RpcCluster) -> None:
    await cluster.send(PAYMENT, [PAYER], compute_limit=777)
    wires = [base64.b64decode(str(params[0])) for method, params in node.asked if method == "simulateTransaction"]
    for wire in (*wires, *node.sent):
        limit = VersionedTransaction.from_bytes(wire).message.instructions[-2]
        assert int.from_bytes(limit.data[1:], "little") == 777


@pytest.mark.parametrize(("usual", "fee"), [(0, 0), (10_000, 2_000), (10**9, 5_000)])
async def test_priority_fee_is_the_usual_one_and_capped(node: ScriptedNode, usual: int, fee: int) -> None:
    fees = [0, 0, usual, usual, usual, usual, usual, 10**12]
    node.script["getRecentPrioritizationFees"] = [{"slot": n, "prioritizationFee": f} for n, f in enumerate(fees)]
    async with RpcCluster(node.url, patience=QUICK, max_priority_fee_lamports=5_000) as cluster:
        await cluster.send(PAYMENT, [PAYER], compute_limit=200_000)
    price = transactions(node)[0].message.instructions[-1]
    assert int.from_bytes(price.data[1:], "little") * 200_000 // 1_000_000 == fee
    assert node.calls["simulateTransaction"] == (2 if fee else 1)
    asked = next(params for method, params in node.asked if method == "getRecentPrioritizationFees")
    assert asked == [[str(PAYER.pubkey()), str(BUYER.pubkey())]]


async def test_node_without_priority_fees_is_fine(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getRecentPrioritizationFees"] = Fault(-32601, "Method not found")
    await pay_once(cluster)


async def test_failure_in_simulation_sends_nothing(node: ScriptedNode, cluster: RpcCluster) -> None:
    logs = ["Transfer: insufficient lamports 5, need 1000000", SYSTEM_FAILED]
    node.script["simulateTransaction"] = node.in_context({"err": CUSTOM_1, "logs": logs, "unitsConsumed": 150})
    with pytest.raises(TransactionRefused, match="insufficient lamports 5, need 1000000") as refused:
        await pay_once(cluster)
    assert refused.value.signature is None and refused.value.logs == tuple(logs)
    assert not node.sent


async def test_price_that_cannot_be_paid_is_refused(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getRecentPrioritizationFees"] = [{"slot": 1, "prioritizationFee": 1_000}]
    fine = node.in_context({"err": None, "logs": [], "unitsConsumed": 450})
    broke = node.in_context({"err": "InsufficientFundsForFee", "logs": [], "unitsConsumed": 0})
    node.script["simulateTransaction"] = in_turn(fine, broke)
    with pytest.raises(TransactionRefused, match="too few lamports for the fee"):
        await pay_once(cluster)
    assert not node.sent


async def test_missing_key_is_refused_before_any_question(node: ScriptedNode, cluster: RpcCluster) -> None:
    with pytest.raises(TransactionRefused, match="must sign"):
        await cluster.send(PAYMENT, [BUYER])
    assert not node.asked


@pytest.mark.parametrize("method", ["getLatestBlockhash", "simulateTransaction", "getRecentPrioritizationFees"])
@pytest.mark.parametrize("trouble", [HANG_UP, Http(503), Http(200, b"garbage"), {}, None], ids=str)
async def test_trouble_before_sending_is_a_cluster_error(
    node: ScriptedNode, cluster: RpcCluster, method: str, trouble: object
) -> None:
    node.script[method] = trouble
    with pytest.raises(ClusterError):
        await pay_once(cluster)
    assert not node.sent


@pytest.mark.parametrize(
    "trouble", [HANG_UP, SAY_NOTHING, Http(503), Http(200, b"garbage"), Fault(-32000, "?")], ids=str
)
async def test_answer_to_sending_does_not_matter(node: ScriptedNode, trouble: object) -> None:
    node.script["sendTransaction"] = trouble
    async with RpcCluster(node.url, patience=replace(QUICK, request=0.2)) as cluster:
        assert (await pay_once(cluster)).slot == 100


async def test_same_bytes_are_sent_until_confirmed(node: ScriptedNode, cluster: RpcCluster) -> None:
    slow = [unknown(node)] * 6 + [status(node, "processed")] * 6
    node.script["getSignatureStatuses"] = in_turn(*slow, status(node))
    await pay_once(cluster)
    assert len(node.sent) >= 3 and len(set(node.sent)) == 1
    assert node.calls["getSignatureStatuses"] >= 13


async def test_refused_sending_is_told_at_once(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["sendTransaction"] = Fault(-32602, "too large")
    node.script["getSignatureStatuses"] = unknown(node)
    with pytest.raises(ClusterError, match="sendTransaction"):
        await pay_once(cluster)
    assert len(node.sent) == 1


async def test_refusal_after_a_doubtful_sending_decides_nothing(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["sendTransaction"] = in_turn(HANG_UP, Fault(-32602, "too large"))
    node.script["getSignatureStatuses"] = in_turn(*[unknown(node)] * 10, status(node))
    assert (await pay_once(cluster)).slot == 100


async def test_failure_counts_only_when_confirmed(node: ScriptedNode, cluster: RpcCluster) -> None:
    """A fork on which it fails can lose to one on which it succeeds."""
    node.script["getSignatureStatuses"] = in_turn(status(node, "processed", CUSTOM_1), status(node))
    assert (await pay_once(cluster)).slot == 100


async def test_failure_on_chain_has_signature_and_program(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = status(node, error=CUSTOM_1)
    wire = base64.b64encode(b"any").decode()
    meta = {"err": CUSTOM_1, "fee": 5000, "computeUnitsConsumed": 150, "logMessages": [SYSTEM_FAILED]}
    node.script["getTransaction"] = {"slot": 100, "transaction": [wire, "base64"], "meta": meta}
    with pytest.raises(TransactionFailed) as failed:
        await pay_once(cluster)
    assert failed.value.signature == transactions(node)[0].signatures[0]
    assert (failed.value.instruction_index, failed.value.custom_code) == (0, 1)
    assert failed.value.logs == (SYSTEM_FAILED,)


async def test_failure_without_record_still_fails(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = status(node, error={"InstructionError": [0, "BorshIoError"]})
    node.script["getTransaction"] = Fault(-32011, "Transaction history is not available from this node")
    with pytest.raises(TransactionFailed, match="BorshIoError"):
        await pay_once(cluster)


@pytest.mark.parametrize(
    "trouble", [None, HANG_UP, Fault(-32011), {"meta": None}, {"meta": {"err": CUSTOM_1}}], ids=str
)
async def test_success_without_record_is_still_success(
    node: ScriptedNode, cluster: RpcCluster, trouble: object
) -> None:
    node.script["getTransaction"] = trouble
    confirmed = await pay_once(cluster)
    assert (confirmed.slot, confirmed.compute_units, confirmed.fee_lamports, confirmed.logs) == (100, None, None, ())


async def test_finalized_waits_for_it(node: ScriptedNode) -> None:
    node.script["getSignatureStatuses"] = in_turn(*[status(node)] * 5, status(node, "finalized"))
    async with RpcCluster(node.url, commitment="finalized", patience=QUICK) as cluster:
        await pay_once(cluster)
    assert node.calls["getSignatureStatuses"] == 6


async def test_expired_only_past_the_last_finalized_height(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = lambda _: unknown(node)
    heights = iter([100, 249, 250, 251])
    node.script["getEpochInfo"] = lambda _: {"absoluteSlot": 90, "blockHeight": next(heights)}
    with pytest.raises(TransactionExpired) as expired:
        await pay_once(cluster)
    assert expired.value.signature == transactions(node)[0].signatures[0]
    assert not expired.value.may_take_effect
    assert node.calls["getEpochInfo"] == 4
    searches = [params[1] for method, params in node.asked if method == "getSignatureStatuses"]
    assert searches[-1] == {"searchTransactionHistory": True}
    assert all(search == {"searchTransactionHistory": False} for search in searches[:-1])
    asked = next(params for method, params in node.asked if method == "getEpochInfo")
    assert asked == [{"commitment": "finalized"}]


async def test_last_search_finds_what_the_cache_lost(node: ScriptedNode, cluster: RpcCluster) -> None:
    def statuses(params: list[object]) -> object:
        return status(node, "finalized") if params[1] == {"searchTransactionHistory": True} else unknown(node)

    node.script["getSignatureStatuses"] = statuses
    node.script["getEpochInfo"] = {"absoluteSlot": 90, "blockHeight": 10_000}
    assert (await pay_once(cluster)).slot == 100


async def test_search_by_a_node_that_is_behind_decides_nothing(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = lambda _: unknown(node)
    node.script["getEpochInfo"] = {"absoluteSlot": node.height + 1, "blockHeight": 10_000}
    with pytest.raises(TransactionUnresolved, match="behind"):
        await pay_once(cluster)


async def test_node_without_history_cannot_say_expired(node: ScriptedNode, cluster: RpcCluster) -> None:
    def statuses(params: list[object]) -> object:
        return Fault(-32011, "no history") if params[1] == {"searchTransactionHistory": True} else unknown(node)

    node.script["getSignatureStatuses"] = statuses
    node.script["getEpochInfo"] = {"absoluteSlot": 90, "blockHeight": 10_000}
    with pytest.raises(TransactionUnresolved):
        await pay_once(cluster)


GARBAGE = [HANG_UP, Http(500), Http(200, b"garbage"), {}, {"context": {"slot": 1}, "value": []}, Fault(-32603)]


@pytest.mark.parametrize("trouble", GARBAGE, ids=str)
async def test_node_that_never_tells_leaves_it_unresolved(
    node: ScriptedNode, cluster: RpcCluster, trouble: object
) -> None:
    node.script["getSignatureStatuses"] = trouble
    with pytest.raises(TransactionUnresolved) as unresolved:
        await pay_once(cluster)
    assert unresolved.value.signature == transactions(node)[0].signatures[0]
    assert unresolved.value.last_valid_block_height == node.height + 150
    assert unresolved.value.may_take_effect


async def test_cluster_that_stands_still_leaves_it_unresolved(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = unknown(node)
    with pytest.raises(TransactionUnresolved):
        await pay_once(cluster)


async def test_death_of_the_node_after_sending_leaves_it_unresolved(node: ScriptedNode, cluster: RpcCluster) -> None:
    def die(params: list[object]) -> object:
        node.stop()
        return HANG_UP

    node.script["sendTransaction"] = die
    with pytest.raises(TransactionUnresolved) as unresolved:
        await pay_once(cluster)
    assert unresolved.value.signature == transactions(node)[0].signatures[0]


async def test_death_of_the_node_before_sending_is_a_cluster_error(node: ScriptedNode, cluster: RpcCluster) -> None:
    with pytest.raises(ClusterError, match="nothing was sent"):
        await cluster.send(PAYMENT, [PAYER], on_signed=lambda signed: node.stop())
    assert not node.sent


async def test_unresolved_can_be_asked_again(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = HANG_UP
    with pytest.raises(TransactionUnresolved) as unresolved:
        await pay_once(cluster)
    signature, height = unresolved.value.signature, unresolved.value.last_valid_block_height
    assert signature
    with pytest.raises(ClusterError):
        await cluster.outcome(signature, last_valid_block_height=height)
    node.script["getSignatureStatuses"] = lambda _: unknown(node)
    assert await cluster.outcome(signature, last_valid_block_height=height) is None
    node.script["getEpochInfo"] = {"absoluteSlot": 90, "blockHeight": height + 1}
    assert await cluster.outcome(signature) is None
    with pytest.raises(TransactionExpired):
        await cluster.outcome(signature, last_valid_block_height=height)
    node.script["getSignatureStatuses"] = status(node)
    confirmed = await cluster.outcome(signature, last_valid_block_height=height)
    assert confirmed and confirmed.signature == signature
    node.script["getSignatureStatuses"] = status(node, error=CUSTOM_1)
    with pytest.raises(TransactionFailed):
        await cluster.outcome(signature)


async def test_equal_payments_at_once_are_different_transactions(node: ScriptedNode, cluster: RpcCluster) -> None:
    """On one blockhash they would be one transaction, paid once and confirmed twice."""
    hashes = [str(Hash.hash(bytes([n]))) for n in range(3)]
    given = in_turn(*(node.in_context({"blockhash": hashes[n // 4], "lastValidBlockHeight": 250}) for n in range(12)))
    node.script["getLatestBlockhash"] = given
    await asyncio.gather(*(cluster.send(PAYMENT, [PAYER], compute_limit=1_000) for _ in range(3)))
    assert len({transaction.signatures[0] for transaction in transactions(node)}) == 3


async def test_blockhash_that_does_not_change_cannot_pay_twice(node: ScriptedNode, cluster: RpcCluster) -> None:
    await cluster.send(PAYMENT, [PAYER], compute_limit=1_000)
    with pytest.raises(ClusterError, match="nothing was sent"):
        await cluster.send(PAYMENT, [PAYER], compute_limit=1_000)
    assert len(set(node.sent)) == 1


async def test_on_signed_knows_the_signature_before_the_node_does(node: ScriptedNode, cluster: RpcCluster) -> None:
    kept: list[tuple[Signed, int]] = []
    confirmed = await cluster.send(PAYMENT, [PAYER], on_signed=lambda signed: kept.append((signed, len(node.sent))))
    assert kept == [(Signed(confirmed.signature, node.height + 150), 0)]


async def test_cancelled_sending_leaves_a_note(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["getSignatureStatuses"] = unknown(node)
    task = asyncio.create_task(pay_once(cluster))
    while not node.sent:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as cancelled:
        await task
    assert str(transactions(node)[0].signatures[0]) in cancelled.value.__notes__[0]


async def test_another_cluster_is_refused_before_anything_else(node: ScriptedNode) -> None:
    async with RpcCluster(node.url, expected_genesis=Hash.hash(b"meant"), patience=QUICK) as cluster:
        for attempt in (
            pay_once(cluster),
            cluster.account(PAYER.pubkey()),
            cluster.outcome(PAYER.sign_message(b"")),
            cluster.airdrop(PAYER.pubkey(), 1),
        ):
            with pytest.raises(ClusterError, match="another cluster"):
                await attempt
    assert set(node.calls) == {"getGenesisHash"}


async def test_the_cluster_meant_is_asked_for_its_genesis_once(node: ScriptedNode) -> None:
    async with RpcCluster(node.url, expected_genesis=Hash.hash(b"scripted"), patience=QUICK) as cluster:
        await pay_once(cluster)
        await pay_once(cluster)
    assert node.calls["getGenesisHash"] == 1


async def test_reads_follow_our_own_transactions(node: ScriptedNode, cluster: RpcCluster) -> None:
    """A node that is behind the one that confirmed would show the state before."""
    node.script["getAccountInfo"] = in_turn(Fault(-32016, "slot not reached"), node.in_context(None))
    await pay_once(cluster)
    assert await cluster.account(BUYER.pubkey()) is None
    options = [params[1] for method, params in node.asked if method == "getAccountInfo"]
    assert options == [{"encoding": "base64", "commitment": "confirmed", "minContextSlot": 100}] * 2


async def test_accounts_come_in_hundreds_and_in_order(node: ScriptedNode, cluster: RpcCluster) -> None:
    def accounts(params: list[object]) -> object:
        keys = params[0]
        assert isinstance(keys, list) and len(keys) <= 100
        empty = {
            "lamports": 1,
            "owner": SYSTEM,
            "data": ["", "base64"],
            "executable": False,
        }
        return node.in_context([{**empty, "lamports": int(key[-2:], 36)} for key in keys])

    node.script["getMultipleAccounts"] = accounts
    keys = [keypair_for(str(n)).pubkey() for n in range(230)]
    found = await cluster.accounts(keys)
    assert [account.lamports for account in found if account] == [int(str(key)[-2:], 36) for key in keys]
    assert node.calls["getMultipleAccounts"] == 3
    node.script["getMultipleAccounts"] = node.in_context([None])
    with pytest.raises(ClusterError, match="1 accounts of 30"):
        await cluster.accounts(keys[:30])


BAD_ACCOUNTS = [
    {"lamports": 1.5, "owner": SYSTEM, "data": ["", "base64"], "executable": False},
    {"lamports": -1, "owner": SYSTEM, "data": ["", "base64"], "executable": False},
    {"lamports": True, "owner": SYSTEM, "data": ["", "base64"], "executable": False},
    {"lamports": 1, "owner": "short", "data": ["", "base64"], "executable": False},
    {"lamports": 1, "owner": SYSTEM, "data": ["*", "base64"], "executable": False},
    {"lamports": 1, "owner": SYSTEM, "data": ["", "base58"], "executable": False},
    {"lamports": 1, "owner": SYSTEM, "data": ["", "base64"], "executable": 0},
    {"lamports": 1, "owner": SYSTEM, "data": {"parsed": {}}, "executable": False},
    {},
    [],
    "x",
]


@pytest.mark.parametrize("value", BAD_ACCOUNTS, ids=str)
async def test_account_that_cannot_be_read_is_a_cluster_error(
    node: ScriptedNode, cluster: RpcCluster, value: object
) -> None:
    node.script["getAccountInfo"] = node.in_context(value)
    with pytest.raises(ClusterError, match="no readable"):
        await cluster.account(PAYER.pubkey())


async def test_airdrop_that_fails_or_never_comes_is_a_cluster_error(node: ScriptedNode, cluster: RpcCluster) -> None:
    node.script["requestAirdrop"] = str(PAYER.sign_message(b"airdrop"))
    node.script["getSignatureStatuses"] = unknown(node)
    with pytest.raises(ClusterError, match="did not make it"):
        await cluster.airdrop(PAYER.pubkey(), 1)
    node.script["getSignatureStatuses"] = status(node, error="AccountNotFound")
    node.script["getTransaction"] = None
    with pytest.raises(ClusterError, match="the airdrop failed"):
        await cluster.airdrop(PAYER.pubkey(), 1)
    node.script["requestAirdrop"] = Fault(-32600, "no airdrops here")
    with pytest.raises(ClusterError, match="no airdrops here"):
        await cluster.airdrop(PAYER.pubkey(), 1)
