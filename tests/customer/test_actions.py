"""Actions: what a blink gets, by the protocol's own words."""

from __future__ import annotations

from urllib.parse import unquote

from customer.stand import FLOOR, PRICE, Stand
from customer.wallet import asked, done, query_of, view


def test_actions_json_leads_from_a_code_to_its_action(stand: Stand) -> None:
    response = stand.client.get("/actions.json")
    assert response.headers["access-control-allow-origin"] == "*"
    assert {"pathPattern": "/", "apiPath": "/actions/pay"} in response.json()["rules"]


def test_first_payment_lets_the_buyer_name_the_amount(stand: Stand) -> None:
    code = stand.code("2.B.2")
    response = stand.client.get(f"/actions/pay?{query_of(code)}")
    told = response.json()
    assert response.headers["content-type"] == "application/json"
    assert (told["type"], told["icon"], told["disabled"]) == ("action", stand.picture_url("2.3.2"), False)
    assert {"title", "description", "label"} <= told.keys() and len(told["label"].split()) <= 5
    assert told["description"] == "Class genuine: 2.3.2.B.2. Nobody owns it yet."
    (linked,) = told["links"]["actions"]
    assert linked["href"] == f"{stand.url}/actions/pay?{query_of(code)}&amount={{amount}}"
    assert linked["parameters"][0]["min"] == FLOOR
    made = asked(stand, "/actions/pay", code, stand.alice, amount=PRICE).json()
    assert made["type"] == "transaction" and made["transaction"] and made["message"]


def test_an_offer_has_its_price_on_the_button(stand: Stand) -> None:
    code = stand.code("2.B.3")
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    closed = stand.client.get(f"/actions/pay?{query_of(code)}").json()
    assert closed["description"].endswith(f"Owned by {stand.alice.pubkey()}.")
    assert closed["disabled"] and closed["error"]["message"] and "links" not in closed
    done(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=PRICE)
    (linked,) = stand.client.get(f"/actions/pay?{query_of(code)}").json()["links"]["actions"]
    assert (linked["label"], linked["href"].rpartition("&")[2]) == ("Pay 0.06 SOL", f"amount={PRICE}")
    assert "parameters" not in linked


def test_links_are_encoded_as_the_protocols_have_it(stand: Stand) -> None:
    code = stand.code("2.B.4")
    links = view(stand, code)["links"]
    scheme, _, link = links["action"].partition(":")
    assert scheme == "solana-action" and "?" not in link
    assert unquote(link) == f"{stand.url}/actions/pay?{query_of(code)}"


def test_the_qr_code_is_the_link(stand: Stand) -> None:
    from plings.customer.routes.qr import pay_link

    code = stand.code("2.B.5")
    response = stand.client.get(f"/v1/qr?{query_of(code, amount=PRICE)}")
    assert response.headers["content-type"] == "image/svg+xml" and response.content.startswith(b"<svg")
    link = pay_link(code, stand.url, PRICE, None)
    assert unquote(link.removeprefix("solana:")) == f"{stand.url}/pay?{query_of(code)}&amount={PRICE}"


def test_errors_have_the_message_that_wallets_show(stand: Stand) -> None:
    response = asked(stand, "/actions/pay", stand.code("2.B.6"), None, account="x")
    told = response.json()
    assert response.headers["content-type"] == "application/json" and response.status_code == 400
    assert told["message"] == told["detail"] and told["part"] == "account"
