"""`plings registry drill`: a look first, then the people, then the move, and the same on the embedded cluster."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from solders.keypair import Keypair

from cli.command import answer, one_object, refusal, run, write_key
from cli.market import ask_market, open_market
from cli.registry_office import ADA, BEA, IDA, PASSPHRASE, Office
from plings.objects import find_manufacturer
from plings.program.accounts import Status
from registry.world import SEEDS, identity

DRILL = ["drill", "v1", "--to", "v2"]


@pytest.fixture
def office(registry_url: str, tmp_path: Path) -> Office:
    office = Office(registry_url, {"PLINGS_VAULT": str(tmp_path), "PLINGS_VAULT_PASSPHRASE": PASSPHRASE})
    answer("vault", "restore", "file:wallet-v2", stdin=SEEDS[2].hex(), **office.environment)
    office.says("path", "allocate", "2.3.2.G", by=IDA)
    return office


def _all(office: Office, *more: str) -> tuple[int, str, str]:
    result = run("registry", *DRILL, *more, "--database", office.url, "--as", ADA, **office.environment)
    return result.exit_code, result.stdout, result.stderr


def _approve_all(office: Office) -> None:
    for one in office.tells("approval", "list")["requests"]:
        for email in (ADA, BEA):
            office.says("approval", "approve", one["id"], by=email)


def test_a_look_changes_nothing(office: Office) -> None:
    told = office.tells(*DRILL, "--dry-run", by=ADA)
    assert (told["status"], told["dry_run"], told["allocations_moved"]) == ("planned", True, 1)
    page = office.says(*DRILL, "--dry-run", by=ADA)
    assert page.startswith("Wallet v1 is compromised: to v2\na dry run, nothing was changed\n")
    assert "3.3" in page and "IKEA" in page
    assert office.tells("wallet", "show", "v1")["status"] == "active"


def test_it_is_run_until_nothing_remains(office: Office) -> None:
    code, page, said = _all(office, "--yes")
    assert code == 1 and said.startswith("plings: the drill is waiting: plings registry approval approve ")
    assert "What people must do" in page and "1 allocations, 0 class pointers" in page
    assert office.tells("wallet", "show", "v1")["status"] == "compromised"
    _approve_all(office)
    done = run("registry", *DRILL, "--yes", "--json", "--database", office.url, "--as", ADA, **office.environment)
    facts = one_object(done.stdout)
    assert (done.exit_code, facts["status"], facts["allocations_moved"]) == (1, "off_chain", 0)
    assert done.stderr.startswith(
        "plings: the drill is done but for the chain: 2.2: the chain was not told: run the drill"
    )
    ikea = next(one for one in facts["manufacturers"] if one["name"] == "IKEA")
    assert (ikea["successor"], ikea["successor_key"]) == ("3.3", identity("3.3").node.address)
    assert office.tells("wallet", "show", "v2")["is_default"]
    assert office.tells("lineage", "IKEA")["lineage"][-1]["assignment_reason"] == "key_compromise"
    assert office.tells("alerts", "list", by=IDA)["alerts"][0]["alert_type"] == "WALLET_COMPROMISED"


@pytest.mark.parametrize("more", [[], ["--dry-run", "--yes"], ["--yes", "--cluster", "localnet"]])
def test_it_is_never_done_by_leaving_an_option_out(office: Office, more: list[str]) -> None:
    assert "(see plings registry drill --help)" in office.refuses(*DRILL, *more, by=ADA, code=2)
    assert office.tells("wallet", "show", "v1")["status"] == "active"


def test_a_new_wallet_takes_a_key(office: Office) -> None:
    assert "there is no wallet 'v3' yet" in office.refuses("drill", "v1", "--to", "v3", "--dry-run", by=ADA, code=2)
    new = ["drill", "v1", "--to", "v3", "--master-key", "file:wallet-v3", "--dry-run"]
    assert office.tells(*new, by=ADA)["replacement_version"] == 3
    assert "only a super-admin may do this" in office.refuses(*new, by=IDA)


def test_without_the_passphrase_nothing_is_begun(office: Office) -> None:
    office.environment.pop("PLINGS_VAULT_PASSPHRASE")
    result = run("registry", *DRILL, "--yes", "--database", office.url, "--as", ADA, **office.environment)
    assert "set PLINGS_VAULT_PASSPHRASE" in refusal(result)
    assert office.tells("wallet", "show", "v1")["status"] == "active"


def test_the_chain_is_told(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = asyncio.run(open_market(tmp_path))
    ask_market(market, monkeypatch)
    # The cluster's manufacturer of 2.3 has another key than the world's IKEA, so it is registered here too.
    maker = market.actors.identity
    office.says("organization", "add", "Chained", by=ADA)
    chained = ["--organization", "Chained", "--wallet", "v1", "--public-key", maker.node.address]
    prefix = office.tells("manufacturer", "register", "Chained", *chained, by=ADA)["prefix"]
    seen = office.tells(*DRILL, "--dry-run", "--cluster", "localnet", by=ADA)["manufacturers"]
    assert {one["prefix"]: one["chain_after"] for one in seen if one["chain_before"]} == {prefix: "compromised"}

    wrong = write_key(tmp_path / "wrong.json", Keypair())
    code, page, said = _all(office, "--yes", "--cluster", "localnet", "--authority", str(wrong), "--quiet")
    assert code == 1 and "the chain was not told" in page and "the drill is waiting" in said
    assert asyncio.run(find_manufacturer(market.cluster, "2.3")).status is Status.ACTIVE

    right = write_key(tmp_path / "platform.json", market.actors.platform)
    _approve_all(office)
    code, page, said = _all(office, "--yes", "--cluster", "localnet", "--authority", str(right))
    assert (code, said.count("plings: sending transaction")) == (0, 1), page
    assert "active -> compromised" in page
    assert asyncio.run(find_manufacturer(market.cluster, "2.3")).status is Status.COMPROMISED
