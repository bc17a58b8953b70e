"""Payment logs on a real solana-test-validator: paid in parallel, checkpointed, and their roots those of the mirror."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from solders.keypair import Keypair
from solders.pubkey import Pubkey

import plings.program
from chain.people import SOL, keypair_for, pay
from fixtures.fix_validator import GenesisProgram, Validator, running_validator
from plings.chain import Cluster, connect
from plings.identity import ScanUrl, format_segment
from plings.program import PROGRAM_ID, pda
from plings.program import instructions as ix
from plings.program.accounts import OwnershipCheckpoint, PaymentLog
from plings.program.events import decode_events
from plings.proofs import Leaf, Tree, shard_of
from program.journey import MAKER, PLATFORM, PLATFORM_TREASURY
from program.leaves import leaf_of

pytestmark = pytest.mark.validator

SHARDS = 4
PAYERS = [keypair_for(f"payer {number}") for number in range(4)]
EACH = 2
"""payments of each payer to each log"""


@dataclass(frozen=True)
class Paid:
    """What one payment was meant to leave in which log."""

    log: Pubkey
    buyer: Pubkey
    lamports: int


@pytest.fixture(scope="module")
def platform_validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Validator]:
    """A validator of its own: nobody has initialized the program on it."""
    program = GenesisProgram(PROGRAM_ID, Path(plings.program.__file__).with_name("plings.so"), PLATFORM.pubkey())
    with running_validator(tmp_path_factory.mktemp("logs"), [program]) as started:
        yield started


@cache
def code_in(shard: int) -> ScanUrl:
    codes = (MAKER.code(f"2.G.{format_segment(number)}") for number in range(1, 10_000))
    return next(code for code in codes if shard_of(code.address, SHARDS) == shard)


async def prepare(cluster: Cluster) -> None:
    """A manufacturer with four logs, checkpoints at any time, and payers with money: three transactions."""
    platform, treasury = PLATFORM.pubkey(), PLATFORM_TREASURY.pubkey()
    await asyncio.gather(*(cluster.airdrop(address, 100 * SOL) for address in (platform, treasury)))
    config = ix.initialize_config(authority=platform, platform_treasury=treasury, platform_fee_bps=1_000)
    any_time = ix.update_config(authority=platform, checkpoint_payments=1)
    registration = ix.register_manufacturer(
        payer=platform,
        platform_authority=platform,
        identity_key=MAKER.identity_key,
        prefix=MAKER.prefix,
        authority=platform,
        treasury=treasury,
        shard_bits=2,
    )
    await cluster.send([config, any_time], [PLATFORM])
    await cluster.send([registration], [PLATFORM, MAKER.identity_keypair])
    openings = [
        ix.open_payment_log(payer=platform, identity_key=MAKER.identity_key, shard=shard) for shard in range(SHARDS)
    ]
    gifts = [pay(PLATFORM, payer.pubkey(), SOL) for payer in PAYERS]
    await cluster.send([*openings, *gifts], [PLATFORM])


async def paid_by(cluster: Cluster, payer: Keypair, shard: int, lamports: int) -> tuple[Paid, Leaf]:
    payment = ix.handle_micro_payment(
        buyer=payer.pubkey(),
        code=code_in(shard),
        amount_lamports=lamports,
        identity_key=MAKER.identity_key,
        shards=SHARDS,
    )
    confirmed = await cluster.send([payment], [payer])
    (event,) = decode_events(confirmed.logs)
    return Paid(log_at(shard), payer.pubkey(), lamports), leaf_of(event)


def log_at(shard: int) -> Pubkey:
    return pda.payment_log_address(MAKER.account, shard)


async def test_logs_paid_in_parallel_have_the_mirrors_roots(platform_validator: Validator) -> None:
    async with connect(platform_validator.url) as cluster:
        await prepare(cluster)
        calls = [(payer, shard) for payer in PAYERS for shard in range(SHARDS) for _ in range(EACH)]
        payments = (paid_by(cluster, *call, 10_000 + number) for number, call in enumerate(calls))
        told = await asyncio.gather(*payments)
        for shard in range(SHARDS):
            await check_log(cluster, log_at(shard), [(paid, leaf) for paid, leaf in told if paid.log == log_at(shard)])


async def check_log(cluster: Cluster, log: Pubkey, told: list[tuple[Paid, Leaf]]) -> None:
    """Each payment is one leaf, in the order of their numbers; the checkpoint's root is that of these leaves."""
    told.sort(key=lambda one: one[1].number)
    assert [leaf.number for _, leaf in told] == list(range(len(PAYERS) * EACH))
    for paid, leaf in told:
        assert (leaf.payment_log, leaf.actor) == (bytes(log), bytes(paid.buyer))
        assert leaf.amount_lamports == paid.lamports
    await cluster.send([ix.create_checkpoint(payer=PLATFORM.pubkey(), payment_log=log, checkpoint_id=0)], [PLATFORM])
    account, noted = await cluster.accounts([log, pda.checkpoint_address(log, 0)])
    assert account and noted
    tree, checkpoint = Tree(leaf.hash for _, leaf in told), OwnershipCheckpoint.decode(noted.data)
    assert (checkpoint.leaf_count, checkpoint.root) == (len(told), tree.root())
    books = PaymentLog.decode(account.data)
    assert books.frontier.root == tree.root()
    assert books.manufacturer_lamports + books.platform_lamports == sum(paid.lamports for paid, _ in told)
