"""plings dispute resolve, as somebody at a till uses it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from api.asking import serving
from cli.command import answer, json_answer, one_object, refusal, refused, run
from disputes.test_chain import claimed
from logs.trade import Telling, Trade, open_trade
from plings.identity import format_address
from plings.logs import read_log
from plings.proofs import Leaf, included
from plings.proofs.document import Part


@pytest.fixture
def till(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Trade:
    trade = asyncio.run(open_trade(tmp_path))
    monkeypatch.setattr("plings.cli.clusters.open_cluster", lambda name, **_: trade.cluster)
    return trade


def asking(trade: Trade, wallet: object, *more: object) -> list[object]:
    return ["dispute", "resolve", trade.code().text, "--wallet", wallet, "--no-index", *more]


def test_resolved_either_way_it_is_done(till: Trade) -> None:
    asyncio.run(till.paid(2))
    told = answer(*asking(till, till.alice.pubkey()))
    assert f"wallet   {till.alice.pubkey()}\nverdict  owner, proved\nbecause  {till.alice.pubkey()} owns it\n" in told
    assert f"chain localnet   {till.alice.pubkey()}   leaf 0 " in told
    told = answer(*asking(till, till.bob.pubkey()))
    assert "verdict  not owner, proved\n" in told


def test_the_proof_can_be_checked_by_who_does_not_believe_us(till: Trade) -> None:
    asyncio.run(till.paid(3))
    asyncio.run(till.given())
    facts = json_answer(*asking(till, till.bob.pubkey()))
    assert (facts["verdict"], facts["grade"], facts["by"]) == ("owner", "proved", "log")
    proof = facts["proof"]["log"]
    root, count = Part("root", proof["root"]).hash(), proof["count"]
    chain = facts["sources"][1]
    assert (root.hex(), count, proof["payment_log"]) == (chain["root"], chain["leaf_count"], str(till.log))
    for told in proof["leaves"]:
        leaf = asyncio.run(_leaf(till, told["number"]))
        assert format_address(leaf.owner) == told["owner"]
        way = [Part("hash", each).hash() for each in told["proof"]]
        assert included(root, leaf.hash, leaf.number, count, way)
    assert [told["number"] for told in proof["leaves"]] == [0, 3]
    assert facts["liars"] == [] and facts["seconds"] >= 0 and chain["asked_at_unix"] >= facts["asked_at_unix"]


async def _leaf(till: Trade, number: int) -> Leaf:
    return (await read_log(till.cluster, till.log))[number]


def test_unresolved_is_no_success_and_says_what_would_settle_it(till: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    asyncio.run(till.paid(2))
    cut = Telling(till.cluster, lambda told: told[:1])
    monkeypatch.setattr("plings.cli.clusters.open_cluster", lambda name, **_: cut)
    result = run(*asking(till, till.alice.pubkey()))
    line = refusal(result)
    assert line.startswith("unresolved: payment log ") and "no leaf 0 of the 2" in line
    assert "to settle it  a node of the cluster that keeps all of the log's history" in result.stdout
    result = run(*asking(till, till.alice.pubkey(), "--json"))
    assert result.exit_code == 1
    facts = one_object(result.stdout)
    assert (facts["verdict"], facts["owner"], facts["grade"]) == ("unresolved", None, "open")


def test_a_promotion_that_can_be_challenged_is_a_caution(till: Trade) -> None:
    asyncio.run(till.paid(1))
    till.alice, till.bob = till.bob, till.alice
    asyncio.run(till.paid(1))
    asyncio.run(claimed(till, till.alice, 1))
    told = answer(*asking(till, till.bob.pubkey()))
    assert "verdict  owner, proved\n" in told
    assert "caution  a promotion for" in told


def test_a_malformed_wallet_is_refused(till: Trade) -> None:
    wallets = {"": "length", "0" * 44: "alphabet", "1" * 31: "length", "1" * 33: "size", "z" * 44: "size"}
    for wallet, rule in wallets.items():
        assert refused(*asking(till, wallet)).endswith(f"[{rule}]")


MALFORMED = [
    ("http://node.example", "not on this machine"),
    ("ftp://node.example", "starts with https://"),
    ("https://", "names a host"),
    ("https://user:pass@node.example", "no user, password"),
    ("https://node.example?x=1", "no user, password, query"),
    ("https://[::1", "malformed"),
    ("https://127.1", "no full name"),
    ("https://0x7f000001", "no full name"),
    ("https://2130706433", "no full name"),
    ("https://intranet", "no full name"),
    ("https://a..example", "no full name"),
    ("https://a b.example", "no full name"),
    ("https://%61.example", "no full name"),
    ("https://node.example:0", "port"),
    ("https://node.example:65536", "port"),
    ("https://node.example/\n", "printable"),
]


def test_a_malformed_node_is_refused(till: Trade) -> None:
    for url, why in MALFORMED:
        line = refused(*asking(till, till.alice.pubkey(), "--node", url))
        assert why in line and "pass@" not in line


def test_a_quorum_that_cannot_be_reached_is_refused(till: Trade) -> None:
    nodes = ["--node", "http://127.0.0.1:9", "--node", "http://127.0.0.1:10", "--node", "http://localhost:11"]
    line = refused(*asking(till, till.alice.pubkey(), *nodes, "--quorum", 2))
    assert line == "a quorum of 2 cannot be reached: the nodes have 1 operators at most"
    twice = ["--node", "http://127.0.0.1:9", "--node", "http://127.0.0.1:9/"]
    assert "named twice" in refused(*asking(till, till.alice.pubkey(), *twice))
    assert "quorum" in refused(*asking(till, till.alice.pubkey(), "--quorum", 0), code=2)


def test_help_says_when_it_ends_how() -> None:
    told = " ".join(answer("dispute", "resolve", "--help").split())
    assert "Exit codes: 0 whichever way it was resolved" in told and "1 unresolved or failed" in told


@pytest.mark.usefixtures("registry")  # which empties it
def test_the_own_database_and_other_nodes_are_asked_where_they_are_named(till: Trade, indexed_url: str) -> None:
    """A node that nobody indexed anything for is an answer, too; a database that is away is no obstacle."""
    asyncio.run(till.paid(1))
    named = ["dispute", "resolve", till.code().text, "--wallet", till.alice.pubkey()]
    with serving(indexed_url) as node:
        told = json_answer(*named, "--database", indexed_url, "--node", str(node.base_url))
    index, chain, other = told["sources"]
    assert (told["verdict"], told["grade"], chain["owner"]) == ("owner", "proved", str(till.alice.pubkey()))
    for source in (index, other):
        assert source["answered"] and source["is_nobody_s"]
        assert "unsure" in {fault["rule"] for fault in source["faults"]}
    assert (told["operators"], other["operator"]) == (1, "127.0.0.1")
    away = "postgresql://nobody@127.0.0.1:9/none"
    index, _ = json_answer(*named, "--database", away)["sources"]
    assert not index["answered"] and "no connection" in index["faults"][0]["text"]


def test_no_own_database_is_made_for_a_question(till: Trade, tmp_path: Path) -> None:
    asyncio.run(till.paid(1))
    folder = tmp_path / "nothing here"
    named = ["dispute", "resolve", till.code().text, "--wallet", till.alice.pubkey(), "--data", folder]
    assert "there is none here" in answer(*named)
    assert not folder.exists()
