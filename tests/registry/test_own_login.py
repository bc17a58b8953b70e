"""A manufacturer that logs in to the registry's database itself: what it does by its role, from its first call on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from psycopg.conninfo import make_conninfo

from plings.errors import AccessDenied, NotInRegistry
from plings.registry import Registry, open_registry
from plings.registry.alerts import alerts, resolve_alert
from plings.registry.bulk import load_pointers
from plings.registry.classes import add_class
from plings.registry.decoding import decode
from plings.registry.paths import allocate_path, allocations
from plings.registry.pointers import find_product, pointers_of_class, register_pointer
from plings.registry.words import define_level, define_value
from registry.planting import own, own_role, raise_alert
from registry.world import World


@pytest.fixture
def url(world: World) -> Iterator[str]:
    """Where IKEA logs in, as itself."""
    with own_role(world.ada, "IKEA") as role:
        yield make_conninfo(world.url, user=role)
        own(world.ada, f"DROP OWNED BY {role}")


@pytest.fixture
def ida(url: str) -> Iterator[Registry]:
    with open_registry(url, as_user="ida@ikea.example") as registry:
        assert registry.role is None
        yield registry


def test_it_registers_and_decodes_what_it_prints(world: World, ida: Registry) -> None:
    billy = world.class_id("BILLY", sku="B-1")
    pointer = register_pointer(ida, "2.3.2.G", billy).class_pointer
    define_level(ida, "2.3", 3, "category")
    define_value(ida, "2.3", 3, 1, "Chairs")
    allocate_path(ida, "2.3.2.G.2")
    told = decode(ida, "2.3.2.G.2.3j")
    assert (told.manufacturer.name, told.words[0].value_name, told.class_pointer) == ("IKEA", "Chairs", pointer)
    assert told.product is not None and told.sku == "B-1" and told.holder is not None
    assert told == decode(world.ida, "2.3.2.G.2.3j")
    assert find_product(ida, pointer).name == "BILLY"
    (mine,) = pointers_of_class(ida, billy)
    assert (mine.class_pointer, mine.path_to_pointer, mine.status) == (pointer, "2.3.2.G", "active")


def test_of_others_it_learns_what_every_shop_does(world: World, ida: Registry) -> None:
    anvil = world.class_id("Anvil", organization="ACME")
    theirs = register_pointer(world.abe, "2.4.2", anvil).class_pointer
    allocate_path(world.abe, "2.4.2.2")
    assert find_product(ida, theirs).name == "Anvil"
    assert pointers_of_class(ida, anvil) == [] and allocations(ida) == []
    told = decode(ida, "2.4.2.2.3j")
    assert (told.manufacturer.name, told.product, told.holder) == (None, None, None)
    for forbidden in (
        lambda: register_pointer(ida, "2.4.3", anvil),
        lambda: allocate_path(ida, "2.4.3"),
        lambda: load_pointers(ida, "2.3", [("2.3.5", anvil)]),
        lambda: add_class(ida, "Anvil II", organization="ACME"),
    ):
        with pytest.raises((AccessDenied, NotInRegistry)):
            forbidden()


def test_it_resolves_alerts_about_itself(world: World, ida: Registry) -> None:
    ikea, acme = (
        own(world.ada, "SELECT id FROM organizations WHERE name = %s", [one])[0]["id"] for one in ("IKEA", "ACME")
    )
    for message, organization in (("of IKEA", ikea), ("of ACME", acme), ("of the platform", None)):
        raise_alert(world.ada, message, organization=organization)
    every = {one.message: one.id for one in alerts(world.ada)}
    assert [one.message for one in alerts(ida)] == ["of IKEA"]
    for message in ("of ACME", "of the platform"):
        with pytest.raises(NotInRegistry):
            resolve_alert(ida, every[message])
    with pytest.raises(AccessDenied):
        ida.rows("UPDATE system_alerts SET severity = 'LOW'")
    assert resolve_alert(ida, every["of IKEA"]).resolved_by == world.ida.user_id
    assert {one.message for one in alerts(world.ada)} == {"of ACME", "of the platform"}


def test_by_its_role_nobody_acts_but_its_own_admins(world: World, url: str) -> None:
    raise_alert(world.ada, organization=own(world.ada, "SELECT id FROM organizations WHERE name = 'IKEA'")[0]["id"])
    with open_registry(url, as_user="ivo@ikea.example") as ivo:
        (alert,) = alerts(ivo)
        with pytest.raises(AccessDenied):
            resolve_alert(ivo, alert.id)
    for stranger in ("ada@plings.example", "abe@acme.example"):
        with pytest.raises(NotInRegistry), open_registry(url, as_user=stranger):
            pass
