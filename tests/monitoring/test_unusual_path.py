"""Paths unusual for their manufacturer, by what the registry knows of it."""

from __future__ import annotations

from monitoring.ledger import Ledger
from plings.registry.manufacturers import register_manufacturer
from plings.registry.paths import allocate_path, allocate_range, set_allocation_status
from plings.registry.people import organization
from plings.registry.pointers import register_pointer
from plings.registry.transfers import transfer_allocation
from plings.registry.wallets import activate_wallet
from plings.registry.words import define_level, define_value
from registry.world import identity

PATH = "2.3.2.G.3j"
"""Batch 15 of class 2.3.2, instance 158."""


def levels(ledger: Ledger) -> None:
    """Two levels, of which only the first is required; the first has words, one of them out of use."""
    ida = ledger.world.ida
    define_level(ida, "2.3", 3, "category")
    define_level(ida, "2.3", 4, "product", required=False)
    define_value(ida, "2.3", 3, 1, "Furniture")
    define_value(ida, "2.3", 3, 2, "Lamps")
    ida.rows("UPDATE path_level_values SET is_active = false WHERE level_value = 2")


def test_nothing_is_unusual_for_who_told_the_registry_nothing(ledger: Ledger) -> None:
    assert ledger.finds(ledger.paid(PATH), ledger.paid("2.3.5.6.7.8.G.3j", at=9)) == []


def test_nothing_is_unusual_for_a_manufacturer_that_it_does_not_know(ledger: Ledger) -> None:
    ledger.world.class_id("BILLY")
    assert ledger.finds(ledger.paid("2.9.2.G.3j", address=b"\3" + bytes(31), pointer=b"12345678")) == []


def test_a_class_that_is_not_registered_is_unusual_for_who_registers_classes(ledger: Ledger) -> None:
    world = ledger.world
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    assert ledger.finds(ledger.paid(PATH)) == []
    assert ledger.finds(ledger.paid("2.3.5.G.3j")) == [("unusual_path", "2.3 unregistered")]
    (alert,) = ledger.alerts()
    assert alert.severity == "MEDIUM" and alert.organization_id == organization(world.ada, "IKEA").id
    assert alert.message == (
        "objects of IKEA (2.3) were paid for that are of a class that it has not registered: 2.3.5.G.3j"
    )
    assert ledger.finds(ledger.paid("2.4.5.G.3j", at=60)) == []


def test_made_up_classes_are_told_of_once(ledger: Ledger) -> None:
    ledger.world.class_id("BILLY")
    raws = [ledger.paid(f"2.3.{one}.G.3j", by, at=by) for by, one in enumerate("23456789ABCDEFGH")]
    assert ledger.finds(*raws[:8]) == [("unusual_path", "2.3 unregistered")]
    assert ledger.finds(*raws[8:]) == []
    assert len(ledger.finding().details["evidence"]) == 8


def test_levels_and_words_say_what_is_usual(ledger: Ledger) -> None:
    levels(ledger)
    usual = ["2.3.2.G.3j", "2.3.3.G.3j", "2.3.2.7ue.G.3j"]
    assert ledger.finds(*(ledger.paid(path, at=at) for at, path in enumerate(usual))) == []
    assert ledger.finds(ledger.paid("2.3.2.4.5.G.3j", at=60)) == [("unusual_path", "2.3 too_deep")]
    assert ledger.finds(ledger.paid("2.3.9.G.3j", at=70)) == [("unusual_path", "2.3 unknown_value")]
    assert ledger.finds(ledger.paid("2.3.G.3j", at=80)) == [("unusual_path", "2.3 too_shallow")]


def test_a_registered_class_is_usual_whatever_its_levels(ledger: Ledger) -> None:
    levels(ledger)
    register_pointer(ledger.world.ida, "2.3.9.4.5", ledger.world.class_id("BILLY"))
    assert ledger.finds(ledger.paid("2.3.9.4.5.G.3j")) == []


def test_what_was_not_allocated_is_unusual_for_who_allocates(ledger: Ledger) -> None:
    ida = ledger.world.ida
    allocate_range(ida, PATH.rpartition(".")[0], 100, 59)
    allocate_path(ida, "2.3.5")
    usual = [PATH, "2.3.2.G.2j", "2.3.5.6.G.3j"]
    assert ledger.finds(*(ledger.paid(path, at=at) for at, path in enumerate(usual))) == []
    assert ledger.finds(ledger.paid("2.3.2.G.3k", at=60)) == [("unusual_path", "2.3 not_allocated")]
    assert ledger.finding().details["paths"] == ["2.3.2.G.3k"]
    ledger.look(ledger.paid("2.3.2.H.3j", at=70))
    assert ledger.finding().details["paths"] == ["2.3.2.H.3j"]


def test_a_range_of_batches_holds_what_is_in_it(ledger: Ledger) -> None:
    allocate_range(ledger.world.ida, "2.3.2", 10, 6)
    assert ledger.finds(ledger.paid(PATH)) == []
    assert ledger.finds(ledger.paid("2.3.2.H.3j")) == [("unusual_path", "2.3 not_allocated")]


def test_what_was_used_up_retired_or_transferred_is_printed_and_usual(ledger: Ledger) -> None:
    world = ledger.world
    activate_wallet(world.ada, 2)
    register_manufacturer(world.ada, 2, "IKEA", organization="IKEA", index=2, public_key=identity("3.3").public_key)
    used_up, retired, moved = (allocate_path(world.ida, f"2.3.{one}") for one in "256")
    set_allocation_status(world.ida, used_up.id, "exhausted")
    set_allocation_status(world.ida, retired.id, "retired")
    transfer_allocation(world.ida, moved.id, 2)
    paths = ["2.3.2.G.3j", "2.3.5.G.3j", "2.3.6.G.3j", "3.3.6.G.3j"]
    assert ledger.finds(*(ledger.paid(path, at=at) for at, path in enumerate(paths))) == []


def test_what_is_reserved_is_not_sold(ledger: Ledger) -> None:
    allocate_path(ledger.world.ida, "2.3.2", kind="reserved")
    assert ledger.finds(ledger.paid(PATH)) == [("unusual_path", "2.3 reserved")]
