"""What a network told: kept, bounded, never signed, and no reason to fail."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from plings.shop import Advice, Counter, Price, Product, Told, ToldStore
from plings.shop import told as module
from plings.shop.records import ID_BYTES
from shop.made import ACME, ANVIL_ID, BILLY, BILLY_ID, IKEA, NOW, code, made_bundle

LAMP = Product("Lamp", "L-1", None, None, bytes(ID_BYTES), "active", (Price("EUR", 999, 2),))
TOLD = Told("https://api.example", NOW, LAMP, b"\1" * 16)
NEW = "2.3.9.G.3j"


@pytest.fixture
def store(tmp_path: Path) -> ToldStore:
    return ToldStore(tmp_path / "told.sqlite")


def test_an_answer_is_found_again(store: ToldStore) -> None:
    assert store.find(IKEA.public_key, "2.3.9") is None
    store.keep(IKEA.public_key, "2.3.9", TOLD)
    assert store.find(IKEA.public_key, "2.3.9") == TOLD
    assert store.find(ACME.public_key, "2.3.9") is None
    assert store.find(IKEA.public_key, "2.3.9.2") is None


def test_that_nobody_knows_a_class_holds_for_an_hour() -> None:
    nobody = Told("https://api.example", NOW)
    assert [nobody.is_fresh(at) for at in (NOW, NOW + 3599, NOW + 3600, NOW - 1)] == [True, True, False, False]
    assert TOLD.is_fresh(NOW + 10**9)


def test_it_is_bounded(store: ToldStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_TOLD", 5)
    for number in range(8):
        store.keep(IKEA.public_key, f"2.3.{number + 2}", replace(TOLD, told_at_unix=NOW + number))
    kept = [number for number in range(8) if store.find(IKEA.public_key, f"2.3.{number + 2}")]
    assert kept == [3, 4, 5, 6, 7]


@pytest.mark.parametrize("content", [b"", b"no database" * 1000, b"SQLite format 3\0" + bytes(2000)])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "told.sqlite").write_bytes(content)
    store = ToldStore(tmp_path / "told.sqlite")
    assert store.find(IKEA.public_key, "2.3.9") is None
    store.keep(IKEA.public_key, "2.3.9", TOLD)
    assert store.find(IKEA.public_key, "2.3.9") == TOLD


@pytest.mark.parametrize(
    "record", [b"", b"[]", b"{}", b"\xff", b"null", b'["a",1,"{}","",1,2]', b"[" * 100_000, "text"]
)
def test_a_damaged_record_was_not_told(store: ToldStore, tmp_path: Path, record: object) -> None:
    store.keep(IKEA.public_key, "2.3.9", TOLD)
    with sqlite3.connect(tmp_path / "told.sqlite") as database:
        database.execute("UPDATE told SET record = ?", [record])
    database.close()
    assert store.find(IKEA.public_key, "2.3.9") is None


def test_a_folder_that_cannot_be_written_to_is_no_failure(tmp_path: Path) -> None:
    store = ToldStore(tmp_path / "none" / "told.sqlite")
    store.keep(IKEA.public_key, "2.3.9", TOLD)
    assert store.find(IKEA.public_key, "2.3.9") is None


def test_what_was_told_is_shown_and_somebody_asks(store: ToldStore, tmp_path: Path) -> None:
    store.keep(IKEA.public_key, "2.3.9", TOLD)
    answer = Counter(made_bundle(tmp_path), store).check(code(NEW).text, NOW + 5)
    assert (answer.product, answer.advice, answer.told_by) == (LAMP, Advice.ASK, "https://api.example")
    assert any("did not sign" in reason for reason in answer.reasons)


def test_a_new_pointer_of_a_product_that_the_bundle_has_costs_what_the_bundle_says(
    store: ToldStore, tmp_path: Path
) -> None:
    cheap = replace(BILLY, prices=(Price("EUR", 1, 2),))
    store.keep(IKEA.public_key, "2.3.9", replace(TOLD, product=cheap, product_id=BILLY_ID))
    answer = Counter(made_bundle(tmp_path), store).check(code(NEW).text, NOW)
    assert (answer.product, answer.price, answer.advice) == (BILLY, Price("EUR", 4995, 2), Advice.ASK)


def test_another_manufacturer_s_product_is_not_taken_from_the_bundle(store: ToldStore, tmp_path: Path) -> None:
    store.keep(IKEA.public_key, "2.3.9", replace(TOLD, product_id=ANVIL_ID))
    assert Counter(made_bundle(tmp_path), store).check(code(NEW).text, NOW).product == LAMP


def test_what_the_bundle_has_nobody_s_telling_changes(store: ToldStore, tmp_path: Path) -> None:
    store.keep(IKEA.public_key, "2.3.2", TOLD)
    answer = Counter(made_bundle(tmp_path), store).check(code().text, NOW)
    assert (answer.product, answer.told_by, answer.advice) == (BILLY, None, Advice.SELL)


@pytest.mark.parametrize(
    ("field", "grade"), [("pointer_status", "counterfeit class"), ("manufacturer_status", "tag genuine")]
)
def test_bad_news_count_without_a_signature(store: ToldStore, tmp_path: Path, field: str, grade: str) -> None:
    store.keep(IKEA.public_key, "2.3.9", replace(TOLD, **{field: "compromised"}))  # type: ignore[arg-type]
    answer = Counter(made_bundle(tmp_path), store).check(code(NEW).text, NOW)
    assert (answer.advice, answer.verdict.grade) == (Advice.REFUSE, grade)
