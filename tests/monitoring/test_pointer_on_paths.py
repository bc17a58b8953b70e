"""One class pointer on the paths of several classes."""

from __future__ import annotations

from monitoring.ledger import Ledger, code, evidence
from plings.identity import class_pointer
from plings.registry.pointers import register_pointer
from registry.world import identity

PATH, OTHER = "2.3.2.G.3j", "2.3.5.G.3j"
POINTER = code(PATH).class_pointer


def test_a_pointer_that_two_classes_are_paid_with_is_told(ledger: Ledger) -> None:
    """As two classes that somebody made collide would show: the program takes both."""
    assert ledger.finds(ledger.paid(PATH)) == []
    assert ledger.finds(ledger.paid(OTHER, at=60, pointer=POINTER.value)) == [("pointer_on_paths", POINTER.text)]
    (alert,) = ledger.alerts()
    assert alert.alert_type == "MONITOR_POINTER_ON_PATHS" and alert.severity == "HIGH"
    assert alert.message == f"the class pointer {POINTER.text} is on the paths of 2 classes: 2.3.2, 2.3.5"
    assert alert.details["class_paths"] == ["2.3.2", "2.3.5"] and evidence(alert, "path") == ["2.3.2", "2.3.5"]


def test_a_pointer_that_is_registered_for_another_class_is_told(ledger: Ledger) -> None:
    world = ledger.world
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    assert ledger.finds(ledger.paid(PATH)) == []
    assert [key for name, key in ledger.finds(ledger.paid(OTHER, pointer=POINTER.value)) if name == "pointer_on_paths"]
    found = ledger.finding(pattern="pointer_on_paths")
    assert found.details["registered_path"] == "2.3.2" and found.message.endswith("; 2.3.2 is the registered one")


def test_it_is_told_when_only_the_other_class_is_paid_for(ledger: Ledger) -> None:
    world = ledger.world
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    found = ledger.finds(ledger.paid(OTHER, pointer=POINTER.value))
    assert ("pointer_on_paths", POINTER.text) in found


def test_a_product_that_was_reorganised_has_several_pointers_and_is_none(ledger: Ledger) -> None:
    world = ledger.world
    product = world.class_id("BILLY")
    for path in ("2.3.2", "2.3.5", "2.3.5.7"):
        register_pointer(world.ida, path, product)
    paths = [PATH, OTHER, "2.3.5.7.G.3j", PATH]
    assert ledger.finds(*(ledger.paid(path, at=100 * at) for at, path in enumerate(paths))) == []


def test_many_batches_of_one_class_are_none(ledger: Ledger) -> None:
    raws = [ledger.paid(f"2.3.2.{batch}.{one}", at=9) for batch in "23456" for one in "789"]
    assert ledger.finds(*raws) == []
    assert class_pointer(identity("2.3").public_key, "2.3.2").text == POINTER.text
