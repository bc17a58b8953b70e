"""From a micro-payment to a receipt, to somebody else, to an account and an NFT: on the command line."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from cli.command import answer, json_answer, one_object, refused, run
from cli.market import FLOOR, Market, ask_market, open_market
from plings.proofs import Checkpoint, Receipt

DAY, WEEK = 86_400, 7 * 86_400


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    """With one micro-payment by the first buyer, and a checkpoint of it; its folder is the working directory."""
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    monkeypatch.chdir(tmp_path)
    json_answer("log", "open", "2.3", "--payer", opened.first, "-q")
    json_answer("pay", opened.url, "--amount", FLOOR, "--payer", opened.first, "--tier", "micro", "-q")
    note(opened)
    return opened


def note(market: Market) -> None:
    market.cluster.advance_clock(DAY)
    json_answer("log", "checkpoint", "2.3", "--payer", market.first, "-q")


def give(market: Market) -> None:
    to = market.actors.second_buyer.pubkey()
    json_answer("transfer", market.url, "--to", to, "--owner", market.first, "-q")


def test_the_whole_way(market: Market) -> None:
    first, second = str(market.actors.first_buyer.pubkey()), str(market.actors.second_buyer.pubkey())
    answer("receipt", "fetch", market.url, "-o", "receipt.json")
    answer("receipt", "checkpoint", "2.3", "--id", 0, "-o", "checkpoint.json")
    assert answer("receipt", "verify", "receipt.json", "--checkpoint", "checkpoint.json").startswith("proved\n")
    give(market)
    note(market)
    facts = json_answer("promotion", "claim", market.url, "--owner", market.second, "-q")
    assert [shown["kind"] for shown in facts["shown"]] == ["payment", "transfer"]
    assert (facts["owner"], facts["claimant"], len(facts["transactions"])) == (second, second, 2)
    assert facts["title"] == [{"number": 0, "owner": first}, {"number": 1, "owner": second}]
    challenged = json_answer("promotion", "challenge", market.url, "--payer", market.first, "-q")
    assert (challenged["shown"], challenged["uncovered"], challenged["transactions"]) == ([], [], [])
    market.cluster.advance_clock(60)
    assert json_answer("promotion", "show", market.url)["seconds_left"] == WEEK - 60
    assert "[ChallengeOpen]" in refused("promotion", "finalize", market.url, "--owner", market.second)
    market.cluster.advance_clock(WEEK)
    assert "which is over: it can be made final" in answer("promotion", "show", market.url)
    final = json_answer("promotion", "finalize", market.url, "--owner", market.second, "--no-pool", "-q")
    assert (final["owner"], final["sponsored_lamports"]) == (second, 0)
    held = json_answer("object", market.url)
    assert (held["holder"], held["mint"]) == (second, final["mint"])
    assert json_answer("promotion", "show", market.url)["open"] is False
    owner = json_answer("log", "owner", market.url)
    assert (owner["owner"], owner["by"], owner["log_owner"], owner["holder"]) == (second, "account", second, second)
    assert "by its account, which outranks the payment log" in answer("log", "owner", market.url)


def test_what_people_read(market: Market) -> None:
    give(market)
    note(market)
    first, second = market.actors.first_buyer.pubkey(), market.actors.second_buyer.pubkey()
    told = answer("log", "owner", market.url)
    assert f"{second}, by the payment log\n" in told
    assert f"leaf 0       {first}, by payment\nleaf 1       {second}, by transfer\n" in told
    claimed = answer("promotion", "claim", market.url, "--owner", market.second, "--payer", market.first, "--quiet")
    assert f"owner       {second}, by what was shown\n" in claimed
    assert "shown: 1    transfer, by transaction " in claimed
    told = answer("promotion", "challenge", market.url, "--payer", market.first)
    assert "nothing: the title lacks nothing that is in the log" in told
    told = answer("log", "owner", market.url)
    assert f"{second}, by the payment log\npromotion    open: what it says is not final" in told
    assert json_answer("log", "owner", market.url)["promotion_open"] is True
    assert "in 7 d" in answer("promotion", "show", market.url)
    market.cluster.advance_clock(WEEK)
    told = answer("promotion", "finalize", market.url, "--owner", market.second, "--payer", market.first, "-q")
    assert "from the pool  0 SOL (0 lamports)\n" in told


def test_receipts_are_files_or_printed(market: Market) -> None:
    file = Path("receipt.json")
    told = answer("receipt", "fetch", market.url)
    receipt = Receipt.parse(told)
    assert (receipt.text, receipt.claims.cluster) == (told, "localnet")
    assert answer("receipt", "fetch", market.url, "--json") == told
    assert answer("receipt", "fetch", market.url, "--number", 0, "-o", file) == "wrote receipt.json\n"
    assert file.read_text() == told
    facts = json_answer("receipt", "fetch", market.url, "-o", file, "--cluster", "http://127.0.0.1:1/key")
    assert (facts["file"], facts["number"], facts["checkpoint_id"]) == ("receipt.json", 0, 0)
    assert Receipt.parse(file.read_text()).claims.cluster is None
    told = answer("receipt", "checkpoint", "2.3", "--id", 0)
    assert Checkpoint.parse(told) == receipt.checkpoint
    assert json_answer("receipt", "checkpoint", "2.3", "--id", 0, "-o", "c.json")["count"] == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["receipt", "fetch", "URL", "--number", "7"], "there is no leaf 7 for 2.3.4F.2aB.5.2 in its payment log"),
        (["receipt", "fetch", "URL", "-o", "missing/receipt.json"], "missing/receipt.json: No such file"),
        (["receipt", "checkpoint", "2.3", "--id", "1"], "has no checkpoint 1 on this cluster"),
        (["promotion", "claim", "URL", "--owner", "second.json"], "and not of "),
        (["promotion", "claim", "URL", "--owner", "missing.json"], "key file 'missing.json'"),
        (["promotion", "claim", "URL", "--owner", "first.json", "--payer", "missing.json"], "key file 'missing.json'"),
        (["promotion", "challenge", "URL", "--payer", "first.json"], "no promotion of 2.3.4F.2aB.5.2 is open"),
        (["promotion", "challenge", "URL", "--payer", "missing.json"], "key file 'missing.json'"),
        (["promotion", "finalize", "URL", "--owner", "first.json"], "no promotion of 2.3.4F.2aB.5.2 is open"),
        (["promotion", "finalize", "URL", "--owner", "missing.json"], "key file 'missing.json'"),
        (["promotion", "show", "hello"], "[scheme]"),
        (["log", "owner", "hello"], "[scheme]"),
        (["receipt", "fetch", "hello"], "[scheme]"),
    ],
    ids=lambda part: " ".join(part) if isinstance(part, list) else "",
)
def test_refused(market: Market, arguments: list[str], said: str) -> None:
    given = [market.url if argument == "URL" else argument for argument in arguments]
    line = refused(*given)
    assert said in line
    assert one_object(run(*given, "--json").stdout)["message"] == line


def test_a_leaf_that_no_checkpoint_covers(market: Market) -> None:
    give(market)
    line = "leaf 1 is under no checkpoint yet: plings log checkpoint makes one when it is due"
    assert refused("receipt", "fetch", market.url, "--number", 1) == line
    assert refused("promotion", "claim", market.url, "--owner", market.second) == line
    assert "none is open" in answer("promotion", "show", market.url)


def test_nobody_s_object(market: Market) -> None:
    other = market.url.replace(".5.2&", ".5.3&")
    assert "nobody: it was not paid yet" in answer("log", "owner", other)
    assert json_answer("log", "owner", other)["owner"] is None
