"""One address on several paths."""

from __future__ import annotations

import pytest

from indexer.chain import text
from monitoring.ledger import Ledger, code, evidence, wallet
from plings.identity.address import format_address
from plings.monitoring import set_threshold
from plings.registry.manufacturers import register_manufacturer
from plings.registry.people import organization
from plings.registry.transfers import transfer_manufacturer
from plings.registry.wallets import activate_wallet
from registry.world import identity

FIRST, SECOND, THIRD = "2.3.2.G.3j", "2.3.2.G.3k", "2.3.5.G.3j"
ADDRESS = code(FIRST).address


def test_an_address_on_another_path_is_told_with_all_that_shows_it(ledger: Ledger) -> None:
    first, second = ledger.paid(FIRST, 1), ledger.paid(SECOND, 2, at=90, address=ADDRESS)
    assert ledger.finds(first, second) == [("address_on_paths", format_address(ADDRESS))]
    (alert,) = ledger.alerts()
    assert (alert.alert_type, alert.severity) == ("MONITOR_ADDRESS_ON_PATHS", "HIGH")
    assert alert.organization_id == organization(ledger.world.ada, "IKEA").id
    assert alert.message == (
        f"the address {format_address(ADDRESS)} is on 2 paths, and one at most is its own: {FIRST}, {SECOND}"
    )
    assert evidence(alert, "path") == [FIRST, SECOND]
    assert evidence(alert, "signature") == [text(first.signature), text(second.signature)]
    assert evidence(alert, "slot") == [first.slot, second.slot]
    assert evidence(alert, "wallet") == [format_address(wallet(1)), format_address(wallet(2))]
    assert evidence(alert, "is_final") == [True, True]


def test_it_is_found_whenever_the_second_path_comes(ledger: Ledger) -> None:
    assert ledger.finds(ledger.paid(FIRST)) == []
    assert ledger.finds(ledger.paid(THIRD)) == []
    assert ledger.finds(ledger.paid(SECOND, address=ADDRESS)) == [("address_on_paths", format_address(ADDRESS))]


def test_a_third_path_is_the_same_finding(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS))
    assert ledger.finds(ledger.paid(THIRD, address=ADDRESS)) == []
    found = ledger.finding()
    assert found.details["paths"] == [FIRST, SECOND, THIRD]
    assert (len(ledger.alerts()), found.alert_id) == (1, ledger.alerts()[0].id)


def test_one_of_two_manufacturers_is_the_platform_s_affair(ledger: Ledger) -> None:
    ledger.look(ledger.paid(FIRST), ledger.paid("2.4.2.G.3j", address=ADDRESS))
    assert ledger.finding().organization_id is None


def test_many_paths_are_told_in_few_words(ledger: Ledger) -> None:
    last = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    raws = [ledger.paid(f"2.3.2.G.{one}", by, address=ADDRESS, at=by) for by, one in enumerate(last)]
    assert len(ledger.finds(*raws)) == 1
    (alert,) = ledger.alerts()
    assert "is on 57 paths" in alert.message and alert.message.endswith(" and 52 more") and len(alert.message) < 300
    assert len(alert.details["paths"]) == 50 and len(evidence(alert, "path")) == 10


@pytest.mark.parametrize(
    "planted",
    [
        [(FIRST, 1), (FIRST, 1)],
        [(FIRST, 1), (FIRST, 2)],
        [(FIRST, 1), (SECOND, 1), (THIRD, 1)],
    ],
    ids=["paid twice", "paid by another", "three objects"],
)
def test_objects_with_their_own_addresses_are_none(ledger: Ledger, planted: list[tuple[str, int]]) -> None:
    assert ledger.finds(*(ledger.paid(path, by, at=100 * at) for at, (path, by) in enumerate(planted))) == []


def test_a_path_that_moved_to_another_wallet_is_none(ledger: Ledger) -> None:
    """The codes are printed, so the address stays what it was; but nobody else's path is the same one."""
    activate_wallet(ledger.world.ada, 2)
    transfer_manufacturer(ledger.world.ada, "2.3", 2, public_key=identity("3.3").public_key)
    moved = FIRST.replace("2.3.", "3.3.", 1)
    assert ledger.finds(ledger.paid(FIRST), ledger.paid(moved, at=100, address=ADDRESS)) == []
    key = identity("3.4").public_key
    register_manufacturer(ledger.world.ada, 2, "ACME", organization="ACME", index=3, public_key=key)
    foreign = FIRST.replace("2.3.", "3.4.", 1)
    assert len(ledger.finds(ledger.paid(foreign, at=200, address=ADDRESS))) == 1


def test_how_many_paths_are_too_many_can_be_set(ledger: Ledger) -> None:
    set_threshold(ledger.world.ada, "address_on_paths", "paths", 3)
    assert ledger.finds(ledger.paid(FIRST), ledger.paid(SECOND, address=ADDRESS)) == []
    assert len(ledger.finds(ledger.paid(THIRD, address=ADDRESS))) == 1
