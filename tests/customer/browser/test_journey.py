"""The customer's journey in Chromium: on the cluster in this process, and with every real part there is."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest

import plings.program
from cli.test_indexer import running
from customer.browser.camera import camera_of, write_video
from customer.browser.chromium import chromium
from customer.browser.journey import Place, travel
from customer.stand import ACTORS, PURSE, Stand, open_cluster, stock
from customer.test_owning import LOG
from fixtures.fix_registry import copied_database
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import Cluster, connect
from plings.identity import Path as CodePath
from plings.identity import ScanUrl, make_code
from plings.logs import create_checkpoint, fetch_checkpoint
from plings.program import PROGRAM_ID, instructions
from plings.registry import Registry
from plings.registry import connect as connect_registry
from plings.server import EmbeddedServer

ALICE, BOB = ACTORS.first_buyer, ACTORS.second_buyer


def code(below: str) -> ScanUrl:
    return make_code(ACTORS.identity, CodePath(f"2.3.{below}"), signed=True)


async def note_checkpoint(cluster: Cluster) -> bytes:
    """As a keeper does, at any time here, and as whoever trusts this cluster's node fetches it."""
    at_any_time = instructions.update_config(authority=ACTORS.platform.pubkey(), checkpoint_payments=1)
    await cluster.send([at_any_time], [ACTORS.platform])
    made = await create_checkpoint(cluster, ACTORS.manufacturer, LOG)
    return (await fetch_checkpoint(cluster, LOG, made.checkpoint_id)).text.encode()


async def test_journey_in_this_process(stand: Stand, tmp_path: Path) -> None:
    scanned, small = code("2.K.2"), code("2.K.3")
    video = await asyncio.to_thread(write_video, tmp_path / "code.y4m", scanned.text)
    place = Place(
        stand.url,
        send=stand.cluster.forward,
        indexed=lambda: asyncio.to_thread(stand.index),
        note_checkpoint=lambda: note_checkpoint(stand.cluster),
    )
    async with chromium(*camera_of(video)) as browser:
        await travel(browser, place, scanned, small, ALICE, BOB, tmp_path)


@pytest.mark.validator
async def test_journey_with_every_real_part(
    postgresql: EmbeddedServer, templates: dict[str, str], tmp_path: Path
) -> None:
    """A validator, `plings indexer run` and `plings serve` as processes, wallets that sign with keys of their own."""
    scanned, small = code("2.K.2"), code("2.K.3")
    video = await asyncio.to_thread(write_video, tmp_path / "code.y4m", scanned.text)
    program = GenesisProgram(PROGRAM_ID, Path(plings.program.__file__).with_name("plings.so"), ACTORS.platform.pubkey())
    with (
        copied_database(postgresql, templates["settled"]) as url,
        running_validator(tmp_path, [program]) as validator,
    ):
        stock(url)
        async with connect(validator.url) as cluster:
            await open_cluster(cluster)
            options = ("--url", validator.url, "--database", url)
            async with running(*options), serving(validator.url, url) as origin, chromium(*camera_of(video)) as browser:
                place = Place(
                    origin,
                    send=cluster.forward,
                    indexed=lambda: _indexed(validator.url, url),
                    note_checkpoint=lambda: note_checkpoint(cluster),
                )
                await travel(browser, place, scanned, small, ALICE, BOB, tmp_path)
            purse = await cluster.account(BOB.pubkey())
            assert purse is not None and purse.lamports < PURSE


@asynccontextmanager
async def serving(node: str, database: str) -> AsyncIterator[str]:
    """`plings serve` as a process. Its address."""
    command = [sys.executable, "-W", "error", "-m", "plings", "serve", "--json", "--listen", "127.0.0.1:0"]
    command += ["--cluster", node, "--network", "localnet", "--database", database, "--rate", "0"]
    child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, env=dict(os.environ))
    try:
        assert child.stdout is not None
        yield json.loads(await asyncio.wait_for(child.stdout.readline(), 60))["url"]
    finally:
        child.terminate()
        assert await asyncio.wait_for(child.wait(), 30) == 0


async def _indexed(node: str, database: str) -> None:
    """Waits until all that is confirmed by now is final, and in the index."""
    asked = {"jsonrpc": "2.0", "id": 1, "method": "getSlot", "params": [{"commitment": "confirmed"}]}
    async with httpx.AsyncClient() as client:
        slot = (await client.post(node, json=asked)).json()["result"]
    with connect_registry(database) as connection:
        registry = Registry(connection)
        async with asyncio.timeout(120):
            question = f"SELECT through_slot >= {slot} AS yes FROM indexer_finality"
            while not any(row["yes"] for row in registry.rows(question)):
                await asyncio.sleep(0.3)
