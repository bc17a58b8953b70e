"""plings print anchor and anchored, and payments with a proof: on the real program, as docs/anchors.md has it."""

from __future__ import annotations

import asyncio
import json
import re
import shlex
from pathlib import Path

import pytest

from anchors.printed_job import BATCH, PrintedJob, print_job
from cli.command import ENVIRONMENT, answer, json_answer, refused, write_key
from cli.market import FLOOR, ask_market
from logs.trade import open_trade
from plings.anchors import anchor_batch
from plings.demo import known_actors
from plings.identity import format_address
from registry.planting import unguarded
from registry.world import World

PAGE = (Path(__file__).resolve().parents[2] / "docs/anchors.md").read_text()
DEMAND = "**Pay with the proof.**"


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> PrintedJob:
    trade = asyncio.run(open_trade(tmp_path))
    ask_market(trade.market, monkeypatch)
    monkeypatch.chdir(tmp_path)
    write_key(tmp_path / "authority.json", trade.market.actors.manufacturer)
    write_key(tmp_path / "key.json", trade.alice)
    return print_job(trade, tmp_path / "job")


def anchor(job: PrintedJob, *options: object) -> dict[str, object]:
    return json_answer("print", "anchor", "job", "--authority", "authority.json", "-q", *options)


@pytest.fixture
def registry(registry_world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """Where the market's manufacturer is registered, and commands that name no database find it."""
    key = format_address(known_actors().identity.public_key)
    with unguarded(registry_world.ada, "manufacturer_registry") as owner:
        owner.rows("UPDATE manufacturer_registry SET ed25519_public_key = %s WHERE prefix = '2.3'", [key])
    monkeypatch.setitem(ENVIRONMENT, "PLINGS_DATABASE_URL", registry_world.url)
    return registry_world


def test_the_page_s_commands_print_what_it_says(job: PrintedJob, registry: World) -> None:
    before, after = PAGE.split(DEMAND)
    _run_blocks(before, job)
    asyncio.run(job.demands())
    _run_blocks(after, job)


def _run_blocks(page: str, job: PrintedJob) -> None:
    for block in re.findall(r"```console\n(.*?)```", page, re.DOTALL):
        shown = ""
        for line in block.splitlines():
            if line.startswith("$ plings "):
                words = shlex.split(line)[2:]
                shown = answer(*(job.code().text if word == "URL" else word for word in words))
            else:
                told = [" ".join(each.split()) for each in shown.splitlines()]
                assert " ".join(line.split()) in told, shown


def test_anchoring_again_leaves_it_as_it_is(job: PrintedJob) -> None:
    (first,) = anchor(job)["anchored"]
    (again,) = anchor(job)["anchored"]
    assert first["signature"] and again["signature"] is None
    assert {**first, "signature": None} == again
    assert (first["batch"], first["item_count"], first["rent_lamports"]) == (BATCH, 40, 1_705_200)
    assert "was anchored already" in answer("print", "anchor", "job", "--authority", "authority.json", "-q")


def test_what_is_not_anchored_and_what_is_with_another_root(job: PrintedJob, tmp_path: Path) -> None:
    (batch,) = json_answer("print", "anchored", "job")["batches"]
    assert (batch["is_anchored"], batch["printed_batch"], batch["claimed_count"]) == (False, None, None)
    assert answer("print", "anchored", "job") == f"{BATCH}  not anchored\n"
    longer = print_job(job.trade, tmp_path / "longer", f"{BATCH}:1-41")
    asyncio.run(anchor_batch(job.trade.cluster, job.trade.market.actors.manufacturer, longer.commitment))
    assert "ANOTHER ROOT is anchored" in answer("print", "anchored", "job")
    assert "another_root" in refused("print", "anchor", "job", "--authority", "authority.json", "-q")


def test_refusals_are_one_line(job: PrintedJob, tmp_path: Path) -> None:
    assert "no finished job" in refused("print", "anchor", "nowhere", "--authority", "authority.json")
    assert "[NotManufacturerAuthority]" in refused("print", "anchor", "job", "--authority", "key.json", "-q")
    asyncio.run(job.demands())
    url, amount = job.code().text, ("--amount", FLOOR, "--payer", "key.json", "-q")
    assert "demands a proof that the code was printed" in refused("pay", url, *amount)
    quoted = json_answer("quote", url, "--amount", FLOOR)
    assert quoted["refusal"] == "PrintedProofMissing"
    answer("print", "proof", "job", f"{BATCH}.4", "-o", "other.json")
    assert "another_code" in refused("pay", url, *amount, "--proof", "other.json")
    assert "missing.json" in refused("pay", url, *amount, "--proof", "missing.json")
    Path("broken.json").write_text(json.dumps({"format": "plings-item"}))
    assert "item" in refused("pay", url, *amount, "--proof", "broken.json")


def test_copy_of_a_paid_code_is_refused(job: PrintedJob) -> None:
    anchor(job)
    asyncio.run(job.demands())
    answer("print", "proof", "job", f"{BATCH}.3", "-o", "proof.json")
    pay = ("pay", job.code().text, "--amount", FLOOR, "--payer", "key.json", "--proof", "proof.json", "-q")
    assert [event["name"] for event in json_answer(*pay)["events"]] == ["PrintedItemClaimed", "MicroPaymentProcessed"]
    assert "[ItemClaimed]" in refused(*pay)
