"""Receipts and a promotion on a real solana-test-validator, of a manufacturer with several payment logs."""

from __future__ import annotations

import asyncio
from functools import cache
from pathlib import Path

import pytest
from solders.keypair import Keypair

import plings.program
from cli.market import FLOOR, PURSE
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import Cluster, connect
from plings.demo import Actors, known_actors
from plings.demo.platform import open_platform
from plings.identity import Path as ObjectPath
from plings.identity import ScanUrl, format_segment, make_code
from plings.logs import create_checkpoint, fetch_checkpoint, make_receipt, open_payment_logs
from plings.objects import find_object, micro_pay, transfer_micro_ownership
from plings.program import PROGRAM_ID
from plings.program import instructions as ix
from plings.promotions import challenge, claim, finalize
from plings.proofs import Receipt, shard_of

pytestmark = pytest.mark.validator

SHARDS = 4
CHALLENGE_SECONDS = 4


@cache
def code_in(shard: int) -> ScanUrl:
    identity = known_actors().identity
    codes = (make_code(identity, ObjectPath(f"2.3.4F.5.{format_segment(number)}")) for number in range(1, 10_000))
    return next(code for code in codes if shard_of(code.address, SHARDS) == shard)


async def prepare(cluster: Cluster, actors: Actors) -> None:
    """Checkpoints at any time, little time for challenges, a manufacturer with four logs."""
    platform, buyer = actors.platform.pubkey(), actors.first_buyer
    people = (actors.platform, actors.platform_treasury, actors.manufacturer_treasury, buyer, actors.second_buyer)
    await asyncio.gather(*(cluster.airdrop(person.pubkey(), PURSE) for person in people))
    await open_platform(cluster, actors)
    identity = Keypair.from_seed(actors.identity.node.key)
    changes = ix.update_config(authority=platform, checkpoint_payments=1, challenge_seconds=CHALLENGE_SECONDS)
    registration = ix.register_manufacturer(
        payer=platform,
        platform_authority=platform,
        identity_key=identity.pubkey(),
        prefix=actors.identity.prefix.text,
        authority=platform,
        treasury=actors.manufacturer_treasury.pubkey(),
        shard_bits=2,
    )
    await cluster.send([changes, registration], [actors.platform, identity])
    assert len(await open_payment_logs(cluster, buyer, "2.3")) == SHARDS


async def test_a_payment_becomes_a_receipt_and_an_nft(tmp_path: Path) -> None:
    actors = known_actors()
    alice, bob = actors.first_buyer, actors.second_buyer
    binary = Path(plings.program.__file__).with_name("plings.so")
    with running_validator(tmp_path, [GenesisProgram(PROGRAM_ID, binary, actors.platform.pubkey())]) as started:
        async with connect(started.url) as cluster:
            await prepare(cluster, actors)
            codes = [code_in(shard) for shard in range(SHARDS)]
            payments = [micro_pay(cluster, code, alice, FLOOR + at) for at in range(2) for code in codes]
            paid = await asyncio.gather(*payments)
            code, log = codes[2], paid[2].payment_log
            await transfer_micro_ownership(cluster, code, alice, bob.pubkey())
            noted = await create_checkpoint(cluster, alice, log)
            checkpoint = await fetch_checkpoint(cluster, log, noted.checkpoint_id)
            file = (await make_receipt(cluster, code)).text

            opened = await claim(cluster, code, bob)
            assert (opened.promotion.owner, len(opened.shown)) == (bob.pubkey(), 2)
            assert (await challenge(cluster, code, alice)).shown == ()
            while await cluster.clock_unix() < opened.promotion.final_at_unix:
                await asyncio.sleep(0.5)
            final = await finalize(cluster, code, bob)
            held = await find_object(cluster, code)
    assert held and (held.holder, held.instance.mint) == (bob.pubkey(), final.mint)
    receipt = Receipt.parse(file)
    assert receipt.verify(checkpoints=[checkpoint]).proved
    assert (receipt.log.shard, receipt.leaf.number, receipt.leaf.actor) == (2, 0, bytes(alice.pubkey()))
