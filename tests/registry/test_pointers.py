"""Class pointers: registered by whom they are of, found by everybody."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    ClassPointerError,
    NotInRegistry,
    PathError,
    RegistryError,
    StateRefused,
    ValueRefused,
)
from plings.identity import class_pointer, format_address
from plings.registry.bulk import load_pointers
from plings.registry.classes import add_class, change_class
from plings.registry.manufacturers import register_manufacturer, set_manufacturer_status, set_public_key
from plings.registry.pointers import (
    Registration,
    find_product,
    find_products,
    pointers_of_class,
    register_pointer,
    verify_pointer,
)
from plings.registry.wallets import deprecate_wallet, mark_wallet_compromised
from registry.cluster import paths
from registry.planting import own
from registry.together import at_once
from registry.world import World, identity

KEY = format_address(identity("2.3").public_key)
ACME = format_address(identity("2.4").public_key)


def rows(world: World) -> int:
    (counted,) = own(
        world.ada,
        "SELECT (SELECT count(*) FROM class_pointers) AS held, "
        "(SELECT count(*) FROM global_class_pointer_registry) AS known",
    )
    assert counted["held"] == counted["known"]
    return int(counted["held"])


def test_a_pointer_is_the_one_that_codes_have(world: World) -> None:
    for path in ("2.3.2", "2.3.2.9.G.3j", "2.3" + 12 * ".1", "2.3.4GmR58"):
        made = register_pointer(world.ida, path, world.class_id(path))
        assert made == Registration(class_pointer(identity("2.3").public_key, path).text, path, True)
        assert find_product(world.nobody, made.class_pointer).path_to_pointer == path
    assert rows(world) == 4


def test_again_it_is_no_error_and_nothing_new(world: World) -> None:
    billy = world.class_id("BILLY")
    first = register_pointer(world.ida, "2.3.2", billy)
    again = register_pointer(world.ina, "2.3.2", billy)
    assert (again.added, again.class_pointer) == (False, first.class_pointer)
    assert rows(world) == 1


def test_a_path_is_one_class_s_and_a_class_may_have_several(world: World) -> None:
    billy = world.class_id("BILLY")
    register_pointer(world.ida, "2.3.2", billy)
    with pytest.raises(AlreadyRegistered, match="other_class"):
        register_pointer(world.ida, "2.3.2", world.class_id("MALM"))
    register_pointer(world.ida, "2.3.9.2", billy)
    assert [one.path_to_pointer for one in pointers_of_class(world.ida, billy)] == ["2.3.9.2", "2.3.2"]
    assert not own(world.ada, "SELECT 1 FROM system_alerts")


def test_many_who_register_the_same_at_once_register_it_once(world: World) -> None:
    billy = world.class_id("BILLY")
    outcome = at_once(
        world.url, ["ida@ikea.example", "ina@ikea.example"] * 3, lambda one, _: register_pointer(one, "2.3.2", billy)
    )
    assert sorted(one.added for one in outcome if isinstance(one, Registration)) == 5 * [False] + [True]
    assert rows(world) == 1


def test_a_class_is_registered_below_its_own_manufacturer_s_prefix(world: World) -> None:
    billy, anvil = world.class_id("BILLY"), world.class_id("Anvil", organization="ACME")
    for who in (world.ida, world.ada):
        with pytest.raises(ValueRefused, match="unregistrable"):
            register_pointer(who, "2.3.2", anvil)
    with pytest.raises(ValueRefused, match="unregistrable"):
        register_pointer(world.ada, "2.4.2", billy)
    with pytest.raises(ValueRefused, match="unregistrable"):
        register_pointer(world.ida, "2.3.2", uuid4())
    with pytest.raises(NotInRegistry):
        register_pointer(world.ada, "2.33.2", billy)
    # whose key it is says nothing of where it prints
    insert = "INSERT INTO class_pointers (class_pointer, manufacturer_pubkey, path_to_pointer, class_id) "
    for path in ("2.4.2", "2.33.2", "3.3.2"):
        with pytest.raises(ValueRefused, match=r"not below 2\.3"):
            world.ida.rows(f"{insert} VALUES (class_pointer_of(%s, %s), %s, %s, %s)", [KEY, path, KEY, path, billy])
    assert rows(world) == 0


def test_only_who_looks_after_the_organisation_registers(world: World) -> None:
    billy = world.class_id("BILLY")
    for who in (world.ivo, world.abe, world.nobody):
        with pytest.raises(AccessDenied):
            register_pointer(who, "2.3.2", billy)
    assert rows(world) == 0


def test_a_row_past_the_function_is_checked_all_the_same(world: World) -> None:
    billy = world.class_id("BILLY")
    number = "SELECT class_pointer_of(%s, '2.3.2') AS number"
    pointer = own(world.ada, number, [KEY])[0]["number"]
    for table in ("class_pointers", *(f"class_pointers_{shard:02}" for shard in range(16))):
        insert = f"INSERT INTO {table} (class_pointer, manufacturer_pubkey, path_to_pointer, class_id)"
        for facts in ([pointer + 1, KEY, "2.3.2", billy], [pointer, KEY, "2.3.3", billy]):
            with pytest.raises(RegistryError):
                world.ida.rows(f"{insert} VALUES (%s, %s, %s, %s)", facts)
        with pytest.raises(RegistryError):
            world.abe.rows(f"{insert} VALUES (%s, %s, %s, %s)", [pointer, KEY, "2.3.2", billy])
    with pytest.raises(AccessDenied):
        world.ada.rows("INSERT INTO global_class_pointer_registry VALUES (1, %s, 1, 1)", [billy])
    assert rows(world) == 0


def test_who_is_not_active_registers_nothing(world: World) -> None:
    billy = world.class_id("BILLY")
    set_manufacturer_status(world.ada, "2.3", "suspended")
    with pytest.raises(ValueRefused, match="suspended"):
        register_pointer(world.ida, "2.3.2", billy)
    set_manufacturer_status(world.ada, "2.3", "active")
    made = register_pointer(world.ida, "2.3.2", billy)
    deprecate_wallet(world.ada, 1)
    with pytest.raises(ValueRefused, match="deprecated"):
        register_pointer(world.ida, "2.3.3", billy)
    mark_wallet_compromised(world.ada, 1)
    set_manufacturer_status(world.ada, "2.3", "compromised")
    product = find_product(world.nobody, made.class_pointer)  # a shop is told, and decides
    assert (product.wallet_status, product.manufacturer_status) == ("compromised", "compromised")


def test_a_manufacturer_without_a_key_has_no_pointers(world: World) -> None:
    register_manufacturer(world.ada, 1, "Bakery", organization="ACME")
    bread = add_class(world.abe, "Bread", organization="ACME")
    with pytest.raises(ValueRefused, match="no_key"):
        register_pointer(world.abe, "2.5.2", bread.id)
    set_public_key(world.ada, "2.5", identity("2.5").public_key)
    pointer = register_pointer(world.abe, "2.5.2", bread.id).class_pointer
    assert pointer == class_pointer(identity("2.5").public_key, "2.5.2").text
    assert find_product(world.ada, pointer).manufacturer_name == "Bakery"


def test_what_is_no_path_or_pointer_is_refused(world: World) -> None:
    billy = world.class_id("BILLY")
    for path in ("", "2", "2.3.", "2.3.0", "2.3.13", "2.3.-3", "2.3.4GmR59", "2.3" + 13 * ".2", "2.3.2\n", "2.3.2'--"):
        with pytest.raises(PathError):
            register_pointer(world.ida, path, billy)
    for pointer in ("", "1" * 10, "1" * 12, "0" * 11, "z" * 11, "'; SELECT 1", "1111111111\n"):
        with pytest.raises(ClassPointerError):
            find_product(world.ada, pointer)
        with pytest.raises(ClassPointerError):
            find_products(world.ada, ["11111111111", pointer])
        with pytest.raises(ClassPointerError):
            verify_pointer(world.ida, pointer, KEY, "2.3.2")


def test_a_product_is_told_with_what_a_shop_wants_to_know(world: World) -> None:
    facts = {"sku": "00263850", "gtin": "4006381333931", "price_currency": "SEK", "price_amount": 499}
    billy = add_class(world.ida, "BILLY", organization="IKEA", category="Furniture", **facts)
    pointer = register_pointer(world.ida, "2.3.2", billy.id).class_pointer
    product = find_product(world.nobody, pointer)
    assert (product.name, product.sku, product.gtin, product.price_amount, product.price_currency) == (
        *("BILLY", "00263850", "4006381333931"),
        *(499, "SEK"),
    )
    assert (product.manufacturer_name, product.prefix, product.manufacturer_pubkey) == ("IKEA", "2.3", KEY)
    assert {product.class_status, product.pointer_status, product.wallet_status} == {"active"}
    change_class(world.ida, billy.id, status="discontinued", price_amount=399)
    assert find_product(world.ada, pointer).class_status == "discontinued"
    assert find_product(world.ada, pointer).price_amount == 399


def test_products_are_found_together(world: World) -> None:
    made = [register_pointer(world.ida, f"2.3.{one}", world.class_id(one)).class_pointer for one in "23456"]
    found = find_products(world.ada, [*made, "11111111111"])
    assert {one.class_pointer: one.name for one in found} == dict(zip(made, "23456", strict=True))
    assert find_products(world.ada, []) == []
    with pytest.raises(NotInRegistry):
        find_product(world.ada, "11111111111")


def test_pointers_of_all_numbers_keep_their_text(world: World) -> None:
    for number in (0, 1, 57, 2**63 - 1, -(2**63), -1):
        (row,) = own(
            world.ada,
            "SELECT pointer_text(%(n)s::bigint) AS text, pointer_from_text(pointer_text(%(n)s::bigint)) AS back",
            {"n": number},
        )
        assert row["back"] == number and len(row["text"]) == 11
    for text in ("jpXCZedGfVR", "zzzzzzzzzzz", "1111111111", "0" * 11, "1111111111é"):
        assert own(world.ada, "SELECT pointer_from_text(%s) AS number", [text])[0]["number"] is None


def test_a_verification_is_noted_where_all_is_right(world: World) -> None:
    pointer = register_pointer(world.ida, "2.3.2", world.class_id("BILLY")).class_pointer
    (before,) = pointers_of_class(world.ida, find_product(world.ida, pointer).class_id)
    assert before.verified_at is None
    for wrong in (
        (pointer, KEY, "2.3.3"),
        (pointer, format_address(identity("2.4").public_key), "2.3.2"),
        ("11111111111", KEY, "2.3.2"),
    ):
        assert not verify_pointer(world.ida, *wrong)
    assert verify_pointer(world.ida, pointer, KEY, "2.3.2")
    (after,) = pointers_of_class(world.ida, before.class_id)
    assert after.verified_at is not None


def test_what_a_pointer_is_stays(world: World) -> None:
    billy, malm = world.class_id("BILLY"), world.class_id("MALM")
    register_pointer(world.ida, "2.3.2", billy)
    for change in (f"class_id = '{malm}'", "path_to_pointer = '2.3.3'", "class_pointer = 1", "created_at = now()"):
        with pytest.raises((StateRefused, ValueRefused)):
            world.ida.rows(f"UPDATE class_pointers SET {change}")
    with pytest.raises(AccessDenied):
        world.abe.rows("UPDATE class_pointers SET status = 'deprecated'")
    world.ida.rows("UPDATE class_pointers SET status = 'deprecated'")
    for removal in (
        "DELETE FROM class_pointers",
        "TRUNCATE class_pointers",
        "DELETE FROM class_pointers_00",
        "TRUNCATE class_pointers_00",
        "DELETE FROM global_class_pointer_registry",
        "UPDATE global_class_pointer_registry SET shard_id = 1",
        "TRUNCATE global_class_pointer_registry",
    ):
        with pytest.raises(RegistryError):
            own(world.ada, removal)
    assert rows(world) == 1


def test_a_change_by_another_organisation_changes_nothing_of_anybody(world: World) -> None:
    """Of all rows of a statement it is asked whose they are; also of one that names a partition, as the owner can."""
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    register_pointer(world.abe, "2.4.2", world.class_id("Anvil", organization="ACME"))
    for who, key in ((world.ida, ACME), (world.ivo, ACME), (world.abe, KEY), (world.ivo, KEY)):
        for table in ("class_pointers", partition_of(world, key)):
            with pytest.raises(AccessDenied, match="organization_admin"):
                own(who, f"UPDATE {table} SET status = 'deprecated'")
    assert {one["status"] for one in own(world.ada, "SELECT status FROM class_pointers")} == {"active"}
    assert changes(world) == []


@pytest.mark.parametrize("by", ["the table", "the partition"])
def test_of_each_pointer_that_changed_the_trail_tells_what_was_before_and_after(world: World, by: str) -> None:
    classes = [world.class_id(name) for name in ("BILLY", "MALM")]
    for number, one in enumerate(classes, 2):
        register_pointer(world.ida, f"2.3.{number}", one)
    own(world.ada, "UPDATE class_pointers SET status = 'deprecated' WHERE path_to_pointer = '2.3.3'")
    before = {one["path_to_pointer"]: one for one in own(world.ada, "SELECT * FROM class_pointers")}
    noted = len(changes(world))
    table = "class_pointers" if by == "the table" else partition_of(world, KEY)
    update = f"UPDATE {table} SET status = 'deprecated', updated_at = '2001-01-01' RETURNING *, now() AS at"
    made = own(world.ida, update)
    assert {one["updated_at"] for one in made} == {made[0]["at"]}
    (told,) = changes(world)[noted:]  # the other one's status was that already
    assert (told["user_id"], told["database_role"]) == (world.ida.user_id, "plings")
    assert told["before"]["path_to_pointer"] == "2.3.2" and told["before"]["status"] == "active"
    assert told["before"]["class_pointer"] == before["2.3.2"]["class_pointer"]
    after = {"status": "deprecated", "updated_at": told["after"]["updated_at"]}
    assert told["after"] == told["before"] | after and after["updated_at"] is not None


def test_no_rows_are_nobody_s_to_guard(world: World) -> None:
    assert own(world.nobody, "UPDATE class_pointers SET status = 'deprecated' RETURNING 1 AS one") == []
    assert changes(world) == []


def test_many_change_as_quickly_after_a_few_did(world: World) -> None:
    """A plan that was made for one row compares each row before with each after: 10,000 would take ten seconds."""
    billy = world.class_id("BILLY")
    load_pointers(world.ida, "2.3", [(path, billy) for path in paths("2.3", 10_000)])
    first = "(SELECT path_to_pointer FROM class_pointers WHERE status = 'active' LIMIT 1)"
    for _ in range(7):
        own(world.ida, f"UPDATE class_pointers SET status = 'deprecated' WHERE path_to_pointer = {first}")
    with world.ida.transaction() as connection:
        connection.execute("SET LOCAL statement_timeout = '5s'")
        connection.execute("UPDATE class_pointers SET status = 'deprecated' WHERE status = 'active'")
    assert len(changes(world)) == 10_000


def partition_of(world: World, key: str) -> str:
    """The table that holds a manufacturer's pointers."""
    (maker,) = own(world.ada, "SELECT shard_id FROM manufacturer_registry WHERE ed25519_public_key = %s", [key])
    return f"class_pointers_{maker['shard_id']:02}"


def changes(world: World) -> list[dict[str, Any]]:
    """What the audit trail tells of changed pointers."""
    select = "SELECT * FROM audit_trail WHERE table_name = 'class_pointers' AND operation = 'UPDATE' ORDER BY id"
    return own(world.ada, select)
