"""Logs' addresses without a Solana library, against one, and against the frozen ones."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solders.pubkey import Pubkey

from identity.frozen import vectors
from plings.program import PROGRAM_ID, pda
from plings.proofs import LogIdentity
from plings.proofs.derived_address import derived_address, is_on_curve

keys = st.binary(min_size=32, max_size=32)


@pytest.mark.parametrize("row", vectors("addresses", "addresses"), ids=lambda row: row["account"])
def test_address_is_the_frozen_one(row: dict[str, Any]) -> None:
    seeds = [bytes.fromhex(seed) for seed in row["seeds"].split(" ")]
    assert derived_address(bytes(PROGRAM_ID), seeds).hex() == row["address"]


@settings(deadline=None)
@given(keys, st.lists(st.binary(max_size=32), max_size=8))
def test_address_is_solders(program: bytes, seeds: list[bytes]) -> None:
    assert derived_address(program, seeds) == bytes(Pubkey.find_program_address(seeds, Pubkey(program))[0])


@settings(deadline=None)
@given(st.one_of(keys, st.integers(2**255 - 19, 2**255 - 1).map(lambda y: y.to_bytes(32, "little"))))
def test_points_are_solders(key: bytes) -> None:
    assert is_on_curve(key) == Pubkey(key).is_on_curve()


@pytest.mark.parametrize("y", [0, 1, 2, 2**255 - 20, 2**255 - 19, 2**255 - 18, 2**255 - 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_rare_points_are_solders(y: int, sign: int) -> None:
    key = (y + (sign << 255)).to_bytes(32, "little")
    assert is_on_curve(key) == Pubkey(key).is_on_curve()


@settings(deadline=None)
@given(keys, keys, st.integers(0, 8), st.integers(0, 2**64 - 1))
def test_log_is_the_program_package_s(identity_key: bytes, address: bytes, bits: int, number: int) -> None:
    log = LogIdentity.of_object(bytes(PROGRAM_ID), identity_key, bits, address)
    manufacturer = pda.manufacturer_address(Pubkey(identity_key))
    assert log.shard == int.from_bytes(address, "big") >> 256 - bits
    assert Pubkey(log.manufacturer) == manufacturer
    assert Pubkey(log.payment_log) == pda.payment_log_address(manufacturer, log.shard)
    checkpoint = pda.checkpoint_address(Pubkey(log.payment_log), number)
    assert Pubkey(log.checkpoint_account(number)) == checkpoint
