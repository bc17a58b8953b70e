"""RpcCluster on a real validator."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from solders.hash import Hash
from solders.keypair import Keypair
from solders.message import MessageV0
from solders.system_program import ID as SYSTEM_ID
from solders.transaction import VersionedTransaction

from chain import token_2022
from chain.people import SOL, pay
from chain.test_embedded import NFT_COMPUTE_UNITS
from fixtures.fix_node import HANG_UP, ScriptedNode
from fixtures.fix_validator import COPY_ADDRESS, COPY_AUTHORITY, Validator, running_validator
from plings.chain import BUDGET_COMPUTE_UNITS, Patience, RpcCluster, connect, loader
from plings.errors import (
    ClusterError,
    TransactionExpired,
    TransactionFailed,
    TransactionRefused,
    TransactionUnresolved,
)

pytestmark = pytest.mark.validator

BRISK = replace(Patience(), poll=0.1)
"""Looks often, and waits as long as a busy machine may need: a test of silence says how long it lasts."""


@pytest.fixture
async def cluster(validator: Validator) -> AsyncIterator[RpcCluster]:
    async with RpcCluster(validator.url, patience=BRISK) as cluster:
        yield cluster


@pytest.fixture
async def payer(cluster: RpcCluster) -> Keypair:
    """Somebody new with 10 SOL: the validator outlives the test."""
    key = Keypair()
    await cluster.airdrop(key.pubkey(), 10 * SOL)
    return key


async def lamports(cluster: RpcCluster, key: Keypair) -> int:
    account = await cluster.account(key.pubkey())
    return account.lamports if account else 0


async def test_transfer_moves_lamports_and_takes_the_fee(cluster: RpcCluster, payer: Keypair) -> None:
    buyer = Keypair()
    confirmed = await cluster.send([pay(payer, buyer.pubkey(), SOL)], [payer])
    assert await lamports(cluster, buyer) == SOL
    assert confirmed.fee_lamports is not None and 5_000 <= confirmed.fee_lamports <= 15_000
    assert await lamports(cluster, payer) == 9 * SOL - confirmed.fee_lamports
    assert confirmed.compute_units == 150 + BUDGET_COMPUTE_UNITS
    assert f"Program {SYSTEM_ID} success" in confirmed.logs
    assert confirmed.slot > 0
    assert await cluster.outcome(confirmed.signature) == confirmed


async def test_connect_by_address(validator: Validator, payer: Keypair) -> None:
    async with connect(validator.url) as cluster:
        account = await cluster.account(payer.pubkey())
        assert account and (account.lamports, account.owner) == (10 * SOL, SYSTEM_ID)
        assert abs(await cluster.clock_unix() - 1_700_000_000) < 10**10
        assert await cluster.accounts([payer.pubkey(), Keypair().pubkey()]) == [account, None]


async def test_history_is_what_the_validator_lists(
    cluster: RpcCluster, payer: Keypair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newest first, also in pages."""
    monkeypatch.setattr("plings.chain.history.PAGE", 2)
    buyer = Keypair().pubkey()
    done = [await cluster.send([pay(payer, buyer, SOL)], [payer]) for _ in range(5)]
    told = [past async for past in cluster.history(buyer)]
    assert [(past.signature, past.slot, past.logs) for past in reversed(told)] == [
        (one.signature, one.slot, one.logs) for one in done
    ]
    assert all(abs((past.block_time_unix or 0) - time.time()) < 3_600 for past in told)
    known = done[2].signature
    assert [past.signature async for past in cluster.history(buyer, until=known)] == [
        done[4].signature,
        done[3].signature,
    ]
    assert [past async for past in cluster.history(Keypair().pubkey())] == []


async def test_genesis_tells_clusters_apart(validator: Validator, cluster: RpcCluster) -> None:
    genesis = await cluster.genesis_hash()
    async with RpcCluster(validator.url, expected_genesis=genesis) as same:
        assert await same.clock_unix() > 0
    async with RpcCluster(validator.url, expected_genesis=Hash.hash(b"other")) as other:
        with pytest.raises(ClusterError, match="another cluster"):
            await other.clock_unix()


async def test_too_little_money_is_refused_in_words_and_costs_nothing(cluster: RpcCluster, payer: Keypair) -> None:
    with pytest.raises(TransactionRefused, match="insufficient lamports") as refused:
        await cluster.send([pay(payer, Keypair().pubkey(), 20 * SOL)], [payer])
    assert (refused.value.instruction_index, refused.value.custom_code) == (0, 1)
    assert refused.value.program_id == SYSTEM_ID and refused.value.signature is None
    assert await lamports(cluster, payer) == 10 * SOL


async def test_payer_without_account_is_named(cluster: RpcCluster) -> None:
    poor = Keypair()
    with pytest.raises(TransactionRefused, match=f"payer {poor.pubkey()} holds no lamports"):
        await cluster.send([pay(poor, Keypair().pubkey(), SOL)], [poor])


async def test_account_below_its_rent_is_refused(cluster: RpcCluster, payer: Keypair) -> None:
    poor = Keypair().pubkey()
    with pytest.raises(TransactionRefused, match=f"{poor} would be left with fewer lamports than its rent"):
        await cluster.send([pay(payer, poor, 890_879)], [payer])


async def test_failure_on_chain_keeps_its_signature_and_costs_its_fee(
    cluster: RpcCluster, payer: Keypair, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The money goes between simulation and block: here the simulation is told of a smaller payment."""
    simulate = cluster._simulated

    async def as_if_cheap(message: MessageV0) -> object:
        cheap = MessageV0.try_compile(payer.pubkey(), [pay(payer, Keypair().pubkey(), SOL)], [], Hash.default())
        return await simulate(cheap)

    monkeypatch.setattr(cluster, "_simulated", as_if_cheap)
    with pytest.raises(TransactionFailed, match="insufficient lamports") as failed:
        await cluster.send([pay(payer, Keypair().pubkey(), 20 * SOL)], [payer])
    assert failed.value.signature
    assert (failed.value.program_id, failed.value.custom_code) == (SYSTEM_ID, 1)
    assert 10 * SOL - 15_000 <= await lamports(cluster, payer) <= 10 * SOL - 5_000
    with pytest.raises(TransactionFailed, match="insufficient lamports") as again:
        await cluster.outcome(failed.value.signature)
    assert again.value.failure == failed.value.failure


async def test_equal_payments_at_once_are_all_made(cluster: RpcCluster, payer: Keypair) -> None:
    buyer = Keypair()
    payments = [cluster.send([pay(payer, buyer.pubkey(), SOL)], [payer], compute_limit=1_000) for _ in range(4)]
    confirmed = await asyncio.gather(*payments)
    assert len({one.signature for one in confirmed}) == 4
    assert await lamports(cluster, buyer) == 4 * SOL


async def test_token_2022_takes_what_the_embedded_cluster_says(cluster: RpcCluster, payer: Keypair) -> None:
    mint = Keypair()
    key = mint.pubkey()
    steps = {
        "mint": [
            token_2022.create_mint_account(payer.pubkey(), key, 5_000_000),
            token_2022.permanent_delegate(key, payer.pubkey()),
            token_2022.metadata_pointer(key, payer.pubkey()),
            token_2022.initialize_mint(key, payer.pubkey()),
        ],
        "metadata": [token_2022.metadata(key, payer.pubkey(), "Plings", "PLING", "https://s.plings.io/m/1.1.3.1.1")],
    }
    for name, instructions in steps.items():
        confirmed = await cluster.send(instructions, [payer, mint] if name == "mint" else [payer])
        assert confirmed.compute_units == NFT_COMPUTE_UNITS[name] + BUDGET_COMPUTE_UNITS


async def test_program_at_genesis_names_its_upgrade_authority(cluster: RpcCluster) -> None:
    program, data = await cluster.accounts([COPY_ADDRESS, loader.program_data_address(COPY_ADDRESS)])
    assert program and program.executable and program.data == loader.program_bytes(COPY_ADDRESS)
    assert data and loader.upgrade_authority(data) == COPY_AUTHORITY.pubkey()


async def test_duplicates_and_lost_answers_pay_once(
    validator: Validator, node: ScriptedNode, cluster: RpcCluster, payer: Keypair
) -> None:
    """A network that delivers every sending three times and no answer to it."""
    node.upstream = validator.url

    async def thrice(params: list[object]) -> object:
        for _ in range(3):
            await node.forward("sendTransaction", params)
        return HANG_UP

    async def seen_late(params: list[object]) -> object:
        seen = await node.forward("getSignatureStatuses", params)
        return seen if len(node.sent) > 3 else {**seen, "value": [None]}  # type: ignore[dict-item]

    node.script |= {"sendTransaction": thrice, "getSignatureStatuses": seen_late}
    buyer = Keypair()
    async with RpcCluster(node.url, patience=replace(BRISK, resend=0.1)) as unlucky:
        confirmed = await unlucky.send([pay(payer, buyer.pubkey(), SOL)], [payer])
    assert len(node.sent) > 3 and len(set(node.sent)) == 1
    await asyncio.sleep(1)
    assert await lamports(cluster, buyer) == SOL
    assert await lamports(cluster, payer) == 9 * SOL - (confirmed.fee_lamports or 0)


async def test_blockhash_that_no_block_takes_expires(
    validator: Validator, node: ScriptedNode, cluster: RpcCluster, payer: Keypair
) -> None:
    """A blockhash of a dead fork: the validator drops the transaction without a word."""
    node.upstream = validator.url

    async def dead(params: list[object]) -> object:
        real = await node.forward("getLatestBlockhash", params)
        assert isinstance(real, dict)
        height = real["value"]["lastValidBlockHeight"] - 148
        return {**real, "value": {"blockhash": str(Hash.hash(b"dead")), "lastValidBlockHeight": height}}

    node.script["getLatestBlockhash"] = dead
    buyer = Keypair()
    async with RpcCluster(node.url, patience=BRISK) as unlucky:
        with pytest.raises(TransactionExpired) as expired:
            await unlucky.send([pay(payer, buyer.pubkey(), SOL)], [payer])
    assert expired.value.signature == VersionedTransaction.from_bytes(node.sent[0]).signatures[0]
    assert await lamports(cluster, payer) == 10 * SOL


async def test_swallowed_transaction_can_be_resolved_later(
    validator: Validator, node: ScriptedNode, cluster: RpcCluster, payer: Keypair
) -> None:
    """The node takes it and falls silent; it lands all the same, and another node tells."""
    node.upstream = validator.url

    async def land_and_fall_silent(params: list[object]) -> object:
        await node.forward("sendTransaction", params)
        node.stop()
        return HANG_UP

    node.script["sendTransaction"] = land_and_fall_silent
    buyer = Keypair()
    async with RpcCluster(node.url, patience=replace(BRISK, silence=1.0)) as unlucky:
        with pytest.raises(TransactionUnresolved) as unresolved:
            await unlucky.send([pay(payer, buyer.pubkey(), SOL)], [payer])
    signature = unresolved.value.signature
    assert signature
    confirmed = await cluster.outcome(signature, last_valid_block_height=unresolved.value.last_valid_block_height)
    assert confirmed and confirmed.signature == signature
    assert await lamports(cluster, buyer) == SOL


async def test_kill_of_the_validator(tmp_path: Path) -> None:
    """Before it is sent: ClusterError. After: unresolved, with the signature."""
    with running_validator(tmp_path, []) as doomed:
        payer, buyer = Keypair(), Keypair()
        async with RpcCluster(doomed.url, patience=BRISK) as cluster:
            await cluster.airdrop(payer.pubkey(), 10 * SOL)
        async with RpcCluster(doomed.url, patience=replace(BRISK, silence=3.0, reading=5.0)) as cluster:
            ask_once = cluster._node.ask_once

            async def killing(method: str, *params: object) -> object:
                answer = await ask_once(method, *params)
                if method == "sendTransaction":
                    doomed.kill()
                return answer

            cluster._node.ask_once = killing  # type: ignore[method-assign]
            with pytest.raises(TransactionUnresolved) as unresolved:
                await cluster.send([pay(payer, buyer.pubkey(), SOL)], [payer])
            assert unresolved.value.signature
            with pytest.raises(ClusterError, match="cannot be reached"):
                await cluster.send([pay(payer, buyer.pubkey(), SOL)], [payer])
            with pytest.raises(ClusterError, match="cannot be reached"):
                await cluster.outcome(unresolved.value.signature)
