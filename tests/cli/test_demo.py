"""The demo, on the real program."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from solders.keypair import Keypair

from cli.command import answer, json_answer, refused, write_key
from cli.market import ask_market, open_market
from fixtures.fix_validator import GenesisProgram, running_validator
from plings.chain import EmbeddedCluster
from plings.demo import Disproved, known_actors, play, proof
from plings.identity import ScanUrl, check_url
from plings.pictures import read_codes
from plings.program import PROGRAM_ID, interface
from plings.program.pda import mint_address, payment_address


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "new" / "folder"


@pytest.fixture(scope="module")
def facts(out: Path) -> dict[str, Any]:
    return json_answer("demo", "--out", out)


def test_it_tells_what_happened(facts: dict[str, Any]) -> None:
    assert facts["program_id"] == str(PROGRAM_ID)
    names = [step["name"] for step in facts["steps"]]
    assert names == ["initialize_config", "register_manufacturer", "first_payment", "list_for_sale", "purchase"]
    assert all(step["compute_units"] > 0 and len(step["signature"]) > 80 for step in facts["steps"])
    assert [event["name"] for event in facts["events"]] == ["ObjectCreated", "ListedForSale", "ObjectPurchased"]
    assert len(facts["proofs"]) == 6


def test_the_object_is_the_code_s(facts: dict[str, Any]) -> None:
    code = ScanUrl.parse(facts["url"])
    address = payment_address(code)
    owner = str(known_actors().second_buyer.pubkey())
    assert facts["object"] == {"address": str(address), "owner": owner, "mint": str(mint_address(address))}


def test_the_money_adds_up(facts: dict[str, Any]) -> None:
    change = {who: row["after_lamports"] - row["before_lamports"] for who, row in facts["balances"].items()}
    sales = facts["payments"].values()
    for who in ("manufacturer", "platform"):
        assert change[who] == sum(sale[f"{who}_lamports"] for sale in sales) > 0
    assert sum(change.values()) + facts["rent_lamports"] + facts["fees_lamports"] == 0
    assert sum(sale["rent_lamports"] for sale in sales) == facts["rent_lamports"]
    for sale in sales:
        shares = (sale["manufacturer_lamports"], sale["platform_lamports"], sale.get("seller_lamports", 0))
        assert sum(shares) == sale["amount_lamports"]


def test_the_files_are_there_and_hold_the_codes(facts: dict[str, Any], out: Path) -> None:
    files = [Path(file) for file in facts["files"]]
    assert sorted(files) == sorted(out.iterdir())
    rows = [json.loads(line) for line in (out / "codes.jsonl").read_text().splitlines()]
    assert [row["url"] for row in rows] == facts["codes"]
    assert [row["signed"] for row in rows] == [False, False, True, False, False]
    for row in rows:
        assert read_codes(out / row["pictures"][0]) == [row["url"]]
    assert sum(len(row["pictures"]) for row in rows) == 6


def test_the_codes_can_be_checked_with_the_manufacturer_s_key(facts: dict[str, Any]) -> None:
    keys = {"2.3": known_actors().identity.public_key}
    assert all(check_url(text, keys).genuine for text in facts["codes"])
    grades = [check["grade"] for check in facts["checks"]]
    assert grades == ["class genuine", "tag genuine", "counterfeit class"]


def test_the_picture_is_the_same_everywhere(facts: dict[str, Any], out: Path, tmp_path: Path) -> None:
    shown = answer("demo", "--out", tmp_path / "other")
    picture = (out / "demo.svg").read_bytes()
    assert (tmp_path / "other" / "demo.svg").read_bytes() == picture
    assert str(out).encode() not in picture
    assert b"url(http" not in picture
    assert shown.endswith(f"wrote 8 files to {tmp_path / 'other'}\n")
    assert max(map(len, shown.splitlines()[:-1])) <= 100
    for step in facts["steps"]:
        assert step["signature"] in shown
        assert step["signature"].encode() in picture


def test_the_code_in_the_picture_can_be_scanned(facts: dict[str, Any], out: Path, tmp_path: Path) -> None:
    """The light modules are drawn as rectangles: paint those, and nothing else."""
    svg = (out / "demo.svg").read_text()
    sheet = Image.new("L", (1240, 2200), 0)
    brush = ImageDraw.Draw(sheet)
    pieces = re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v([\d.]+)h-[\d.]+z", svg)
    assert len(pieces) > 300
    for left, top, width, height in (map(float, piece) for piece in pieces):
        brush.rectangle((left, top, left + width - 0.5, top + height - 0.5), fill=255)
    sheet.save(tmp_path / "painted.png")
    assert read_codes(tmp_path / "painted.png") == [facts["url"]]


def test_on_a_cluster_of_others_it_takes_a_prefix_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    market = asyncio.run(open_market(tmp_path))
    ask_market(market, monkeypatch)
    monkeypatch.setattr("plings.cli.demo.open_cluster", lambda name: market.cluster)
    key = write_key(tmp_path / "authority.json", market.actors.platform)
    arguments = ("demo", "--cluster", "http://there", "--authority", key, "--out", tmp_path / "codes")
    first, second = json_answer(*arguments), json_answer(*arguments)
    assert first["steps"][0]["name"] == "register_manufacturer"
    prefixes = {run["manufacturer"]["prefix"] for run in (first, second)} | {"2.3"}
    assert len(prefixes) == 3
    assert first["cluster"] == "remote"


def test_the_authority_must_be_the_platform_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actors = known_actors()
    empty, open_platform = EmbeddedCluster(), asyncio.run(open_market(tmp_path)).cluster
    fresh = EmbeddedCluster()
    fresh.deploy(PROGRAM_ID, interface.program_binary(), upgrade_authority=actors.platform.pubkey())
    final = EmbeddedCluster()
    final.deploy(PROGRAM_ID, interface.program_binary(), upgrade_authority=None)
    other = write_key(tmp_path / "other.json", actors.first_buyer)

    def told(cluster: EmbeddedCluster, *more: object) -> str:
        monkeypatch.setattr("plings.cli.demo.open_cluster", lambda name: cluster)
        return refused("demo", "--cluster", "localnet", "--out", tmp_path / "codes", *more)

    platform = str(actors.platform.pubkey())
    assert "is not on this cluster" in told(empty)
    assert "the program is final" in told(final)
    assert f"the program's upgrade authority {platform} sets up the platform" in told(fresh)
    assert f"the platform's authority {platform} registers manufacturers" in told(open_platform)
    for cluster in (fresh, open_platform):
        assert f"authority is {platform}" in told(cluster, "--authority", other)
    assert not (tmp_path / "codes").exists()


async def test_what_is_not_as_it_should_be_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actors, cluster = known_actors(), EmbeddedCluster()
    cluster.deploy(PROGRAM_ID, interface.program_binary(), upgrade_authority=actors.platform.pubkey())
    monkeypatch.setattr(proof, "_are_derived", lambda code, sales: False)
    with pytest.raises(Disproved, match="the payment address and the mint are the ones derived"):
        _ = [scene async for scene in play(cluster, actors, tmp_path)]


@pytest.mark.validator
def test_it_plays_on_a_validator(tmp_path: Path) -> None:
    authority = Keypair()
    program = GenesisProgram(PROGRAM_ID, Path(interface.__file__).parent / "plings.so", authority.pubkey())
    key = write_key(tmp_path / "authority.json", authority)
    with running_validator(tmp_path / "validator", [program]) as validator:
        arguments = ("demo", "--cluster", validator.url, "--authority", key, "--out", tmp_path / "codes")
        facts = json_answer(*arguments)
    assert len(facts["steps"]) == 5
    assert len(facts["proofs"]) == 6
