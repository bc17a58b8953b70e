"""Classes: products of an organisation, with codes that others read too."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from plings.errors import AccessDenied, AlreadyRegistered, NotInRegistry, RegistryError, StateRefused, ValueRefused
from plings.registry.classes import ObjectClass, add_class, change_class, classes, object_class
from registry.planting import own
from registry.together import at_once
from registry.world import World


def add(world: World, name: str = "BILLY", **facts: object) -> ObjectClass:
    return add_class(world.ida, name, organization="IKEA", **facts)


def test_a_class_is_what_was_said_of_it(world: World) -> None:
    made = add(
        world,
        "BILLY Bokhylla vit 80×28×202 cm",
        description="Two lines\nof text",
        sku="00263850",
        gtin="4006381333931",
        category="Furniture",
        subcategory="Bookcases",
        price_currency="SEK",
        price_amount=Decimal("499.9500"),
        weight_grams=40_000,
        dimensions_cm="80x28x202",
    )
    assert object_class(world.ivo, made.id) == made
    assert (made.price_amount, made.status) == (Decimal("499.9500"), "active")
    assert classes(world.ivo, organization="ikea", sku="00263850") == [made]


@pytest.mark.parametrize("gtin", ["96385074", "036000291452", "4006381333931", "10614141000415"])
def test_gtins_of_every_length_are_taken(world: World, gtin: str) -> None:
    assert add(world, gtin=gtin).gtin == gtin


def test_gtins_with_a_slip_are_refused(world: World) -> None:
    right = "4006381333931"
    slips = [right[:place] + str((int(right[place]) + 1) % 10) + right[place + 1 :] for place in range(13)]
    swapped = [right[:place] + right[place + 1] + right[place] + right[place + 2 :] for place in (0, 2)]
    for gtin in [*slips, *(one for one in swapped if one != right)]:
        with pytest.raises(ValueRefused, match="gtin_check_digit"):
            add(world, gtin=gtin)
    for gtin in (
        "",
        "1234567",
        "12345678901",
        "123456789012345",
        "4006381333931\n",
        "４００６３８１３３３９３１",
        "40063813339AB",
    ):
        with pytest.raises(ValueRefused):
            add(world, gtin=gtin)
    made = add(world, gtin=right)
    with pytest.raises(ValueRefused, match="gtin_check_digit"):
        change_class(world.ida, made.id, gtin=slips[3])


def test_a_sku_is_one_class_s_in_its_organisation(world: World) -> None:
    add(world, sku="00263850")
    with pytest.raises(AlreadyRegistered, match="idx_class_sku"):
        add(world, "MALM", sku="00263850")
    add_class(world.abe, "Anvil", organization="ACME", sku="00263850")
    assert len(classes(world.ada, sku="00263850")) == 2
    outcome = at_once(
        world.url, ["ida@ikea.example"] * 4, lambda registry, _: add_class(registry, "X", organization="IKEA", sku="1")
    )
    assert sum(isinstance(one, ObjectClass) for one in outcome) == 1


def test_a_price_has_a_currency(world: World) -> None:
    for facts in (
        {"price_amount": 1},
        {"price_currency": "SEK"},
        {"price_amount": -1, "price_currency": "SEK"},
        {"price_amount": 1, "price_currency": "sek"},
        {"price_amount": 1, "price_currency": "SEKK"},
        {"price_amount": Decimal("1e20"), "price_currency": "SEK"},
        {"price_amount": Decimal("NaN"), "price_currency": "SEK"},
        {"price_amount": Decimal("Infinity"), "price_currency": "SEK"},
        {"weight_grams": -1},
        {"weight_grams": 2**31},
    ):
        with pytest.raises(ValueRefused):
            add(world, **facts)
    assert classes(world.ada) == []


def test_hostile_texts_are_refused_or_kept_as_they_are(world: World) -> None:
    for text in ("", " x", "x\n", "x\x00", "x\u202e", "x\u200b", "e\u0301", "x" * 201, "x\ud800"):
        for column in ("name", "sku", "category", "subcategory", "dimensions_cm"):
            with pytest.raises(ValueRefused):
                add(world, **{"name": "X"} | {column: text})
    for text in ("'; DROP TABLE object_classes; --", "%s %(x)s", "$1", "\\", '"', "<script>", "Å" * 200, "𝔘"):
        made = add(world, text, category=text, description=text)
        assert (made.name, made.category, made.description) == (text, text, text)
        assert object_class(world.ada, made.id) == made


def test_only_facts_of_a_class_are_taken(world: World) -> None:
    made = add(world)
    for fact in ("manufacturer_organization_id", "id", "created_by", "status = 'archived' --", "", "price"):
        with pytest.raises(ValueRefused, match="unknown_fact"):
            change_class(world.ida, made.id, **{fact: None})
    assert change_class(world.ida, made.id) == made


def test_a_class_is_its_organisation_s_to_change(world: World) -> None:
    made = add(world)
    for who in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            change_class(who, made.id, name="Mine")
        with pytest.raises(AccessDenied):
            add_class(who, "Mine", organization="IKEA")
    assert change_class(world.ina, made.id, name="MALM").name == "MALM"
    assert change_class(world.ada, made.id, status="discontinued").status == "discontinued"
    with pytest.raises(ValueRefused):
        change_class(world.ida, made.id, status="gone")
    with pytest.raises(NotInRegistry):
        change_class(world.ada, uuid4(), name="Nothing")
    acme = "(SELECT id FROM organizations WHERE name = 'ACME')"
    for registry in (world.abe, world.ida, world.ada):
        with pytest.raises((AccessDenied, StateRefused)):
            registry.rows(f"UPDATE object_classes SET manufacturer_organization_id = {acme}")
    for removal in ("DELETE FROM object_classes", "TRUNCATE object_classes CASCADE"):
        with pytest.raises(RegistryError):
            own(world.ada, removal)


def test_who_made_a_class_is_not_for_the_maker_to_say(world: World) -> None:
    insert = """
        INSERT INTO object_classes (name, manufacturer_organization_id, created_by)
        SELECT 'X', organizations.id, users.id FROM organizations, users
        WHERE organizations.name = 'IKEA' AND email = 'ivo@ikea.example' RETURNING created_by
    """
    assert world.ida.rows(insert)[0]["created_by"] == world.ida.user_id


def test_a_class_is_not_below_itself(world: World) -> None:
    furniture = add(world, "Furniture")
    shelves = add(world, "Shelves", parent_class_id=furniture.id)
    billy = add(world, "BILLY", parent_class_id=shelves.id)
    for above, below in ((furniture, billy), (furniture, shelves), (shelves, billy)):
        with pytest.raises(AlreadyRegistered, match="class_circle"):
            change_class(world.ida, above.id, parent_class_id=below.id)
    with pytest.raises(RegistryError):
        change_class(world.ida, billy.id, parent_class_id=billy.id)
    with pytest.raises(NotInRegistry):
        add(world, "X", parent_class_id=uuid4())
    assert change_class(world.ida, billy.id, parent_class_id=furniture.id).parent_class_id == furniture.id
    assert change_class(world.ida, shelves.id, parent_class_id=billy.id).parent_class_id == billy.id


def test_a_circle_is_not_closed_by_many_at_once(world: World) -> None:
    ring = [add(world, f"class {number}").id for number in range(6)]

    def close(registry: object, number: int) -> UUID | None:
        return change_class(registry, ring[number], parent_class_id=ring[(number + 1) % 6]).parent_class_id  # type: ignore[arg-type]

    outcome = at_once(world.url, ["ida@ikea.example"] * 6, close)
    assert sum(isinstance(one, AlreadyRegistered) for one in outcome) == 1
    assert sum(one.parent_class_id is not None for one in classes(world.ada)) == 5


def test_a_parent_is_seen_whose_it_is(world: World) -> None:
    anvil = add_class(world.abe, "Anvil", organization="ACME")
    assert add(world, "X", parent_class_id=anvil.id).parent_class_id == anvil.id
    assert [one.name for one in classes(world.ada)] == ["Anvil", "X"]
    assert classes(world.ada, limit=1)[0].name == "Anvil"
