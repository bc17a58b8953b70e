"""From an empty registry to a product that a scanned code is found to be, by commands alone."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from shutil import rmtree

import pytest

from cli.command import answer
from cli.registry_office import ADA, BEA, IDA, PASSPHRASE, Office, rows
from cli.test_process import CLEAN
from fixtures.fix_registry import new_folder
from plings.identity import class_pointer, parse_address

WALLET = ["wallet", "create", "v1", "--master-key", "file:wallet-v1", "--template", "production"]


@pytest.fixture
def office(bare_url: str, tmp_path: Path) -> Office:
    return Office(bare_url, {"PLINGS_VAULT": str(tmp_path / "vaults"), "PLINGS_VAULT_PASSPHRASE": PASSPHRASE})


def test_a_newcomer_comes_to_a_product_found_by_its_pointer(office: Office) -> None:
    assert office.tells("migrate") == {"dry_run": False, "migrations": []}
    assert office.tells("user", "add", ADA, "--super-admin")["is_super_admin"]
    office.says("user", "add", BEA, "--super-admin", by=ADA)
    answer("vault", "create", "file:wallet-v1", **office.environment)

    _approved_as_told(office, WALLET)
    assert office.tells("wallet", "show", "v1")["status"] == "inactive"
    office.says("wallet", "activate", "v1", by=ADA)
    _approved_as_told(office, ["wallet", "default", "v1"])

    office.says("organization", "add", "IKEA", by=ADA)
    office.says("user", "add", IDA, by=ADA)
    office.says("organization", "add-member", "IKEA", IDA, "--role", "owner", by=ADA)
    maker = office.tells("manufacturer", "register", "IKEA", "--organization", "IKEA", "--from-vault", by=ADA)
    derived = answer("vault", "public-key", "file:wallet-v1", "2.3", **office.environment).strip()
    assert (maker["prefix"], maker["ed25519_public_key"]) == ("2.3", derived)

    made = office.tells("path", "next", "2.3.2.G", "--quantity", 1000, by=IDA)
    assert (made["first"], made["last"]) == ("2.3.2.G.2", "2.3.2.G.JF")
    assert rows(office.says("path", "show", "2.3.2.G.3j"))["held by"] == "IKEA, 2.3"
    assert office.refuses("path", "allocate", "2.3.2.G.3j", by=IDA).startswith("somebody holds a path of these")

    bookcase = ["BILLY bookcase, white", "--sku", "002.638.50", "--price", "49.95 EUR", "--category", "Furniture"]
    product = office.tells("class", "add", *bookcase, "--organization", "IKEA", by=IDA)["id"]
    pointer = office.tells("pointer", "register", "2.3.2", product, by=IDA)["class_pointer"]
    assert pointer == class_pointer(parse_address(derived), "2.3.2").text
    found = rows(office.says("pointer", "show", pointer))
    assert (found["product"], found["price"]) == ("BILLY bookcase, white", "49.95 EUR")

    office.says("words", "level", "2.3", "3", "product line", by=IDA)
    office.says("words", "value", "2.3", "3", "2", "BILLY", "--segment", "--description", "Bookcases", by=IDA)
    sentence, _, page = office.says("decode", "2.3.2.G.3j").partition("\n\n")
    assert sentence == "BILLY of IKEA, batch 15, instance 158, in wallet v1"
    assert rows(page)["product line"].split() == ["2", "1", "BILLY", "-", "Bookcases"]
    assert rows(page)["product"] == "BILLY bookcase, white for 49.95 EUR"


def _approved_as_told(office: Office, command: list[str]) -> None:
    """The refusal names the command that asks for approval, and then the one that gives it."""
    asking = _told(office.refuses(*command, by=ADA), "ask for it: plings registry ")
    request = office.tells(*asking[: asking.index("--reason")], "--reason", "our first", by=ADA)["id"]
    giving = _told(office.refuses(*command, by=ADA), "another super-admin runs: plings registry ")
    assert giving == ["approval", "approve", request]
    for email in (ADA, BEA):
        office.says(*giving, by=email)
    office.says(*command, by=ADA)


def _told(line: str, before: str) -> list[str]:
    return shlex.split(line.partition(before)[2])


@pytest.mark.ui
def test_an_own_server_keeps_what_processes_did_before() -> None:
    folder = new_folder()
    try:
        first = _process(folder, "user", "add", ADA, "--super-admin", "--json")
        assert json.loads(first.stdout)["email"] == ADA
        second = _process(folder, "status", "--json")
        assert (second.returncode, second.stderr) == (0, "")
        status = json.loads(second.stdout)
        assert (status["counts"]["users"], status["pending_migrations"]) == (1, [])
        assert status["data_folder"] == str(folder.resolve())
        refused = _process(folder, "organization", "add", "IKEA")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == (
            "plings: no user acts: say who you are [nobody_acts] - say who acts: --as EMAIL, or PLINGS_USER\n"
        )
        done = _process(folder, "organization", "add", "IKEA", PLINGS_USER=ADA)
        assert (done.returncode, done.stderr) == (0, "")
        assert not (folder / "postgresql" / "postmaster.pid").exists()
    finally:
        rmtree(folder)


def _process(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-m", "plings", "registry", *arguments, "--data", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env={**CLEAN, **environment})
