"""One code paid for in many places."""

from __future__ import annotations

import pytest

from monitoring.ledger import Ledger, code, evidence, wallet
from monitoring.planting import plant_event
from plings.identity.address import format_address
from plings.monitoring import set_threshold

PATH = "2.3.2.G.3j"
CODE = f"{PATH} {code(PATH).class_pointer.text} {format_address(code(PATH).address)}"
MANY, AT_ONCE = ("copied_code", f"many {CODE}"), ("copied_code", f"at once {CODE}")
HOUR = 3_600


def test_three_wallets_in_a_day_are_copies(ledger: Ledger) -> None:
    raws = [ledger.paid(PATH, by, at=by * 7 * HOUR) for by in range(3)]
    assert [ledger.finds(raw) for raw in raws] == [[], [], [MANY]]
    (alert,) = ledger.alerts()
    assert (alert.alert_type, alert.severity) == ("MONITOR_COPIED_CODE", "HIGH")
    assert f"the code of {PATH} was paid for by 3 wallets within {14 * HOUR:,} seconds: " in alert.message
    assert evidence(alert, "wallet") == [format_address(wallet(by)) for by in range(3)]
    assert evidence(alert, "slot") == [raw.slot for raw in raws]
    assert alert.details["payments"] == 3 and alert.details["address"] == format_address(code(PATH).address)


def test_two_wallets_at_once_are_no_one_object(ledger: Ledger) -> None:
    """Nor does it change hands in three seconds: a copy, or somebody gets in before a buyer."""
    assert ledger.finds(ledger.paid(PATH, 1, at=10), ledger.paid(PATH, 2, at=13)) == [AT_ONCE]
    assert ledger.alerts()[0].severity == "MEDIUM"


def test_an_account_of_its_own_does_not_hide_it(ledger: Ledger) -> None:
    plant_event(ledger, "ObjectCreated", path=PATH, owner=wallet(1))
    assert ledger.finds() == []
    assert ledger.finds(ledger.paid(PATH, 2, at=60), ledger.paid(PATH, 3, at=120)) == [MANY]


@pytest.mark.parametrize(
    "planted",
    [
        [(1, 0), (1, 1)],
        [(1, 0), (1, HOUR), (1, 2 * HOUR), (1, 3 * HOUR)],
        [(1, 0), (2, 4)],
        [(1, 0), (2, 20 * HOUR), (3, 40 * HOUR), (4, 60 * HOUR)],
    ],
    ids=["twice by mistake", "one wallet often", "a couple at the till", "one a day"],
)
def test_what_one_object_can_be_is_none(ledger: Ledger, planted: list[tuple[int, int]]) -> None:
    assert ledger.finds(*(ledger.paid(PATH, by, at=at) for by, at in planted)) == []


def test_objects_of_one_class_are_each_bought_by_another(ledger: Ledger) -> None:
    raws = [ledger.paid(f"2.3.2.G.{one}", by, at=by) for by, one in enumerate("23456789ABCDEFGHJKLMNPQ")]
    assert ledger.finds(*raws) == []


def test_a_day_of_resales_and_gifts_is_none(ledger: Ledger) -> None:
    plant_event(ledger, "ObjectCreated", path=PATH, owner=wallet(0))
    for by in range(1, 6):
        plant_event(ledger, "ObjectPurchased", path=PATH, owner=wallet(by), at=by * HOUR)
    assert ledger.finds() == []
    other = "2.3.2.G.3k"
    gifts = [ledger.given(other, by, wallet(by + 1), at=by * HOUR) for by in range(1, 6)]
    assert ledger.finds(ledger.paid(other, 1), *gifts) == []


def test_one_address_on_other_paths_is_another_pattern(ledger: Ledger) -> None:
    address = code(PATH).address
    raws = [ledger.paid(f"2.3.2.G.{one}", by, at=by, address=address) for by, one in enumerate("2345")]
    assert {pattern for pattern, _ in ledger.finds(*raws)} == {"address_on_paths"}


def test_a_code_that_is_all_over_the_world_is_one_finding(ledger: Ledger) -> None:
    assert ledger.finds(*(ledger.paid(PATH, by, at=5 * by) for by in range(250))) == [
        ("impossible_rate", f"object {CODE}"),
        MANY,
    ]
    assert ledger.finds(*(ledger.paid(PATH, by, at=5 * by) for by in range(250, 300))) == []
    found = ledger.finding(pattern="copied_code")
    assert found.details["wallet_count"] == 200, "the latest are looked at"
    assert (len(found.details["wallets"]), len(found.details["evidence"]), len(found.message) < 400) == (50, 10, True)


def test_how_many_and_how_fast_can_be_set(ledger: Ledger) -> None:
    ada = ledger.world.ada
    set_threshold(ada, "copied_code", "wallets", 2)
    set_threshold(ada, "copied_code", "seconds", 100)
    assert ledger.finds(ledger.paid(PATH, 1), ledger.paid(PATH, 2, at=101)) == []
    assert ledger.finds(ledger.paid(PATH, 3, at=201)) == [MANY]
    set_threshold(ada, "copied_code", "enabled", 0)
    assert ledger.finds(ledger.paid("2.3.2.G.3k", 1), ledger.paid("2.3.2.G.3k", 2)) == []
