"""The program's derived addresses: the frozen ones, found without any Solana library, against the package's."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from solders.pubkey import Pubkey

from identity.frozen import FOLDER, vectors
from plings.identity import ClassPointer, Path, ScanUrl, format_address
from plings.program import PROGRAM_ID, pda

ROWS = vectors("addresses", "addresses")


def test_the_file_is_what_its_generator_prints() -> None:
    command = [sys.executable, str(FOLDER / "address_rows.py")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == (FOLDER / "addresses.json").read_text(encoding="ascii")


def test_every_kind_and_every_number_of_pieces_is_there() -> None:
    kinds = {
        "config",
        "nft_authority",
        "manufacturer",
        "prefix",
        "class",
        "payment",
        "mint",
        "payment_log",
        "checkpoint",
        "batch",
        "printed_batch",
        "promotion",
        "sponsor_pool",
    }
    assert {row["account"] for row in ROWS} == kinds
    assert {10, 32, 33, 64, 65, 96} <= {len(row["path"]) for row in ROWS if row["account"] == "payment"}
    assert {32, 33, 64, 65, 94} <= {len(batch_of(row)) for row in ROWS if row["account"] == "batch"}
    assert len({row["bump"] for row in ROWS}) > 3


def batch_of(row: dict[str, Any]) -> str:
    batch, _, _ = row["path"].rpartition(".")
    return batch


def test_objects_share_a_batch_account_by_their_hundred() -> None:
    rows = {row["path"]: row["address"] for row in ROWS if row["account"] == "batch"}
    hundreds = [["1", "2i"], ["2j", "2k", "4S"], ["4T"]]
    found = [{rows[f"2.3.2.G.{instance}"] for instance in hundred} for hundred in hundreds]
    assert [len(each) for each in found] == [1, 1, 1]
    assert len(set.union(*found)) == 3


def key(text: str) -> Pubkey:
    return Pubkey(bytes.fromhex(text))


def package_address(row: dict[str, Any]) -> Pubkey:
    match row["account"]:
        case "config":
            return pda.config_address()
        case "nft_authority":
            return pda.nft_authority_address()
        case "manufacturer":
            return pda.manufacturer_address(key(row["identity_key"]))
        case "prefix":
            return pda.path_prefix_address(row["prefix"])
        case "class":
            return pda.class_terms_address(key(row["manufacturer"]), ClassPointer(bytes.fromhex(row["class_pointer"])))
        case "mint":
            return pda.mint_address(key(row["object"]))
        case "sponsor_pool":
            return pda.sponsor_pool_address(key(row["manufacturer"]))
        case "promotion":
            return pda.promotion_address(key(row["object"]))
        case "payment_log":
            return pda.payment_log_address(key(row["manufacturer"]), int(row["shard"]))
        case "checkpoint":
            return pda.checkpoint_address(key(row["payment_log"]), int(row["checkpoint_id"]))
        case "printed_batch":
            pointer = ClassPointer(bytes.fromhex(row["class_pointer"]))
            return pda.printed_batch_address(key(row["manufacturer"]), pointer, int(row["batch"]))
        case "batch":
            return pda.batch_account_address(Path.parse(row["path"]))
        case "payment":
            return pda.payment_address(scanned(row))
    raise LookupError(row["account"])


def scanned(row: dict[str, Any]) -> ScanUrl:
    path, pointer = Path.parse(row["path"]), ClassPointer(bytes.fromhex(row["class_pointer"]))
    address = format_address(bytes.fromhex(row["instance"]))
    return ScanUrl.parse(f"https://s.plings.io?t=q&p={path}&cp={pointer}&i={address}")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['account']} {row.get('path', '')}")
def test_the_package_finds_the_frozen_address(row: dict[str, Any]) -> None:
    assert package_address(row) == key(row["address"])


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['account']} {row.get('path', '')}")
def test_solana_finds_the_frozen_address_and_bump(row: dict[str, Any]) -> None:
    seeds = [bytes.fromhex(seed) for seed in row["seeds"].split(" ")]
    assert Pubkey.find_program_address(seeds, PROGRAM_ID) == (key(row["address"]), row["bump"])
