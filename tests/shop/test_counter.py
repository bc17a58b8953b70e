"""What a counter says: never a better grade than the code itself has, and why somebody should look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plings.identity import Grade, check_url
from plings.shop import Advice, Counter, Pointer, Price
from shop.made import (
    ACME,
    ACME_ID,
    ANVIL_ID,
    BILLY,
    BILLY_ID,
    DAY,
    IKEA,
    NOW,
    Contents,
    code,
    made_bundle,
    printed_batch,
    with_status,
)

MakeCounter = Callable[..., Counter]


@pytest.fixture
def counter(tmp_path: Path) -> MakeCounter:
    def make(contents: Contents | None = None, **others: object) -> Counter:
        return Counter(made_bundle(tmp_path, contents, **others))

    return make


def test_a_signed_code_is_sold_at_its_price(counter: MakeCounter) -> None:
    answer = counter().check(code().text, NOW + 60)
    assert (answer.verdict.grade, answer.advice) == (Grade.TAG_GENUINE, Advice.SELL)
    assert answer.product == BILLY and answer.price is not None and answer.price.text == "49.95 EUR"
    assert answer.manufacturer is not None and answer.manufacturer.name == "IKEA"
    assert (answer.knowledge.age_seconds, answer.knowledge.expired) == (60, False)


def test_a_code_without_a_signature_is_of_a_genuine_class_and_is_sold(counter: MakeCounter) -> None:
    answer = counter().check(code(signed=False).text, NOW)
    assert (answer.verdict.grade, answer.advice) == (Grade.CLASS_GENUINE, Advice.SELL)
    assert any("does not show who printed it" in reason for reason in answer.reasons)


def test_reorganised_paths_are_one_product_at_one_price(counter: MakeCounter) -> None:
    here = counter()
    answers = [here.check(code(path).text, NOW) for path in ("2.3.2.G.3j", "2.3.5.2.H.2k")]
    assert answers[0].verdict.url.class_pointer != answers[1].verdict.url.class_pointer  # type: ignore[union-attr]
    assert [one.product for one in answers] == [BILLY, BILLY]
    assert answers[0].price == answers[1].price


def test_one_sku_of_two_manufacturers_is_two_products(counter: MakeCounter) -> None:
    here = counter()
    assert here.check(code("2.4.2.2.2", identity=ACME).text, NOW).product.name == "Anvil"  # type: ignore[union-attr]
    assert here.check(code().text, NOW).product.name == "BILLY bookcase"  # type: ignore[union-attr]


def test_a_pointer_that_leads_to_another_manufacturer_s_product_leads_nowhere(counter: MakeCounter) -> None:
    contents = Contents()
    contents.pointers["2.4.2"] = Pointer(BILLY_ID, "active")
    answer = counter(contents).check(code("2.4.2.2.2", identity=ACME).text, NOW)
    assert (answer.product, answer.price, answer.advice) == (None, None, Advice.ASK)


@pytest.mark.parametrize(
    ("text", "grade", "advice"),
    [
        ("hello", Grade.MALFORMED, Advice.REFUSE),
        ("", Grade.MALFORMED, Advice.REFUSE),
        (code().text + "&x=1", Grade.MALFORMED, Advice.REFUSE),
        (code().text.replace("s.plings.io", "s.pIings.io"), Grade.MALFORMED, Advice.REFUSE),
        (code().text.replace("p=2.3.", "p=2.5."), Grade.UNKNOWN_MANUFACTURER, Advice.ASK),
        (code().text.replace("p=2.3.2.", "p=2.3.4."), Grade.COUNTERFEIT_CLASS, Advice.REFUSE),
        (code().text.replace(".3j&", ".3k&"), Grade.COUNTERFEIT_CLASS, Advice.REFUSE),
    ],
)
def test_what_is_not_genuine(counter: MakeCounter, text: str, grade: Grade, advice: Advice) -> None:
    answer = counter().check(text, NOW)
    assert (answer.verdict.grade, answer.advice) == (grade, advice)
    assert answer.reasons and answer.product is None and answer.price is None


def test_a_genuine_class_that_is_not_listed_is_asked_about(counter: MakeCounter) -> None:
    """Whoever knows the public key can hash any path below it."""
    answer = counter().check(code("2.3.9.G.3j", signed=False).text, NOW)
    assert (answer.verdict.grade, answer.advice, answer.pointer_status) == (Grade.CLASS_GENUINE, Advice.ASK, None)
    assert "the shop's list has no class 2.3.9" in answer.reasons


@pytest.mark.parametrize(
    ("status", "grade", "advice"),
    [
        ("active", Grade.TAG_GENUINE, Advice.SELL),
        ("transferring", Grade.TAG_GENUINE, Advice.SELL),
        ("transferred", Grade.TAG_GENUINE, Advice.SELL),
        ("retired", Grade.TAG_GENUINE, Advice.SELL),
        ("suspended", Grade.TAG_GENUINE, Advice.ASK),
        ("compromised", Grade.UNKNOWN_MANUFACTURER, Advice.REFUSE),
    ],
)
def test_a_manufacturer_s_status(counter: MakeCounter, status: str, grade: Grade, advice: Advice) -> None:
    answer = counter(with_status(Contents(), "2.3", status)).check(code().text, NOW)
    assert (answer.verdict.grade, answer.advice) == (grade, advice)


@pytest.mark.parametrize(
    ("status", "grade", "advice"),
    [
        ("active", Grade.TAG_GENUINE, Advice.SELL),
        ("migrated", Grade.TAG_GENUINE, Advice.SELL),
        ("deprecated", Grade.TAG_GENUINE, Advice.SELL),
        ("compromised", Grade.COUNTERFEIT_CLASS, Advice.REFUSE),
    ],
)
def test_a_pointer_s_status(counter: MakeCounter, status: str, grade: Grade, advice: Advice) -> None:
    contents = Contents()
    contents.pointers["2.3.2"] = Pointer(BILLY_ID, status)
    answer = counter(contents).check(code().text, NOW)
    assert (answer.verdict.grade, answer.advice) == (grade, advice)


@pytest.mark.parametrize(("status", "advice"), [("discontinued", Advice.SELL), ("archived", Advice.ASK)])
def test_a_product_s_status(counter: MakeCounter, status: str, advice: Advice) -> None:
    contents = Contents()
    contents.products[BILLY_ID] = replace(BILLY, status=status)
    assert counter(contents).check(code().text, NOW).advice is advice


@pytest.mark.parametrize(("at", "is_good"), [(NOW - 1, False), (NOW, True), (NOW + 9, True), (NOW + 10, False)])
def test_a_key_shows_something_while_it_is_valid(counter: MakeCounter, at: int, is_good: bool) -> None:
    contents = Contents()
    contents.makers[0] = replace(contents.makers[0], valid_from_unix=NOW, valid_until_unix=NOW + 10)
    answer = counter(contents, created=NOW - 10).check(code().text, at)
    assert (answer.verdict.grade is Grade.TAG_GENUINE) is is_good
    assert is_good or (answer.verdict.grade, answer.advice) == (Grade.UNKNOWN_MANUFACTURER, Advice.ASK)


def test_prices_hold_from_a_time_and_before_another(counter: MakeCounter) -> None:
    contents = Contents()
    prices = (Price("EUR", 4995, 2), Price("EUR", 3995, 2, NOW + 10, NOW + 20), Price("JPY", 1200, 0, NOW + 19, None))
    contents.products[BILLY_ID] = replace(BILLY, prices=prices)
    here = counter(contents)
    seen = [here.check(code().text, at).price for at in (NOW + 9, NOW + 10, NOW + 18, NOW + 19, NOW + 20)]
    assert [price.text for price in seen if price] == ["49.95 EUR", "39.95 EUR", "39.95 EUR", "1,200 JPY", "1,200 JPY"]


def test_without_a_price_somebody_asks(counter: MakeCounter) -> None:
    contents = Contents()
    contents.products[BILLY_ID] = replace(BILLY, prices=())
    answer = counter(contents).check(code().text, NOW)
    assert (answer.verdict.grade, answer.advice, answer.price) == (Grade.TAG_GENUINE, Advice.ASK, None)


def test_an_expired_bundle_sells_nothing_and_still_finds_out_counterfeits(counter: MakeCounter) -> None:
    here = counter()
    answer = here.check(code().text, NOW + 7 * DAY)
    assert (answer.verdict.grade, answer.advice, answer.knowledge.expired) == (Grade.TAG_GENUINE, Advice.ASK, True)
    assert any("expired" in reason for reason in answer.reasons)
    assert here.check(code().text, NOW + 7 * DAY - 1).advice is Advice.SELL
    assert here.check(code().text.replace(".3j&", ".3k&"), NOW + 8 * DAY).advice is Advice.REFUSE


def test_a_clock_that_runs_behind_is_noticed(counter: MakeCounter) -> None:
    here = counter()
    assert here.check(code().text, NOW - 300).advice is Advice.SELL
    assert here.check(code().text, NOW - 301).advice is Advice.ASK


def test_a_batch_s_commitment_tells_which_numbers_were_printed(counter: MakeCounter) -> None:
    contents = Contents()
    contents.commitments = [printed_batch(first=100, count=100)[0], printed_batch(first=300, count=2)[0]]
    here = counter(contents)
    inside, outside = here.check(code("2.3.2.G.3j").text, NOW), here.check(code("2.3.2.G.5").text, NOW)
    assert (inside.advice, inside.printed) == (Advice.SELL, None)
    assert "number 158 of batch 2.3.2.G was printed" in inside.reasons
    assert (outside.verdict.grade, outside.advice) == (Grade.TAG_GENUINE, Advice.ASK)
    assert here.check(code("2.3.2.H.5").text, NOW).advice is Advice.SELL, "nothing is known of that batch"


def test_a_commitment_that_its_manufacturer_did_not_sign_says_nothing(counter: MakeCounter) -> None:
    commitment, _ = printed_batch()
    contents = Contents()
    contents.commitments = [replace(commitment, signature=bytes(64))]
    assert counter(contents).check(code("2.3.2.G.5").text, NOW).advice is Advice.SELL


def test_a_proof_shows_that_a_code_was_printed(counter: MakeCounter) -> None:
    _, proofs = printed_batch()
    right = proofs[58]
    answer = counter().check(code(signed=False).text, NOW, right)
    assert (answer.printed, answer.advice, answer.verdict.grade) == (True, Advice.SELL, Grade.CLASS_GENUINE)
    assert any("59 of 100 in batch 2.3.2.G" in reason for reason in answer.reasons)


@pytest.mark.parametrize("what", ["another code", "another signature", "another proof"])
def test_a_proof_that_does_not_hold_is_worse_than_none(counter: MakeCounter, what: str) -> None:
    commitment, proofs = printed_batch()
    wrong = {
        "another code": proofs[57],
        "another signature": replace(proofs[58], commitment=replace(commitment, signature=bytes(64))),
        "another proof": replace(proofs[58], proof=proofs[57].proof),
    }[what]
    answer = counter().check(code().text, NOW, wrong)
    assert (answer.printed, answer.advice) == (False, Advice.REFUSE)
    assert any("does not hold" in reason for reason in answer.reasons)


def test_no_answer_has_a_better_grade_than_the_code(counter: MakeCounter) -> None:
    order = list(Grade)
    keys = {"2.3": IKEA.public_key, "2.4": ACME.public_key}
    contents = with_status(Contents(), "2.4", "compromised")
    contents.pointers["2.3.7"] = Pointer(ANVIL_ID, "compromised")
    contents.products[ANVIL_ID] = replace(contents.products[ANVIL_ID], organization_id=ACME_ID)
    here = counter(contents)
    paths = ["2.3.2.G.3j", "2.3.7.2.2", "2.3.9.2.2", "2.4.2.2.2"]
    makers = {"2.3": IKEA, "2.4": ACME}
    texts = [code(path, signed=signed, identity=makers[path[:3]]).text for path in paths for signed in (True, False)]
    texts += [text.replace("p=2.3", "p=2.4") for text in texts] + [text[:-1] for text in texts]
    for text in texts:
        alone = check_url(text, keys)
        assert order.index(here.check(text, NOW).verdict.grade) <= order.index(alone.grade), text
