"""The whole journey on a real solana-test-validator: every instruction, with the figures of the embedded cluster."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

import plings.program
from fixtures.fix_validator import GenesisProgram, Validator, running_validator
from plings.chain import Cluster, Confirmed, EmbeddedCluster, connect
from plings.program import PROGRAM_ID, program_binary
from program import journey

pytestmark = pytest.mark.validator

RECORDED = json.loads((Path(__file__).resolve().parents[2] / "benchmarks/compute_units.json").read_text())
SAVED_PER_CALL = 54
"""SIMD-0339: a call of another program costs 946 units there, 1,000 in solders 0.26; …"""
PER_ACCOUNT_INFO = 80 / 250
"""… and a unit for each 250 bytes of account infos, of which there are 80 for each account."""
MOST_ACCOUNTS_PER_CALL = 7


@pytest.fixture(scope="module")
def platform_validator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Validator]:
    """A validator of its own: nobody has initialized the program on it."""
    program = GenesisProgram(
        PROGRAM_ID, Path(plings.program.__file__).with_name("plings.so"), journey.PLATFORM.pubkey()
    )
    with running_validator(tmp_path_factory.mktemp("journey"), [program]) as started:
        yield started


class Recording:
    """A cluster that keeps what it confirmed."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self.confirmed: list[Confirmed] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._cluster, name)

    async def send(self, *arguments: Any, **options: Any) -> Confirmed:
        self.confirmed.append(await self._cluster.send(*arguments, **options))
        return self.confirmed[-1]


@pytest.fixture
async def embedded() -> AsyncIterator[Recording]:
    async with EmbeddedCluster() as cluster:
        cluster.deploy(PROGRAM_ID, program_binary(), upgrade_authority=journey.PLATFORM.pubkey())
        yield Recording(cluster)


def calls(recording: Recording) -> list[int]:
    """How many programs each transaction called from within a program."""
    return [sum(bool(re.search(r"invoke \[[2-9]\]", line)) for line in done.logs) for done in recording.confirmed]


def agree(here: int, there: int) -> bool:
    """Whether a figure is lower there by 54 for each of some calls, but for those calls' account infos."""
    number = round((here - there) / SAVED_PER_CALL)
    missing = number * SAVED_PER_CALL - (here - there)
    return number >= 0 and 0 <= missing <= number * MOST_ACCOUNTS_PER_CALL * PER_ACCOUNT_INFO + 1


async def test_the_journey_on_a_validator_takes_what_it_takes_here(
    platform_validator: Validator, embedded: Recording
) -> None:
    here = await journey.travel(embedded)
    async with connect(platform_validator.url) as cluster:
        recording = Recording(cluster)
        there = await journey.travel(recording)
    assert here.items() <= RECORDED.items()
    assert there.keys() == here.keys()
    assert calls(recording) == calls(embedded)
    assert [case for case in here if not agree(here[case], there[case])] == []
