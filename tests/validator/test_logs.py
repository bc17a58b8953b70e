"""A payment log on a real solana-test-validator: its history is as the embedded cluster's, its clock the blocks'."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from solders.keypair import Keypair

import plings.program
from cli.market import FLOOR, PURSE
from fixtures.fix_validator import GenesisProgram, running_validator
from logs.trade import noise_of
from plings.chain import Cluster, connect
from plings.demo import known_actors
from plings.demo.platform import open_platform, register
from plings.identity import Path as ObjectPath
from plings.identity import make_code
from plings.indexer import index, load_cursor
from plings.indexer.reading import receipt
from plings.indexer.sources.embedded import EmbeddedSource
from plings.keeper import Ending, Rules, keep_once
from plings.logs import find_log, make_receipt, open_payment_logs, read_entries
from plings.objects import find_manufacturer, micro_pay, pay, transfer_micro_ownership
from plings.program import PROGRAM_ID
from plings.program import instructions as ix
from plings.program.accounts import Tier
from plings.registry import Registry
from plings.registry import connect as connect_registry

pytestmark = pytest.mark.validator


async def follow(registry: Registry, cluster: Cluster) -> None:
    source = EmbeddedSource(cluster)
    async for batch in source.batches(load_cursor(registry, source.name)):
        index(registry, batch)


async def kept_by_two(registry: Registry, cluster: Cluster, payers: list[Keypair]) -> list[Ending]:
    """How it ended, but for who came second."""
    await follow(registry, cluster)
    rounds = await asyncio.gather(*(keep_once(registry, cluster, payer, Rules(10**8)) for payer in payers))
    endings = [outcome.ending for done in rounds for outcome in done.outcomes]
    assert not any(done.mismatches for done in rounds)
    return [ending for ending in endings if ending is not Ending.BY_ANOTHER]


async def test_log_is_read_back_from_a_validator(tmp_path: Path, bare_url: str) -> None:
    """With a leaf whose event the validator cut off: it is taken from its instruction, and its time from the block.

    Then two keepers make the checkpoint that is due, once, and the index gives the receipts that the history gives.
    """
    actors = known_actors()
    binary = Path(plings.program.__file__).with_name("plings.so")
    code, other = (make_code(actors.identity, ObjectPath(f"2.3.4F.2aB.5.{number}")) for number in (2, 3))
    buyer, seller = actors.first_buyer, actors.second_buyer
    with running_validator(tmp_path, [GenesisProgram(PROGRAM_ID, binary, actors.platform.pubkey())]) as started:
        async with connect(started.url) as cluster:
            for key in (actors.platform, actors.manufacturer, actors.manufacturer_treasury, actors.platform_treasury):
                await cluster.airdrop(key.pubkey(), PURSE)
            for key in (buyer, seller):
                await cluster.airdrop(key.pubkey(), PURSE)
            await open_platform(cluster, actors)
            await register(cluster, actors)
            (log,) = await open_payment_logs(cluster, buyer, "2.3")
            first = (await micro_pay(cluster, code, buyer, FLOOR)).leaf
            second = (await transfer_micro_ownership(cluster, code, buyer, seller.pubkey())).leaf
            noise = noise_of((await pay(cluster, other, buyer, FLOOR, tier=Tier.OBJECT)).mint)
            hidden = ix.handle_micro_payment(
                buyer=seller.pubkey(),
                code=code,
                amount_lamports=FLOOR,
                identity_key=(await find_manufacturer(cluster, "2.3")).identity_key,
            )
            done = await cluster.send([*[noise] * 35, hidden], [seller])
            assert "Log truncated" in done.logs
            entries = await read_entries(cluster, await find_log(cluster, log.address))
            soon = ix.update_config(authority=actors.platform.pubkey(), checkpoint_payments=3)
            await cluster.send([soon], [actors.platform])
            with connect_registry(bare_url) as connection:
                registry = Registry(connection)
                assert await kept_by_two(registry, cluster, [buyer, seller]) == [Ending.DONE]
                await follow(registry, cluster)
                for number in range(3):
                    expected = await make_receipt(cluster, code, number)
                    assert receipt(registry, bytes(log.address), number) == expected
                assert await kept_by_two(registry, cluster, [buyer, seller]) == []
    assert [entry.leaf for entry in entries[:2]] == [first, second]
    assert (len(entries), entries[2].signature, entries[2].leaf.number) == (3, done.signature, 2)
