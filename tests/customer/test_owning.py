"""Selling, buying, taking back and giving away by a wallet's signature alone."""

from __future__ import annotations

import asyncio

import pytest
from solders.pubkey import Pubkey

from customer.stand import ACTORS, MICRO_PRICE, PRICE, SLOT_PRICE, Stand
from customer.wallet import done, followed, new_reference, refused, view
from plings.logs import create_checkpoint
from plings.program.pda import manufacturer_address, payment_log_address

LOG = payment_log_address(manufacturer_address(Pubkey.from_bytes(ACTORS.identity.public_key)), 0)


def test_from_first_payment_to_resale(stand: Stand) -> None:
    code = stand.code("2.7.2")
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    assert view(stand, code)["owner_may"] == ["list", "give"]
    assert refused(stand, "/pay", code, stand.bob) == (409, "not_for_sale")
    done(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=2 * PRICE, days=7)
    sale = view(stand, code)["sale"]
    assert (sale["state"], sale["kind"], sale["amount_lamports"], sale["is_fixed"]) == (
        "offered",
        "purchase",
        2 * PRICE,
        True,
    )
    assert sum(sale["shares"].values()) == 2 * PRICE
    assert refused(stand, "/pay", code, stand.bob, amount=PRICE) == (409, "price_changed")
    reference = new_reference()
    told = done(stand, "/pay", code, stand.bob, reference=reference)
    assert told["step"] == "purchase"
    assert followed(stand, reference, code)["state"] == "finalized"
    after = view(stand, code)
    assert after["owner"]["address"] == str(stand.bob.pubkey())
    assert [one["how"] for one in after["history"]] == ["created", "purchased"]


def test_an_offer_that_is_taken_back(stand: Stand) -> None:
    code = stand.code("2.7.3")
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    assert refused(stand, "/v1/transactions/cancel", code, stand.alice) == (409, "not_for_sale")
    done(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=PRICE)
    assert view(stand, code)["owner_may"] == ["list", "cancel", "give"]
    assert refused(stand, "/v1/transactions/cancel", code, stand.bob) == (409, "wrong_token_account")
    done(stand, "/v1/transactions/cancel", code, stand.alice)
    assert view(stand, code)["sale"]["state"] == "owned"


def test_only_its_owner_offers_an_object(stand: Stand) -> None:
    code = stand.code("2.7.4")
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    rule = refused(stand, "/v1/transactions/list", code, stand.bob, asking_price_lamports=PRICE)
    assert rule[0] == 409
    assert refused(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=0)[0] == 400
    assert refused(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=1, days=366)[0] == 400


@pytest.mark.parametrize(
    ("instance", "amount", "how"),
    [("7.5", PRICE, "transferred"), ("5.9", SLOT_PRICE, "slot_transfer"), ("7.6", MICRO_PRICE, "transfer")],
)
def test_gift_however_it_is_owned(stand: Stand, instance: str, amount: int, how: str) -> None:
    code, bob = stand.code(f"2.{instance}"), str(stand.bob.pubkey())
    done(stand, "/pay", code, stand.alice, amount=amount)
    assert refused(stand, "/v1/transactions/give", code, stand.bob, new_owner=bob)[0] == 409
    done(stand, "/v1/transactions/give", code, stand.alice, new_owner=bob)
    owner = view(stand, code)["owner"]
    assert (owner["address"], owner["how"]) == (bob, how)


def test_from_a_leaf_to_an_nft(stand: Stand) -> None:
    code = stand.code("2.7.7")
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE)
    done(stand, "/v1/transactions/give", code, stand.alice, new_owner=str(stand.bob.pubkey()))
    assert view(stand, code)["owner_may"] == ["give", "promote", "receipt"]
    assert refused(stand, "/v1/transactions/promote", code, stand.alice) == (409, "not_owner")
    assert refused(stand, "/v1/transactions/promote", code, stand.bob) == (404, "not_checkpointed")
    stand.cluster.advance_clock(24 * 60 * 60)
    asyncio.run(create_checkpoint(stand.cluster, stand.alice, LOG))
    stand.index()
    assert done(stand, "/v1/transactions/promote", code, stand.bob)["step"] == "claim"
    assert view(stand, code)["sale"]["state"] == "claimed"
    assert done(stand, "/v1/transactions/promote", code, stand.bob)["step"] == "challenge"
    assert refused(stand, "/v1/transactions/promote", code, stand.bob) == (409, "challenge_open")
    assert view(stand, code)["promotion"]["step"] == "wait"
    stand.cluster.advance_clock(8 * 24 * 60 * 60)
    assert view(stand, code)["promotion"]["step"] == "finalize"
    assert done(stand, "/v1/transactions/promote", code, stand.bob)["step"] == "finalize"
    after = view(stand, code)
    assert (after["owner"]["address"], after["owner"]["source"]) == (str(stand.bob.pubkey()), "chain")
    assert after["owner_may"] == ["list", "give"]
