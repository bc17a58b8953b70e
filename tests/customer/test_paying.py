"""Paying by a wallet, in every tier, on the real program in this process."""

from __future__ import annotations

import asyncio
import base64

import pytest
from solders.keypair import Keypair
from solders.transaction import Transaction

from customer.stand import FLOOR, MICRO_PRICE, PRICE, SLOT_PRICE, SPONSORED, Stand
from customer.wallet import asked, done, followed, new_reference, query_of, refused, view
from plings.program import PROGRAM_ID
from plings.program.interface import parse
from plings.program.pda import payment_address


def test_label_and_icon(stand: Stand) -> None:
    code = stand.code("2.5.2")
    told = stand.client.get(f"/pay?{query_of(code)}").json()
    assert told == {"label": "\u2068BILLY bookcase, white\u2069, \u2068IKEA\u2069", "icon": stand.picture_url("2.3.2")}


@pytest.mark.parametrize(
    ("instance", "amount", "step", "how"),
    [
        ("6.3", MICRO_PRICE, "micro_payment", "payment"),
        ("5.4", SLOT_PRICE, "batch_payment", "slot_payment"),
        ("5.5", PRICE, "first_payment", "created"),
        ("5.6", SPONSORED, "first_payment", "created"),
    ],
)
def test_first_payment_in_every_tier(stand: Stand, instance: str, amount: int, step: str, how: str) -> None:
    code, reference = stand.code(f"2.{instance}"), new_reference()
    before = view(stand, code, amount=amount)["sale"]
    assert (before["state"], before["kind"], before["why_not"]) == ("first", step, [])
    assert followed(stand, reference, code)["state"] == "unpaid"
    held = _lamports(stand, stand.alice)
    told = done(stand, "/pay", code, stand.alice, amount=amount, reference=reference)
    assert told["step"] == step
    state = followed(stand, reference, code)
    assert (state["state"], state["account"], state["reason"]) == ("finalized", str(stand.alice.pubkey()), None)
    assert held - _lamports(stand, stand.alice) == before["total_lamports"]
    after = view(stand, code)
    assert (after["owner"]["address"], after["owner"]["how"]) == (str(stand.alice.pubkey()), how)
    assert after["sale"]["state"] == "owned"
    assert [one["how"] for one in after["history"]] == [how]


def _lamports(stand: Stand, key: Keypair) -> int:
    account = stand.cluster._svm.get_account(key.pubkey())
    return account.lamports if account else 0


def test_sponsored_rent_is_not_the_buyers(stand: Stand) -> None:
    sale = view(stand, stand.code("2.5.7"), amount=SPONSORED)["sale"]
    assert sale["sponsor_lamports"] > 0
    assert sale["total_lamports"] == SPONSORED + sale["rent_lamports"] + sale["network_fee_lamports"]


def test_what_is_asked_is_the_floor_or_the_registered_price_in_sol(stand: Stand) -> None:
    floor, priced = (view(stand, stand.code(below))["sale"] for below in ("2.6.4", "3.6.4"))
    assert (floor["amount_lamports"], floor["least_lamports"], floor["is_fixed"]) == (FLOOR, FLOOR, False)
    assert (priced["amount_lamports"], priced["least_lamports"]) == (60_000_000, 60_000_000)
    assert refused(stand, "/pay", stand.code("3.6.4"), stand.alice, amount=FLOOR) == (400, "amount")


def test_it_is_a_call_of_the_program_with_a_limit_a_price_and_the_reference_last(stand: Stand) -> None:
    code, reference = stand.code("2.6.5"), new_reference()
    told = asked(stand, "/pay", code, stand.bob, amount=PRICE, reference=reference).json()
    transaction = Transaction.from_bytes(base64.b64decode(told["transaction"]))
    message = transaction.message
    keys, (paying, limit, price) = message.account_keys, message.instructions
    assert keys[paying.program_id_index] == PROGRAM_ID
    accounts = [keys[at] for at in paying.accounts]
    read_only = keys[len(keys) - message.header.num_readonly_unsigned_accounts :]
    assert accounts[-1] == reference and reference in read_only
    parsed = parse(bytes(paying.data), accounts)
    assert parsed and (parsed[0], parsed[1]["object"]) == ("process_payment", payment_address(code))
    units = int.from_bytes(bytes(limit.data)[1:5], "little")
    assert bytes(limit.data)[0] == 2 and 44_000 < units < 70_000
    assert bytes(price.data)[0] == 3
    assert [bytes(one) for one in transaction.signatures] == [bytes(64)]


def test_no_plain_transfer_to_a_payment_address(stand: Stand) -> None:
    told = asked(stand, "/pay", stand.code("2.6.5"), stand.bob, amount=PRICE).json()
    message = Transaction.from_bytes(base64.b64decode(told["transaction"])).message
    assert {str(message.account_keys[one.program_id_index]) for one in message.instructions} == {
        str(PROGRAM_ID),
        "ComputeBudget111111111111111111111111111111",
    }


def test_signed_tag(stand: Stand) -> None:
    code, bare = stand.code("4.5.2", signed=True), stand.code("4.5.3")
    assert view(stand, code)["grade"] == "tag_genuine"
    assert view(stand, bare)["sale"]["why_not"] == [{"code": "tag_signature_missing", "parameters": {}}]
    assert refused(stand, "/pay", bare, stand.alice) == (409, "tag_signature_missing")
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE)
    assert view(stand, code)["owner"]["address"] == str(stand.alice.pubkey())


def test_whoever_has_too_little_is_refused_before_anything_is_offered(stand: Stand) -> None:
    code, poor = stand.code("2.6.6"), Keypair()
    assert refused(stand, "/pay", code, poor, amount=PRICE) == (409, "insufficient_funds")
    asyncio.run(stand.cluster.airdrop(poor.pubkey(), PRICE // 2))
    assert refused(stand, "/pay", code, poor, amount=PRICE) == (409, "insufficient_funds")


def test_of_a_code_that_is_not_genuine_nothing_is_sold(stand: Stand) -> None:
    code = stand.code("2.6.7")
    forged = code.text.replace("p=2.3.2.6.7", "p=2.3.3.6.7").partition("?")[2]
    for path in ("/pay", "/actions/pay"):
        response = stand.client.post(f"{path}?{forged}", json={"account": str(stand.alice.pubkey())})
        assert (response.status_code, response.json()["rule"]) == (409, "not_genuine")
    assert stand.client.get(f"/pay?{forged}").status_code == 409


@pytest.mark.parametrize(
    ("account", "rule"),
    [
        ("", "length"),
        ("1" * 64, "length"),
        ("0" * 44, "alphabet"),
        ("So11111111111111111111111111111111111111112", None),
    ],
)
def test_account_that_is_none(stand: Stand, account: str, rule: str | None) -> None:
    response = stand.client.post(f"/pay?{query_of(stand.code('2.6.8'))}", json={"account": account})
    assert response.status_code in (400, 409)
    assert response.json()["part"] == "account" or rule is None


def test_a_programs_address_cannot_sign(stand: Stand) -> None:
    account = str(payment_address(stand.code("2.6.8")))
    response = stand.client.post(f"/pay?{query_of(stand.code('2.6.8'))}", json={"account": account})
    assert (response.status_code, response.json()["rule"]) == (400, "no_wallet")


def test_reference_that_the_transaction_names_already(stand: Stand) -> None:
    code = stand.code("2.6.8")
    for taken in (stand.alice.pubkey(), PROGRAM_ID, payment_address(code)):
        assert refused(stand, "/pay", code, stand.alice, reference=taken) == (400, "reference")


@pytest.mark.parametrize("amount", ["0", "-1", "1.5", "01", "9223372036854775808", "", "1e9"])
def test_amount_that_is_none(stand: Stand, amount: str) -> None:
    assert refused(stand, "/pay", stand.code("2.6.8"), stand.alice, amount=amount)[0] == 400
