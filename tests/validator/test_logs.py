"""A payment log on a real solana-test-validator: its history is as the embedded cluster's, its clock the blocks'."""

from __future__ import annotations

from pathlib import Path

import pytest

import plings.program
from cli.market import FLOOR, PURSE
from fixtures.fix_validator import GenesisProgram, running_validator
from logs.trade import noise_of
from plings.chain import connect
from plings.demo import known_actors
from plings.demo.platform import open_platform, register
from plings.identity import Path as ObjectPath
from plings.identity import make_code
from plings.logs import find_log, open_payment_logs, read_entries
from plings.objects import find_manufacturer, micro_pay, pay, transfer_micro_ownership
from plings.program import PROGRAM_ID
from plings.program import instructions as ix
from plings.program.accounts import Tier

pytestmark = pytest.mark.validator


async def test_log_is_read_back_from_a_validator(tmp_path: Path) -> None:
    """With a leaf whose event the validator cut off: it is taken from its instruction, and its time from the block."""
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
    assert [entry.leaf for entry in entries[:2]] == [first, second]
    assert (len(entries), entries[2].signature, entries[2].leaf.number) == (3, done.signature, 2)
