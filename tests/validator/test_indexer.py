"""The indexer as a process on a real solana-test-validator, with both of them killed on the way."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import plings.program
from cli.test_indexer import running
from fixtures.fix_registry import copied_database
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import Cluster
from plings.chain import connect as connect_cluster
from plings.identity import ScanUrl, format_address
from plings.indexer import part_hashes, rebuild
from plings.logs import find_owner
from plings.objects import NewLeaf, find_slot, give, list_for_sale, micro_pay, pay
from plings.program import PROGRAM_ID
from plings.program.accounts import Tier
from plings.registry import Registry, connect
from plings.server import EmbeddedServer
from program.journey import ALICE, BOB, CAROL, MAKER, PLATFORM, PRICE, travel

pytestmark = pytest.mark.validator

LEAVES_OF_JOURNEY = 13


@pytest.fixture
def urls(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Two databases with nothing indexed."""
    with copied_database(postgresql, templates["bare"]) as one, copied_database(postgresql, templates["bare"]) as other:
        yield one, other


async def test_whatever_is_killed_owners_are_the_chain_s(urls: tuple[str, str], tmp_path: Path) -> None:
    live, past = urls
    binary = Path(plings.program.__file__).with_name("plings.so")
    with (
        connect(live) as connection,
        connect(past) as other,
        running_validator(tmp_path, [GenesisProgram(PROGRAM_ID, binary, PLATFORM.pubkey())]) as validator,
    ):
        registry = Registry(connection)
        async with connect_cluster(validator.url) as cluster:
            options = ("--url", validator.url, "--database", live)
            await _journey_and_a_killed_indexer(cluster, registry, *options)
            async with running(*options) as process:
                await _until(registry, f"SELECT count(*) = {LEAVES_OF_JOURNEY} AS yes FROM payment_leaves")
                validator.kill()
                await process.until(state="waiting", waiting_for="cannot be reached")
                validator.start_again()
                last_slot = await _trade(cluster)
                final = f"SELECT through_slot >= {last_slot} AS yes FROM indexer_finality"
                await _until(registry, f"{final} WHERE NOT EXISTS (SELECT FROM provisional_transactions)")
                await process.until(state="following", missing_leaves=0)
                process.child.send_signal(signal.SIGTERM)
                assert await process.ends() == 0
            assert process.told[-1]["state"] == "stopped"
            await _compare_owners(cluster, registry)
        async with running("--url", validator.url, "--database", past, "--once") as process:
            assert await process.ends() == 0
        before = part_hashes(registry)
        assert part_hashes(Registry(other)) == before
        assert registry.rows("SELECT message FROM system_alerts") == []
        rebuild(registry)
        assert part_hashes(registry) == before


async def _journey_and_a_killed_indexer(cluster: Cluster, registry: Registry, *options: str) -> None:
    """Killed as soon as it has written some of the leaves; the rest of the journey goes on without it."""
    async with running(*options) as process, asyncio.TaskGroup() as group:
        group.create_task(travel(cluster))
        await _until(registry, "SELECT count(*) >= 2 AS yes FROM payment_leaves")
        process.child.kill()
        assert await process.child.wait() == -signal.SIGKILL


async def _trade(cluster: Cluster) -> int:
    """Payments in every tier, a resale and gifts, after the restart. Returns the slot of the last."""
    small, large, of_batch = MAKER.code("3.G.new"), MAKER.code("7.G.new"), MAKER.code("5.G.3n")
    await micro_pay(cluster, small, ALICE, 20_000)
    await micro_pay(cluster, small, BOB, 30_000)
    await give(cluster, small, ALICE, CAROL.pubkey())
    await pay(cluster, large, ALICE, PRICE, tier=Tier.OBJECT)
    await list_for_sale(cluster, large, ALICE, PRICE)
    await pay(cluster, large, BOB, PRICE)
    await pay(cluster, of_batch, BOB, 12_000_000, tier=Tier.BATCH)
    given = await give(cluster, of_batch, BOB, ALICE.pubkey())
    assert isinstance(given, NewLeaf)
    return given.confirmed.slot


async def _compare_owners(cluster: Cluster, registry: Registry) -> None:
    """Of every object that the tables know, the owner is whom the chain itself names."""
    rows = registry.rows("SELECT path, class_pointer, address, owner, is_gapless, is_provisional FROM ownership")
    kept = {"account": 0, "slot": 0, "log": 0}
    for row in rows:
        address = format_address(row["address"])
        code = ScanUrl.parse(f"https://s.plings.io?t=q&p={row['path']}&cp={row['class_pointer']}&i={address}")
        found, slot = await find_owner(cluster, code), await find_slot(cluster, code)
        if found.account:
            kept["account"] += 1
            owner = found.account.holder
        elif slot:
            kept["slot"] += 1
            owner = slot.owner
        else:
            kept["log"] += 1
            owner = found.log_owner
        assert owner and row["owner"] == bytes(owner), row["path"]
        assert row["is_gapless"] and not row["is_provisional"]
    assert kept["account"] >= 8 and kept["slot"] >= 2 and kept["log"] >= 3, kept


async def _until(registry: Registry, question: str) -> None:
    async with asyncio.timeout(600):
        while not any(row["yes"] for row in registry.rows(question)):
            await asyncio.sleep(0.2)
