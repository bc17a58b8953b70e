"""Paying, looking up, offering, giving: on the real program."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from solders.keypair import Keypair

from cli.command import answer, json_answer, one_object, refusal, refused, run, write_key
from cli.market import FLOOR, PRICE, PURSE, Market, ask_market, open_market, show_market
from fixtures.fix_node import HANG_UP, QUICK, Fault, ScriptedNode
from plings.chain import connect
from plings.identity import ClassPath, Identity, make_code
from plings.identity import Path as ObjectPath
from plings.program.pda import mint_address, payment_address


@pytest.fixture
def market(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Market:
    opened = asyncio.run(open_market(tmp_path))
    ask_market(opened, monkeypatch)
    return opened


def pay(market: Market, amount: int = PRICE) -> dict[str, object]:
    result = run("pay", market.url, "--amount", amount, "--payer", market.first, "--json")
    assert result.exit_code == 0, result.stderr
    return one_object(result.stdout)


def test_the_first_payment(market: Market) -> None:
    facts = pay(market)
    address = payment_address(market.code)
    assert facts["kind"] == "first_payment"
    assert facts["amount_lamports"] == PRICE
    assert facts["shares_lamports"] == {"manufacturer": PRICE * 9 // 10, "platform": PRICE // 10}
    assert (facts["payment_address"], facts["mint"]) == (str(address), str(mint_address(address)))
    assert facts["owner"] == str(market.actors.first_buyer.pubkey())
    assert [event["name"] for event in facts["events"]] == ["ObjectCreated"]  # type: ignore[attr-defined]
    assert isinstance(facts["compute_units"], int)


def test_a_payment_for_people_tells_the_signature_before_and_after(market: Market) -> None:
    result = run("pay", market.url, "--amount", PRICE, "--payer", market.first)
    assert "first payment    0.06 SOL (60,000,000 lamports)\n" in result.stdout
    assert "to manufacturer  0.054 SOL (54,000,000 lamports)\n" in result.stdout
    signature = next(line.split()[1] for line in result.stdout.splitlines() if line.startswith("signature"))
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"plings: sending transaction {signature}, valid until block height ")
    assert answer("status", signature).startswith("status       confirmed\n")


def test_a_payment_whose_answer_cannot_be_written_is_not_lost(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(lines: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("plings.cli.pay.labelled", full_disk)
    line = refusal(run("pay", market.url, "--amount", PRICE, "--payer", market.first, "--quiet"))
    assert "No space left on device - the transaction may have taken effect" in line
    signature = line.partition("plings status ")[2].split()[0]
    assert json_answer("status", signature)["status"] == "confirmed"


@pytest.mark.parametrize(
    ("command", "more"), [("list", ["--price", PRICE]), ("cancel", []), ("transfer", ["--to", str(Keypair().pubkey())])]
)
def test_whoever_sends_tells_the_signature_before(market: Market, command: str, more: list[object]) -> None:
    pay(market)
    if command == "cancel":
        run("list", market.url, "--price", PRICE, "--owner", market.first)
    result = run(command, market.url, *more, "--owner", market.first, "--json")
    signature = one_object(result.stdout)["signature"]
    assert result.stderr.startswith(f"plings: sending transaction {signature}, valid until block height ")


def test_a_quiet_payment_has_nothing_on_stderr(market: Market) -> None:
    assert answer("pay", market.url, "--amount", PRICE, "--payer", market.first, "--quiet")


def test_the_life_of_an_object(market: Market) -> None:
    first, second = (str(key.pubkey()) for key in (market.actors.first_buyer, market.actors.second_buyer))
    unpaid = json_answer("object", market.url)
    assert unpaid["paid"] is False
    assert unpaid["terms"] == {
        "identity_key": market.actors.identity.node.address,
        "status": "active",
        "paused": False,
        "price_floor_lamports": FLOOR,
        "platform_fee_bps": 1_000,
        "royalty_bps": 500,
        "signed_tag": False,
    }
    assert "nobody: it was not paid yet" in answer("object", market.url)
    pay(market)
    paid = json_answer("object", market.url)
    assert (paid["paid"], paid["owner"], paid["holder"], paid["for_sale"]) == (True, first, first, False)
    assert (
        json_answer("list", market.url, "-q", "--price", PRICE, "--owner", market.first)["asking_price_lamports"]
        == PRICE
    )
    assert json_answer("object", market.url)["asking_price_lamports"] == PRICE
    assert "for sale      at 0.06 SOL (60,000,000 lamports)" in answer("object", market.url)
    assert json_answer("cancel", market.url, "-q", "--owner", market.first)["asking_price_lamports"] is None
    assert json_answer("object", market.url)["for_sale"] is False
    assert answer("list", market.url, "-q", "--price", PRICE, "--owner", market.first)
    bought = run("pay", market.url, "--amount", PRICE, "--payer", market.second, "--json")
    shares = one_object(bought.stdout)["shares_lamports"]
    assert sum(shares.values()) == PRICE
    assert set(shares) == {"manufacturer", "platform", "seller"}
    assert json_answer("transfer", market.url, "-q", "--to", first, "--owner", market.second)["owner"] == first
    given = json_answer("object", market.url)
    assert (given["owner"], given["holder"], second != first) == (first, first, True)
    assert f"owner         {first}" in answer("object", market.url)


@pytest.mark.parametrize(
    ("amount", "error"), [(FLOOR - 1, "BelowFloor"), (2 * PURSE, "TransactionRefused")], ids=["floor", "purse"]
)
def test_a_refused_payment_sends_nothing(market: Market, amount: int, error: str) -> None:
    before = json_answer("object", market.url)
    arguments = ("pay", market.url, "--amount", amount, "--payer", market.first, "--tier", "own")
    line = refused(*arguments)
    facts = one_object(run(*arguments, "--json").stdout)
    assert facts == {"error": error, "message": line}
    assert json_answer("object", market.url) == before


def test_what_the_program_refuses_an_owner(market: Market) -> None:
    pay(market)
    assert "[NotForSale]" in refused("pay", market.url, "--amount", PRICE, "--payer", market.second)
    assert "[NotForSale]" in refused("cancel", market.url, "--owner", market.first)
    assert refused("list", market.url, "--price", PRICE, "--owner", market.second)
    assert answer("list", market.url, "-q", "--price", PRICE, "--owner", market.first)
    assert "[BelowAskingPrice]" in refused("pay", market.url, "--amount", PRICE - 1, "--payer", market.second)


def test_a_poor_payer(market: Market, tmp_path: Path) -> None:
    poor = write_key(tmp_path / "poor.json", Keypair())
    assert "holds no lamports" in refused("pay", market.url, "--amount", PRICE, "--payer", poor)


@pytest.mark.parametrize("command", ["object", "pay"])
def test_strangers_codes(market: Market, command: str) -> None:
    more = ["--amount", PRICE, "--payer", market.first] if command == "pay" else []
    stranger = make_code(Identity.from_seed(bytes(32), ClassPath("2.4")), ObjectPath("2.4.4F.2aB.5.2"))
    assert "no manufacturer is registered for 2.4" in refused(command, stranger.text, *more)
    forged = make_code(Identity.from_seed(bytes(32), ClassPath("2.3")), ObjectPath("2.3.4F.2aB.5.2"))
    assert "it is not genuine" in refused(command, forged.text, *more)


def test_an_unknown_transaction(market: Market) -> None:
    result = run("status", "5" * 88, "--json")
    assert "is unknown" in refusal(result)
    assert one_object(result.stdout)["status"] == "unknown"


@pytest.fixture
async def silent_node(
    tmp_path: Path, node: ScriptedNode, monkeypatch: pytest.MonkeyPatch
) -> tuple[Market, ScriptedNode]:
    """A node that tells of the market, takes what is sent, and is never heard of again."""
    opened = await open_market(tmp_path)
    show_market(opened, node)
    node.script |= {"getSignatureStatuses": HANG_UP, "getEpochInfo": HANG_UP}
    monkeypatch.setattr("plings.cli.clusters.open_cluster", lambda name: connect(node.url, patience=QUICK))
    return opened, node


async def test_a_payment_that_may_have_happened_says_so_and_what_to_do(
    silent_node: tuple[Market, ScriptedNode],
) -> None:
    market, node = silent_node
    arguments = ("pay", market.url, "--amount", PRICE, "--payer", market.first, "--cluster", "devnet", "--json")
    result = await asyncio.to_thread(run, *arguments)
    assert result.exit_code == 1
    assert node.calls["sendTransaction"] > 0
    announced, line = result.stderr.splitlines()
    facts = one_object(result.stdout)
    signature, height = facts["signature"], facts["last_valid_block_height"]
    assert announced == f"plings: sending transaction {signature}, valid until block height {height}"
    assert (facts["error"], facts["may_have_taken_effect"]) == ("TransactionUnresolved", True)
    assert "may have taken effect" in line
    assert line.endswith(
        f"repeat nothing before you have asked: plings status {signature} --until {height} --cluster devnet"
    )


async def test_an_unresolved_offer_says_so_too_and_names_no_address(silent_node: tuple[Market, ScriptedNode]) -> None:
    market, node = silent_node
    arguments = ("list", market.url, "--price", PRICE, "--owner", market.first, "--cluster", node.url, "--quiet")
    result = await asyncio.to_thread(run, *arguments)
    assert "plings status " in refusal(result)
    assert result.stderr.rstrip().endswith(" --cluster URL")


@pytest.mark.parametrize(
    ("error", "until", "status", "said"),
    [
        ({"InstructionError": [0, {"Custom": 6}]}, None, "failed", "custom error 6"),
        (None, 5, "expired", "cannot take effect any more"),
    ],
)
async def test_transactions_that_had_no_effect(
    node: ScriptedNode, error: object, until: int | None, status: str, said: str
) -> None:
    told = {"slot": 7, "confirmations": 1, "err": error, "confirmationStatus": "finalized"}
    node.script["getSignatureStatuses"] = node.in_context([told if error else None])
    node.script["getTransaction"] = Fault(-32601)
    node.script["getEpochInfo"] = {"absoluteSlot": node.height - 1, "blockHeight": node.height}
    more = ["--until", until] if until else []
    result = await asyncio.to_thread(run, "status", "5" * 88, "--cluster", node.url, "--json", *more)
    assert f"is {status}: " in refusal(result)
    facts = one_object(result.stdout)
    assert facts["status"] == status
    assert said in facts["message"]


@pytest.mark.ui
async def test_an_interrupted_payment_tells_what_may_have_happened(tmp_path: Path, node: ScriptedNode) -> None:
    market = await open_market(tmp_path)
    show_market(market, node)
    node.script["getSignatureStatuses"] = node.in_context([None])
    command = [sys.executable, "-m", "plings", "pay", market.url, "--amount", str(PRICE), "--payer", str(market.first)]
    process = await asyncio.create_subprocess_exec(
        *command, "--cluster", node.url, "--json", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stderr
    announced = (await asyncio.wait_for(process.stderr.readline(), 30)).decode()
    assert announced.startswith("plings: sending transaction ")
    while not node.sent:
        await asyncio.sleep(0.02)
    process.send_signal(2)
    out, err = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 130
    (line,) = err.decode().splitlines()
    facts = json.loads(out)
    assert line.startswith("plings: interrupted - the transaction may have taken effect, so repeat nothing")
    assert facts["signature"] in line
    assert facts["may_have_taken_effect"] is True
