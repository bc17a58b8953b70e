"""The seed's example queries run, and give what the seed says that they mean.

Each is a file in seed_queries, which says what about it was fixed.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from plings.errors import AccessDenied, ApprovalNeeded, PathTaken
from plings.identity import format_address
from plings.registry import Registry
from plings.registry.classes import add_class, change_class
from plings.registry.manufacturers import register_manufacturer
from plings.registry.paths import allocate_path, allocate_range, is_free, set_allocation_status
from plings.registry.pointers import register_pointer
from plings.registry.wallets import activate_wallet, default_wallet, wallet, wallets
from registry.planting import plant_pointer, unguarded
from registry.world import World, agreed, identity

FOLDER = Path(__file__).with_name("seed_queries")
KEY = format_address(identity("2.3").public_key)


def run(registry: Registry, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """What the query of a file gives. One of several statements gives nothing."""
    (file,) = FOLDER.glob(f"{name}_*.sql")
    return registry.rows(file.read_text(encoding="utf-8"), parameters or ())


def column(rows: list[dict[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]


@pytest.fixture
def two(world: World) -> World:
    """Both wallets are active, and Plings and IKEA are in both: as 2.2 and 2.3, and 3.2 and 3.3."""
    activate_wallet(world.ada, 2)
    for index, name in ((1, "Plings"), (2, "IKEA")):
        key = identity(f"3.{index + 1}").public_key
        register_manufacturer(world.ada, 2, name, organization=name, index=index, public_key=key)
    return world


def test_every_query_is_asked_here_and_says_what_was_fixed() -> None:
    asked = set(re.findall(r'"([ab]\d\d)(?:_\*\.sql)?"', Path(__file__).read_text(encoding="utf-8")))
    assert asked == {file.stem[:3] for file in FOLDER.iterdir()}
    for file in FOLDER.iterdir():
        assert file.suffix == ".sql" and file.read_text(encoding="utf-8").startswith("-- "), file.name


def test_wallet_queries(world: World) -> None:
    (default,) = run(world.ada, "a01")
    assert (default["version_id"], default["version_name"], default["status"]) == (1, "v1", "active")
    assert column(run(world.ada, "a02"), "version_id") == [1]
    (second,) = run(world.ada, "a03")
    assert (second["version_id"], second["master_key_id"], second["status"]) == (2, "file:wallet-v2", "inactive")
    activate_wallet(world.ada, 2)
    assert column(run(world.ada, "a02"), "version_id") == [1, 2]


AVAILABLE: dict[Any, bool] = {
    None: True,
    "2.3.4.5.B": False,
    "2.3.4.5": False,  # above it
    "2.3.4.5.B.7": False,  # below it
    ("2.3.4.5", 1, 10): False,  # a range around it
    ("2.3.4.5", 1, 9): True,
    "2.3.4.5.C": True,
    "2.3.4.5.2B": True,  # no parent, though it begins like one
    "2.4.4.5.B": True,
}


def test_whether_a_path_is_available(world: World) -> None:
    for held, available in AVAILABLE.items():
        with world.ada.transaction():
            if isinstance(held, str):
                allocate_path(world.ada, held)
            elif held:
                allocate_range(world.ada, *held)
            assert run(world.ida, "a04") == [{"is_available": available}], held
            assert is_free(world.ida, "2.3.4.5.B") == available
            raise psycopg.Rollback


def test_allocation_queries(world: World) -> None:
    allocate_range(world.ida, "2.3.4.5", 1, 1000, purpose="spring")
    allocate_path(world.ida, "2.3.4.6", kind="test")
    allocate_path(world.abe, "2.4.2")
    retired = allocate_path(world.ida, "2.3.9")
    set_allocation_status(world.ida, retired.id, "retired")
    held = run(world.ada, "a05")
    assert column(held, "path") == ["2.4.2", "2.3.4.6", "2.3.4.5"]
    assert (held[2]["quantity"], held[2]["allocated_range_start"], held[2]["allocated_range_end"]) == (1000, 1, 1000)
    assert held[2]["purpose"] == "spring"
    assert run(world.ada, "a06") == [{"path": "2.3.4.5", "quantity": 1000}]
    statistics = {row.pop("allocation_type"): row for row in run(world.ada, "a07")}
    assert statistics == {
        "production": {"allocations": 2, "total_instances": 1001},
        "test": {"allocations": 1, "total_instances": 1},
    }


def test_conflicts_above_a_path_are_found_too(world: World) -> None:
    allocate_path(world.ida, "2.3.4")
    assert run(world.ada, "a06") == [{"path": "2.3.4", "quantity": 1}]


def test_manufacturer_queries(two: World) -> None:
    (second,) = run(two.ada, "a08")
    assert (second["manufacturer_name"], second["prefix"], second["ed25519_public_key"]) == ("IKEA", "2.3", KEY)
    assert column(run(two.ada, "a09"), "manufacturer_name") == ["Plings", "IKEA"]
    assert set(column(run(two.ada, "a09"), "transferred_from_wallet")) == {None}
    (current,) = run(two.ada, "a10")
    assert (current["wallet_version"], current["prefix"]) == (2, "3.3")


def test_word_queries(world: World) -> None:
    with unguarded(world.ada) as owner:
        owner.rows("""
            INSERT INTO manufacturer_path_schemas
                (wallet_version, manufacturer_index, path_level, level_name, level_description, gs1_mapping,
                is_required)
            VALUES (1, 2, 3, 'category', 'Product category', NULL, true), (1, 2, 4, 'subcategory', NULL, NULL, true),
                (1, 2, 999, 'class', 'The product', '01', false), (1, 3, 3, 'tool', NULL, NULL, true)
        """)
        owner.rows("""
            INSERT INTO path_level_values (wallet_version, manufacturer_index, path_level, level_value, value_name,
                value_description, gs1_code, sku_reference, is_active)
            VALUES (1, 2, 3, 4, 'Furniture', 'What stands in a room', NULL, NULL, true),
                (1, 2, 4, 5, 'Bookcases', NULL, NULL, NULL, true),
                (1, 2, 4, 6, 'Beds', NULL, NULL, 'BEDS', true), (1, 2, 4, 7, 'Radios', NULL, NULL, NULL, false),
                (1, 2, 999, 127, 'BILLY White 80x28x202', 'Shelves', '4006381333931', '00263850', true),
                (1, 3, 3, 4, 'Anvils', NULL, NULL, NULL, true)
        """)
    schema = run(world.ada, "a11")
    assert [(row["path_level"], row["level_name"]) for row in schema] == [
        (3, "category"),
        (4, "subcategory"),
        (999, "class"),
    ]
    assert schema[2] | {} == {
        "path_level": 999,
        "level_name": "class",
        "level_description": "The product",
        "gs1_mapping": "01",
        "is_required": False,
    }
    assert [(row["level"], row["level_name"], row["value_name"]) for row in run(world.ada, "a12")] == [
        (3, "category", "Furniture"),
        (4, "subcategory", "Bookcases"),
        (999, "class", "BILLY White 80x28x202"),
    ]
    products = run(world.ada, "a13")
    assert [(row["level_value"], row["value_name"], row["sku_reference"]) for row in products] == [
        (6, "Beds", "BEDS"),
        (5, "Bookcases", None),
    ]


def test_scenario_1_the_same_path_in_two_wallets_is_fine(two: World) -> None:
    run(two.ada, "a14")
    assert column(two.ada.rows("SELECT path FROM path_registry ORDER BY path"), "path") == ["2.2.2.2.2", "3.2.2.2.2"]


def test_scenario_2_a_child_of_what_is_held_fails(two: World) -> None:
    run(two.ada, "a15")
    with pytest.raises(PathTaken):
        run(two.ada, "a16")
    assert column(two.ada.rows("SELECT path FROM path_registry"), "path") == ["2.2.2.2"]


def test_scenario_3_what_moved_to_another_wallet_is_free(two: World) -> None:
    allocate_path(two.ada, "2.2.2.2.2")
    run(two.ada, "a17")
    assert is_free(two.ada, "2.2.2.2.2") and not is_free(two.ada, "3.2.2.2.2")
    (moved,) = run(two.ada, "a28")
    assert (moved["path"], moved["from_wallet"], moved["to_wallet"]) == ("2.2.2.2.2", 1, 2)
    assert (moved["target_path"], moved["target_status"]) == ("3.2.2.2.2", "active")
    run(two.ada, "a15")  # above it, too


def test_organisation_queries(two: World) -> None:
    allocate_path(two.ida, "2.3.5")
    allocate_path(two.ida, "3.3.4")
    allocate_path(two.abe, "2.4.5")
    rows = run(two.ada, "a18")
    assert [(row["version_name"], row["path"], row["status"], row["org_name"]) for row in rows] == [
        ("v1", "2.3.5", "active", "IKEA"),
        ("v2", "3.3.4", "active", "IKEA"),
    ]


def test_who_may_allocate_is_who_does(world: World) -> None:
    for email, registry in (("ida@ikea.example", world.ida), ("ina@ikea.example", world.ina)):
        (may,) = run(world.ada, "a19", email=email, organization="IKEA")
        assert (may["version_name"], may["wallet_status"]) == ("v1", "active")
        allocate_path(registry, "2.3.5" if may["role"] == "owner" else "2.3.6")
    for email, registry in (("ivo@ikea.example", world.ivo), ("abe@acme.example", world.abe)):
        assert run(world.ada, "a19", email=email, organization="IKEA") == []
        with pytest.raises(AccessDenied):
            allocate_path(registry, "2.3.7")


def test_the_seed_s_indexes_are_there(world: World) -> None:
    assert len(run(world.ada, "a20")) == 7


def test_statistics_count_every_path_once(two: World) -> None:
    allocate_range(two.ida, "2.3.2.G", 1, 1000)
    allocate_path(two.abe, "2.4.2")
    first, second = run(two.ada, "a21")
    assert (first["total_paths"], first["total_identifiers"], first["active_manufacturers"]) == (2, 1001, 3)
    assert (second["total_paths"], second["total_identifiers"], second["active_manufacturers"]) == (0, 0, 2)
    assert first["last_allocation"] is not None and second["last_allocation"] is None


def test_compromise_response(world: World) -> None:
    ada = world.ada
    run(ada, "a22")
    compromised = wallet(ada, 1)
    assert (compromised.status, compromised.is_default) == ("compromised", False)
    assert compromised.compromised_at is not None
    with pytest.raises(ApprovalNeeded):
        run(ada, "a23")
    agreed(
        ada,
        "create_wallet",
        {
            "version_id": 3,
            "version_name": "v3",
            "master_key_id": "file:plings_master_key_v3",
            "environment": "production",
            "security_level": "standard",
        },
    )
    run(ada, "a23")
    with pytest.raises(ApprovalNeeded):
        run(ada, "a24")
    agreed(ada, "change_default_wallet", {"version_id": 3})
    run(ada, "a24")
    assert default_wallet(ada).version_id == 3 and sum(one.is_default for one in wallets(ada)) == 1
    run(ada, "a25")
    run(ada, "a26")
    (lineage,) = ada.rows("SELECT * FROM manufacturer_lineage WHERE assignment_reason = 'key_compromise'")
    assert (lineage["canonical_name"], lineage["current_wallet_version"], lineage["predecessor_wallet"]) == (
        "Plings",
        3,
        1,
    )


def test_history_of_a_manufacturer(two: World) -> None:
    with unguarded(two.ada, "manufacturer_lineage") as owner:
        owner.rows("""
            UPDATE manufacturer_lineage
            SET predecessor_wallet = 1, predecessor_index = 2, assignment_reason = 'security_upgrade'
            WHERE canonical_name = 'IKEA' AND current_wallet_version = 2
        """)
    rows = run(two.ada, "a27")
    assert [(row["from_wallet"], row["to_wallet"], row["assignment_reason"]) for row in rows] == [
        (None, "v1", "initial_setup"),
        ("v1", "v2", "security_upgrade"),
    ]


def test_enhanced_audit_trail(two: World) -> None:
    allocate_range(two.ina, "2.3.2.G", 1, 1000, purpose="spring")
    allocate_path(two.abe, "2.4.5")
    rows = run(two.ada, "a29")
    assert [(row["operation"], row["version_name"], row["path"], row["operator"], row["details"]) for row in rows] == [
        ("path_allocation", "v1", "2.3.2.G", "ina@ikea.example", "spring"),
        ("manufacturer_registration", "v2", "IKEA", "ada@plings.example", "Index: 2"),
        ("manufacturer_registration", "v1", "IKEA", "ada@plings.example", "Index: 2"),
    ]


def test_what_the_seed_put_off_is_there(two: World) -> None:
    allocate_path(two.ida, "2.3.5")
    first, _ = run(two.ada, "a30")
    assert (first["daily_allocation_limit"], first["current_daily_allocations"]) == (1_000_000, 1)
    assert run(two.ada, "a31") == []
    two.ada.rows("SELECT verify_across_wallets('2.3.5', 2)")
    (verified,) = run(two.ada, "a31")
    assert (verified["source_wallet"], verified["target_wallet"], verified["path"]) == (1, 2, "2.3.5")
    assert verified["verification_result"] is False
    days = {row["wallet_version"]: row for row in run(two.ada, "a32")}
    assert days[1]["allocations_count"] == 1
    assert (days[2]["verifications_count"], days[2]["error_count"]) == (1, 1)


def test_pointer_queries(two: World) -> None:
    billy = two.class_id("BILLY")
    made = register_pointer(two.ida, "2.3.2", billy)
    register_pointer(two.ida, "3.3.2", billy)
    assert {tuple(row.values())[1] for row in run(two.ada, "b01")} == {True}
    assert len(run(two.ada, "b01")) == 2
    (parsed,) = run(two.ada, "b02")
    assert parsed == {
        "class_pointer": made.class_pointer,
        "full_path_example": "2.3.2.2.2",
        "parsed_path_to_pointer": "2.3.2",
    }
    (found,) = run(two.ada, "b04", class_pointer=made.class_pointer)
    assert (found["class_id"], found["class_pointer_text"]) == (billy, made.class_pointer)
    (holder,) = run(two.ada, "b08", class_pointer=made.class_pointer)
    assert holder["manufacturer_pubkey"] == KEY
    shards = run(two.ada, "b03")
    assert [row["shard"].removeprefix("registry.") for row in shards] == [f"class_pointers_{n:02}" for n in range(16)]
    assert all(f"remainder {number})" in row["rows"] for number, row in enumerate(shards))
    held = two.ada.rows(
        f"SELECT path_to_pointer FROM class_pointers_{holder['shard_id']:02} WHERE class_id = %s", [billy]
    )
    assert "2.3.2" in column(held, "path_to_pointer")
    assert run(two.ada, "b16", manufacturer_pubkey=KEY, path_to_pointer="2.3.2") == [
        {"class_pointer": made.class_pointer}
    ]
    (maker,) = run(two.ada, "b12", manufacturer_pubkey=KEY)
    assert (maker["manufacturer_name"], maker["prefix"]) == ("IKEA", "2.3")


def test_collision_queries(world: World) -> None:
    billy = world.class_id("BILLY")
    pointer = plant_pointer(world.ada, "2.3.2", "2.4", world.class_id("Anvil", organization="ACME"))
    insert = {"manufacturer_pubkey": KEY, "path_to_pointer": "2.3.2", "class_id": billy}
    assert run(world.ida, "b09", **insert) == [{"outcome": "collision"}]
    assert run(world.ida, "b09", **insert | {"path_to_pointer": "2.3.3"}) == [{"outcome": "added"}]
    assert run(world.ida, "b09", **insert | {"path_to_pointer": "2.3.3"}) == [{"outcome": "there"}]
    (alert,) = run(world.ada, "b07")
    assert (alert["alert_type"], alert["severity"]) == ("CLASS_POINTER_COLLISION_PREVENTED", "HIGH")
    assert alert["attempted_pointer"] == pointer
    (resolved,) = run(world.ida, "b17", path_to_pointer="2.3.2", class_id=billy)
    assert (resolved["original_path"], resolved["resolved_path"]) == ("2.3.2", "2.3.2.2")
    assert resolved["collision_pointer"] == pointer != resolved["resolved_pointer"]
    # what was planted is in no partition
    assert run(world.ada, "b05") == [
        {"duplicate_pointer": pointer, "finding": "in no partition", "manufacturer_count": 0}
    ]
    assert run(world.ada, "b06") == [{"found": 1}]
    alert = run(world.ada, "b07")[-1]
    assert (alert["alert_type"], alert["severity"]) == ("CLASS_POINTER_COLLISION", "CRITICAL")
    assert alert["class_pointer"] == pointer


def test_one_pointer_of_two_manufacturers_is_detected(world: World) -> None:
    made = register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    register_pointer(world.abe, "2.4.2", world.class_id("Anvil", organization="ACME"))
    with unguarded(world.ada, "class_pointers") as owner:
        owner.rows("ALTER TABLE class_pointers DROP CONSTRAINT pointer_is_hash")
        owner.rows("UPDATE class_pointers SET class_pointer = pointer_from_text(%s)", [made.class_pointer])
    shared = {"duplicate_pointer": made.class_pointer, "finding": "shared", "manufacturer_count": 2}
    assert shared in run(world.ada, "b05")


def test_class_queries(world: World) -> None:
    (new,) = run(world.ida, "b10")
    assert (new["status"], new["created_by"]) == ("active", world.ida.user_id)
    pointer = register_pointer(world.ida, "2.3.2", new["id"]).class_pointer
    assert run(world.nobody, "b14", class_pointer=pointer) == [
        {
            "name": "IKEA BILLY Bookcase White 80x28x202cm",
            "price_amount": Decimal(499),
            "price_currency": "SEK",
            "sku": "00263850",
            "gtin": "4006381333931",
        }
    ]
    old = add_class(world.ida, "Old", organization="IKEA")
    change_class(world.ida, old.id, status="discontinued")
    assert column(run(world.ada, "b15"), "name") == ["IKEA BILLY Bookcase White 80x28x202cm"]
    address = format_address(bytes(range(32)))
    world.ada.rows(
        "INSERT INTO object_instances (path, class_pointer, solana_address, class_id) "
        "VALUES ('2.3.2.G.3j', pointer_from_text(%s), %s, %s)",
        [pointer, address, new["id"]],
    )
    assert run(world.ada, "b11", class_id=new["id"]) == [
        {
            "path": "2.3.2.G.3j",
            "class_pointer": pointer,
            "solana_address": address,
            "hd_path": "m/44'/501'/1'/2'/1'/15'/158'",
            "path_to_pointer": "2.3.2",
            "statuses": ["active"],
        }
    ]


def test_old_dash_markers_become_classes(world: World) -> None:
    (file,) = FOLDER.glob("b13_*.sql")
    with world.ada.transaction() as transaction:
        transaction.execute("RESET ROLE")
        transaction.execute("""
            CREATE TEMP TABLE legacy_paths ON COMMIT DROP AS
            SELECT * FROM (VALUES
                ('2.3.-4.G.3j', 'IKEA', 1), ('2.3.-4.G.3k', 'IKEA', 1), ('2.3.-2J.G.2', 'IKEA', 1),
                ('2.4.-4.G.3j', 'ACME', 1), ('2.3.2.G.3j', 'IKEA', 1)
            ) AS old (path, manufacturer_name, wallet_version)
        """)
        transaction.execute("GRANT SELECT ON legacy_paths TO plings_application")
        transaction.execute("SET LOCAL ROLE plings_application")
        transaction.execute(file.read_text().encode())
    made = world.ada.rows("SELECT name, sku FROM object_classes ORDER BY name")
    assert [(row["name"], row["sku"]) for row in made] == [
        ("ACME Product -4", "-4"),
        ("IKEA Product -2J", "-2J"),
        ("IKEA Product -4", "-4"),
    ]
