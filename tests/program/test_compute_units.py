"""What every instruction takes is known, recorded, and within the aims."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from plings.chain import EmbeddedCluster
from plings.program import PROGRAM_ID, program_binary
from plings.program.interface import IDL
from program.journey import ALICE, PLATFORM, address_bumps, names_of_cases, plain_code, travel
from program.many_leaves import pay_often

FILE = Path(__file__).resolve().parents[2] / "benchmarks" / "compute_units.json"
FIRST_PAYMENT = 45_000
"""with the NFT, where each of the three addresses that it searches is found at the first try"""
PURCHASE = 16_000
"""where the buyer's token account is there"""
MICRO_PAYMENT = 4_000
"""the median of a thousand, everything on: class check, split, leaf, event"""
DEAREST_MICRO_PAYMENT = 7_500
"""the most that the log's tree makes of it, up to 2^20 leaves"""
REPLAY = 3_000
"""with a proof of ten levels"""


@pytest.fixture
def recorded() -> dict[str, int]:
    return json.loads(FILE.read_text())


async def test_figures_are_as_recorded(recorded: dict[str, int]) -> None:
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        measured = await travel(cluster)
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
        measured |= await pay_often(cluster)
    assert measured == recorded, "if that is meant: .venv/bin/python benchmarks/compute_units.py record"


def test_every_instruction_has_a_figure(recorded: dict[str, int]) -> None:
    assert set(names_of_cases(recorded)) == {instruction["name"] for instruction in IDL["instructions"]}


def test_file_is_one_flat_sorted_object(recorded: dict[str, int]) -> None:
    assert list(recorded) == sorted(recorded)
    assert all(type(units) is int and units > 0 for units in recorded.values())
    assert FILE.read_text() == json.dumps(recorded, indent=2) + "\n"


def test_first_payment_is_within_its_aim(recorded: dict[str, int]) -> None:
    assert address_bumps(plain_code(), ALICE.pubkey()) == (255, 255, 255)
    assert recorded["handle_payment/first"] <= FIRST_PAYMENT


def test_purchase_is_within_its_aim(recorded: dict[str, int]) -> None:
    assert recorded["handle_payment/purchase/token_account_there"] <= PURCHASE


def test_micro_payments_are_within_their_aims(recorded: dict[str, int]) -> None:
    assert recorded["handle_micro_payment/median_of_a_thousand"] <= MICRO_PAYMENT
    assert recorded["handle_micro_payment/dearest_of_a_million"] <= DEAREST_MICRO_PAYMENT


def test_replay_is_within_its_aim(recorded: dict[str, int]) -> None:
    assert recorded["replay_ownership_proof/ten_levels"] <= REPLAY


async def test_figures_do_not_depend_on_the_run() -> None:
    runs = []
    for _ in range(2):
        async with EmbeddedCluster() as cluster:
            cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=PLATFORM.pubkey())
            cluster.advance_clock(86_400 * len(runs))
            runs.append(await travel(cluster))
    assert runs[0] == runs[1]
