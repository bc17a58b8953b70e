"""More payments than can be for an object, a batch or a manufacturer."""

from __future__ import annotations

import pytest

from monitoring.ledger import Ledger, code, evidence, wallet
from monitoring.planting import plant_event
from plings.identity import format_segment
from plings.identity.address import format_address
from plings.monitoring import set_threshold

PATH = "2.3.2.G.3j"
KEY = f"object {PATH} {code(PATH).class_pointer.text} {format_address(code(PATH).address)}"


def rates(found: list[tuple[str, str]]) -> list[str]:
    return [key for pattern, key in found if pattern == "impossible_rate"]


@pytest.fixture
def low(ledger: Ledger) -> Ledger:
    """Five a batch and eight a manufacturer, in 30 seconds, are too many."""
    for name, value in {"batch_payments": 5, "manufacturer_payments": 8}.items():
        set_threshold(ledger.world.ada, "impossible_rate", name, value)
    for name in ("batch_seconds", "manufacturer_seconds"):
        set_threshold(ledger.world.ada, "impossible_rate", name, 30)
    return ledger


def sales(ledger: Ledger, count: int, *, batch: str = "2.3.2.G", every: int = 2, start: int = 0, first: int = 1):  # type: ignore[no-untyped-def]
    """Payments for objects of a batch, each by another wallet, some seconds apart."""
    return [
        ledger.paid(f"{batch}.{format_segment(first + one)}", 100 + one, at=start + every * one) for one in range(count)
    ]


def test_one_object_is_not_paid_for_ten_times_a_minute(ledger: Ledger) -> None:
    raws = [ledger.paid(PATH, 1, at=6 * at) for at in range(10)]
    assert ledger.finds(*raws[:9]) == []
    assert ledger.finds(raws[9]) == [("impossible_rate", KEY)]
    (alert,) = ledger.alerts()
    assert alert.message == f"10 payments for the one object {PATH} within 60 seconds"
    assert set(evidence(alert, "wallet")) == {format_address(wallet(1))} and len(evidence(alert, "slot")) == 10


def test_nor_sold_so_often_by_its_owners(ledger: Ledger) -> None:
    for at in range(10):
        plant_event(ledger, "ObjectPurchased" if at else "ObjectCreated", path=PATH, owner=wallet(at), at=at)
    assert rates(ledger.finds()) == [KEY]


@pytest.mark.parametrize(
    "planted",
    [
        [ (1, 0), (1, 1) ],
        [ (1, 7 * at) for at in range(10) ],
        [ (1, at) for at in range(9) ],
    ],
    ids=["twice", "ten in 63 seconds", "nine at once"],
)  # fmt: skip
def test_what_can_be_is_none(ledger: Ledger, planted: list[tuple[int, int]]) -> None:
    assert ledger.finds(*(ledger.paid(PATH, by, at=at) for by, at in planted)) == []


def test_a_batch_and_a_manufacturer_are_counted_over_looks(low: Ledger) -> None:
    raws = sales(low, 4) + sales(low, 4, batch="2.3.5.G", start=10)
    found = [rates(low.finds(raw)) for raw in raws]
    assert found == [[], [], [], [], [], [], [], ["manufacturer 2.3"]]
    assert rates(low.finds(*sales(low, 1, start=18, first=9))) == ["batch 2.3.2.G"]
    batch = next(one for one in low.alerts() if "batch" in one.message)
    assert batch.message == "5 payments for objects of batch 2.3.2.G within 30 seconds"
    assert batch.details["payments"] == 5 and evidence(batch, "path") == ["2.3.2.G.A"]


def test_the_same_number_in_more_time_is_none(low: Ledger) -> None:
    assert low.finds(*sales(low, 4, every=1), *sales(low, 4, every=1, start=40, first=20)) == []


def test_a_busy_and_honest_shop_is_none(ledger: Ledger) -> None:
    """300 objects of one batch in a minute, by customers and by one who buys a pallet."""
    raws = [ledger.paid(f"2.3.2.G.{format_segment(one)}", one % 250 and 7, at=one // 5) for one in range(300)]
    assert ledger.finds(*raws) == []


def test_old_counts_are_forgotten(low: Ledger) -> None:
    low.look(*sales(low, 3))
    low.look(*sales(low, 1, start=30_000))
    rows = low.registry.rows("SELECT DISTINCT bucket_unix FROM monitoring_rates")
    assert len(rows) == 1
