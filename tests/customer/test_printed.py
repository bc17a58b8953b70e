"""Classes that demand a proof of printing are paid for on the page, by whoever has nothing but the code."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace

import pytest
from solders.transaction import Transaction

from customer.printed_stand import (
    ANOTHER,
    CLASS,
    FREE,
    LARGE,
    NOT_ANCHORED,
    NOT_LISTED,
    SIGNED,
    SLOTTED,
    SOLD,
    TAMPERED,
    PrintedStand,
    listed,
    open_printed_stand,
)
from customer.stand import FLOOR, MICRO_PRICE, PRICE, SLOT_PRICE, SPONSORED, Stand
from customer.test_owning import LOG
from customer.test_viewing import facts_of, reasons, shown, why_not, with_maker, with_terms
from customer.wallet import asked, done, followed, new_reference, query_of, refused, signed, view
from plings.anchors import find_printed_batch
from plings.customer.view import SaleState
from plings.identity import ClassPath, Identity, ScanUrl, make_code
from plings.logs import create_checkpoint
from plings.program.accounts import Status
from plings.registry import Registry, connect
from registry.planting import own, unguarded
from registry.printed_lists import PrintedList
from registry.world import World

THIEF = Identity.from_seed(b"a thief's own seed of 32 bytes..", ClassPath("2.3"))


@pytest.fixture(scope="module")
def printed(stand: Stand) -> PrintedStand:
    return open_printed_stand(stand)


def claimed(stand: Stand, one: PrintedList) -> list[int]:
    batch = asyncio.run(find_printed_batch(stand.cluster, one.commitment)).batch
    return [place for place in range(batch.item_count) if batch.is_claimed(place)]


@pytest.mark.parametrize(
    ("instance", "amount", "step", "how"),
    [
        (3, MICRO_PRICE, "micro_payment", "payment"),
        (4, PRICE, "first_payment", "created"),
        (5, SPONSORED, "first_payment", "created"),
    ],
)
def test_it_is_paid_for_in_every_tier(printed: PrintedStand, instance: int, amount: int, step: str, how: str) -> None:
    stand, code, reference = printed.stand, SOLD.code(instance), new_reference()
    before = view(stand, code, amount=amount)
    assert (before["sale"]["state"], before["sale"]["kind"], before["sale"]["why_not"]) == ("first", step, [])
    assert "printed" in [one["code"] for one in before["reasons"]]
    assert done(stand, "/pay", code, stand.alice, amount=amount, reference=reference)["step"] == step
    assert followed(stand, reference, code, amount=amount)["state"] == "finalized"
    after = view(stand, code)
    assert (after["owner"]["address"], after["owner"]["how"]) == (str(stand.alice.pubkey()), how)
    assert instance in claimed(stand, SOLD)


def test_it_is_paid_for_in_a_slot(printed: PrintedStand) -> None:
    stand, code = printed.stand, SLOTTED.code(3)
    assert view(stand, code, amount=SLOT_PRICE)["sale"]["why_not"] == []
    told = done(stand, "/pay", code, stand.alice, amount=SLOT_PRICE, reference=new_reference())
    assert told["step"] == "batch_payment" and claimed(stand, SLOTTED) == [3]
    for amount in (MICRO_PRICE, SLOT_PRICE, PRICE):
        assert refused(stand, "/pay", code, stand.bob, amount=amount) == (409, "owned_without_account")


def test_from_a_leaf_to_an_account_that_is_sold_without_a_proof(printed: PrintedStand) -> None:
    stand, code = printed.stand, SOLD.code(16)
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE)
    stand.cluster.advance_clock(24 * 60 * 60)
    asyncio.run(create_checkpoint(stand.cluster, stand.alice, LOG))
    stand.index()
    assert done(stand, "/v1/transactions/promote", code, stand.alice)["step"] == "claim"
    assert refused(stand, "/pay", code, stand.bob, amount=PRICE) == (409, "provisional")
    stand.cluster.advance_clock(8 * 24 * 60 * 60)
    assert done(stand, "/v1/transactions/promote", code, stand.alice)["step"] == "finalize"
    done(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=PRICE)
    assert done(stand, "/pay", code, stand.bob)["step"] == "purchase"


def test_a_blink_pays_for_it_too(printed: PrintedStand) -> None:
    stand, code = printed.stand, SOLD.code(6)
    assert stand.client.get(f"/actions/pay?{query_of(code)}").json()["disabled"] is False
    done(stand, "/actions/pay", code, stand.bob, amount=MICRO_PRICE)
    assert 6 in claimed(stand, SOLD)


def test_the_one_who_bought_it_sells_it_without_a_proof(printed: PrintedStand) -> None:
    stand, code = printed.stand, SOLD.code(7)
    done(stand, "/pay", code, stand.alice, amount=PRICE)
    done(stand, "/v1/transactions/list", code, stand.alice, asking_price_lamports=PRICE)
    assert done(stand, "/pay", code, stand.bob)["step"] == "purchase"


def test_a_copy_is_refused_before_anything_is_offered(printed: PrintedStand) -> None:
    """Also while the index has not read the payment."""
    stand, code = printed.stand, SOLD.code(8)
    told = asked(stand, "/pay", code, stand.alice, amount=MICRO_PRICE).json()
    assert stand.client.post("/v1/send", json={"transaction": signed(told, stand.alice)}).status_code == 200
    sale = view(stand, code)["sale"]
    assert (sale["state"], sale["why_not"]) == ("owned", [{"code": "item_claimed", "parameters": {}}])
    for path in ("/pay", "/actions/pay"):
        assert refused(stand, path, code, stand.bob, amount=PRICE) == (409, "item_claimed")
    page = stand.client.get(f"/?{query_of(code)}").text
    assert "this may be a copy of its code" in page and 'id="wallets"' not in page
    stand.index()
    assert view(stand, code)["sale"]["why_not"][0]["code"] == "owned_without_account"
    assert refused(stand, "/pay", code, stand.bob, amount=PRICE) == (409, "owned_without_account")


def made_up(one: PrintedList) -> ScanUrl:
    return replace(one.code(9), address=bytes(range(32)))


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        (made_up(SOLD), "printed_proof_missing"),
        (SOLD.code(40), "printed_proof_missing"),
        (NOT_LISTED.code(3), "printed_proof_missing"),
        (NOT_ANCHORED.code(3), "batch_not_anchored"),
        (ANOTHER.code(3), "another_root"),
    ],
    ids=["a made-up address", "another number", "not listed", "not anchored", "another root"],
)
def test_what_cannot_be_proved_is_not_offered(printed: PrintedStand, code: ScanUrl, rule: str) -> None:
    stand = printed.stand
    told = view(stand, code)
    assert (told["sale"]["state"], told["sale"]["why_not"]) == ("first", [{"code": rule, "parameters": {}}])
    assert ("printed" in [one["code"] for one in told["reasons"]]) == (rule != "printed_proof_missing")
    for path in ("/pay", "/actions/pay"):
        assert refused(stand, path, code, stand.alice, amount=MICRO_PRICE) == (409, rule)
    action = stand.client.get(f"/actions/pay?{query_of(code)}").json()
    assert action["disabled"] and action["error"]["message"].endswith(f"[{rule}]") and "links" not in action
    assert 'id="wallets"' not in stand.client.get(f"/?{query_of(code)}").text


def test_another_commitment_of_the_batch_is_proved_where_it_is_the_anchored_one(printed: PrintedStand) -> None:
    first, second = listed(f"{CLASS}.9", "0-5"), listed(f"{CLASS}.9", "0-9")
    printed.add(first, second)
    printed.anchor(second)
    assert view(printed.stand, first.code(2))["sale"]["why_not"] == []
    done(printed.stand, "/pay", first.code(2), printed.stand.alice, amount=MICRO_PRICE)
    assert claimed(printed.stand, second) == [2]


def told_against(stand: Stand, code: ScanUrl) -> list[str]:
    return [one["code"] for one in view(stand, code)["sale"]["why_not"]]


def test_however_many_lists_came_before_it_the_anchored_one_is_found(printed: PrintedStand) -> None:
    """Who looks after the manufacturer might have filled the ones that are looked at: with its own, or by hand."""
    lists = [listed(f"{CLASS}.A", f"0-{last}") for last in range(4, 9)]
    anchored = lists[-1]
    printed.add(*lists[:-1])
    printed.anchor(anchored)
    assert told_against(printed.stand, anchored.code(2)) == ["another_root"]
    assert told_against(printed.stand, anchored.code(8)) == ["printed_proof_missing"]
    printed.add(anchored)
    for instance in (2, 8):
        assert told_against(printed.stand, anchored.code(instance)) == []
        done(printed.stand, "/pay", anchored.code(instance), printed.stand.alice, amount=MICRO_PRICE)
    assert claimed(printed.stand, anchored) == [2, 8]
    assert told_against(printed.stand, made_up(anchored)) == ["printed_proof_missing"]


CHANGES = {
    "its leaf": "set_byte(leaves, 3 * 32, 255 - get_byte(leaves, 3 * 32))",
    "another leaf": "set_byte(leaves, 4 * 32, 255 - get_byte(leaves, 4 * 32))",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_leaf_leads_to_a_refusal(
    printed: PrintedStand, change: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own is no longer the code's; another one is told of in the log."""
    stand, code = printed.stand, TAMPERED.code(3)
    assert view(stand, code)["sale"]["why_not"] == []
    with connect(stand.database) as connection:
        ada = World.of(Registry(connection), stand.database).ada
        its = "WHERE batch_id = (SELECT id FROM printed_batches WHERE batch = %s)"
        (whole,) = own(ada, f"SELECT leaves FROM printed_runs {its}", [TAMPERED.batch])
        with unguarded(ada, "printed_runs") as owner:
            owner.rows(f"UPDATE printed_runs SET leaves = {CHANGES[change]} {its}", [TAMPERED.batch])
        try:
            assert "printed" not in [one["code"] for one in view(stand, code)["reasons"]]
            assert refused(stand, "/pay", code, stand.alice, amount=MICRO_PRICE) == (409, "printed_proof_missing")
        finally:
            with unguarded(ada, "printed_runs") as owner:
                owner.rows(f"UPDATE printed_runs SET leaves = %s {its}", [whole["leaves"], TAMPERED.batch])
    assert view(stand, code)["sale"]["why_not"] == []
    assert (f"printed batch {TAMPERED.batch} is not what was added" in caplog.text) == (change == "another leaf")


def test_a_proof_that_another_key_signed_is_not_believed(printed: PrintedStand) -> None:
    facts = facts_of(printed.stand, SOLD.code(10))
    assert facts.index and len(facts.index.printed) == 1 and facts.printed.item
    thief = PrintedList(THIEF, SOLD.batch, SOLD.instances, frozenset({10}))
    theirs = replace(facts.index.printed[0], commitment=thief.commitment)
    view_ = shown(replace(facts, index=replace(facts.index, printed=(theirs,))))
    assert why_not(view_) == ["printed_proof_missing"] and "printed" not in reasons(view_)


def test_where_somebody_cannot_be_asked_nothing_is_said_of_proofs(printed: PrintedStand) -> None:
    facts = facts_of(printed.stand, SOLD.code(11))
    assert why_not(shown(facts)) == []
    assert why_not(shown(replace(facts, index=None))) == ["index_away"]
    assert why_not(shown(replace(facts, chain=None))) == ["chain_away"]
    assert "printed" in reasons(shown(replace(facts, chain=None)))


@pytest.mark.parametrize("by", ["registry", "wallet", "chain"])
def test_what_may_be_a_thief_s_list_proves_nothing(printed: PrintedStand, by: str) -> None:
    """A list stays when its key is marked compromised, and nobody knows since when it was."""
    facts = facts_of(printed.stand, SOLD.code(14))
    assert "printed" in reasons(shown(facts)) and facts.product and facts.index
    product = facts.product.model_copy(update={"wallet_status": "compromised"})
    index = facts.index
    told = index.object.model_copy(update={"product": product})
    if by == "registry":
        facts = with_maker(facts, status="compromised")
    elif by == "chain":
        facts = with_terms(facts, "manufacturer", status=Status.COMPROMISED)
    else:
        facts = replace(facts, index=replace(index, object=told))
    view_ = shown(facts)
    assert "printed" not in reasons(view_) and not view_.sale.can_pay


def test_who_paid_is_not_told_that_theirs_is_a_copy(printed: PrintedStand) -> None:
    """A wallet may ask again, with the reference that it paid under."""
    stand, code, wanted = printed.stand, SOLD.code(15), {"amount": MICRO_PRICE, "reference": new_reference()}
    done(stand, "/pay", code, stand.alice, **wanted)
    assert refused(stand, "/pay", code, stand.alice, **wanted) == (409, "already_paid")


def test_a_class_that_demands_nothing_is_sold_as_ever(printed: PrintedStand) -> None:
    """Its verdict says that the code is on a list, and says nothing where it is on none."""
    stand = printed.stand
    listed_code, other = FREE.code(2), stand.code("3.Q.2")
    told, without = view(stand, listed_code), view(stand, other)
    assert told["sale"]["why_not"] == without["sale"]["why_not"] == []
    assert [one["code"] for one in told["reasons"]] == ["class_known", "tag_unsigned", "printed"]
    assert [one["code"] for one in without["reasons"]] == ["class_known", "tag_unsigned"]
    made = asked(stand, "/pay", listed_code, stand.alice, amount=PRICE).json()
    message = Transaction.from_bytes(base64.b64decode(made["transaction"])).message
    assert len(message.instructions) == 3, "the payment and its budget"


@pytest.mark.parametrize(("language", "said"), [("en", "signed list of printed codes"), ("sv", "lista över tryckta")])
def test_the_verdict_says_it_without_a_warning(printed: PrintedStand, language: str, said: str) -> None:
    page = printed.stand.client.get(f"/?{query_of(SOLD.code(12))}&lang={language}").text
    assert said in page and 'class="card verdict good"' in page


def test_a_signed_code_is_paid_for_with_both(printed: PrintedStand) -> None:
    stand, code = printed.stand, signed_code(3)
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=new_reference())
    assert claimed(stand, SIGNED) == [3]
    assert refused(stand, "/pay", SIGNED.code(4), stand.alice) == (409, "tag_signature_missing")


def signed_code(instance: int) -> ScanUrl:
    return make_code(SIGNED.maker, SIGNED.code(instance).path, signed=True)


def test_what_no_transaction_holds_is_never_offered(printed: PrintedStand) -> None:
    """An account of its own with fourteen hashes does not fit; a leaf does, and what is dearer is said before."""
    stand, code = printed.stand, LARGE.code(3)
    assert view(stand, code, amount=MICRO_PRICE)["sale"]["why_not"] == []
    for amount in (PRICE, SPONSORED):
        told = view(stand, code, amount=amount)["sale"]
        assert (told["kind"], told["why_not"]) == ("first_payment", [{"code": "proof_too_large", "parameters": {}}])
        assert refused(stand, "/pay", code, stand.alice, amount=amount) == (409, "proof_too_large")
    done(stand, "/pay", code, stand.alice, amount=MICRO_PRICE, reference=new_reference())
    assert claimed(stand, LARGE) == [3]


def test_asked_for_the_floor_the_floor_is_paid(printed: PrintedStand) -> None:
    sale = view(printed.stand, SOLD.code(13))["sale"]
    assert (sale["amount_lamports"], sale["state"]) == (FLOOR, SaleState.FIRST)
