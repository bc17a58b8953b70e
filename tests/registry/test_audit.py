"""The audit trail: every change with who, before and after; read by those it concerns, changed by nobody."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from plings.errors import AccessDenied, NotInRegistry, PathTaken, RegistryError
from plings.registry import Registry
from plings.registry.audit import AuditEntry, audit_trail, operations
from plings.registry.classes import change_class
from plings.registry.manufacturers import register_manufacturer, set_manufacturer_status
from plings.registry.paths import allocate_path, allocate_range, set_allocation_status
from plings.registry.people import add_member, add_user, remove_member
from plings.registry.pointers import register_pointer
from plings.registry.wallets import activate_wallet
from registry.planting import own
from registry.world import World


def latest(registry: Registry, **which: object) -> AuditEntry:
    return audit_trail(registry, limit=1, **which)[0]  # type: ignore[arg-type]


def test_a_change_is_noted_with_who_made_it_and_what_it_was_before(world: World) -> None:
    billy = world.class_id("BILLY", sku="00263850")
    change_class(world.ina, billy, price_currency="SEK", price_amount=499)
    entry = latest(world.ada, table="object_classes")
    assert (entry.who, entry.operation, entry.database_role) == ("ina@ikea.example", "UPDATE", "plings_application")
    assert entry.before and entry.after and entry.before["sku"] == entry.after["sku"] == "00263850"
    changes = entry.changes
    del changes["updated_at"]
    assert changes == {"price_currency": (None, "SEK"), "price_amount": (None, 499)}


def test_what_is_new_has_no_before_and_what_is_gone_no_after(world: World) -> None:
    remove_member(world.ida, "IKEA", "ivo@ikea.example")
    gone = latest(world.ada)
    add_member(world.ida, "IKEA", "ivo@ikea.example", "member")
    new = latest(world.ada)
    assert (gone.operation, gone.after, gone.changes["role"]) == ("DELETE", None, ("member", None))
    assert (new.operation, new.before, new.changes["role"]) == ("INSERT", None, (None, "member"))


def test_what_was_done_together_has_one_transaction(world: World) -> None:
    register_manufacturer(world.ada, 1, "Bakery", organization="ACME")
    lineage, registration = audit_trail(world.ada, limit=2)
    assert (registration.table_name, lineage.table_name) == ("manufacturer_registry", "manufacturer_lineage")
    assert registration.transaction_id == lineage.transaction_id
    assert latest(world.ada, table="users").transaction_id != lineage.transaction_id


def test_every_kind_of_change_is_noted(world: World) -> None:
    made = allocate_path(world.ida, "2.3.5")
    set_allocation_status(world.ida, made.id, "exhausted")
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    activate_wallet(world.ada, 2)
    noted = {(one.table_name, one.operation) for one in audit_trail(world.ada)}
    assert noted >= {
        ("users", "INSERT"),
        ("organizations", "INSERT"),
        ("organization_members", "INSERT"),
        ("approval_requests", "INSERT"),
        ("approval_requests", "UPDATE"),
        ("approvals", "INSERT"),
        ("wallet_versions", "INSERT"),
        ("wallet_versions", "UPDATE"),
        ("manufacturer_registry", "INSERT"),
        ("manufacturer_lineage", "INSERT"),
        ("path_registry", "INSERT"),
        ("path_registry", "UPDATE"),
        ("object_classes", "INSERT"),
        ("class_pointers", "LOAD"),
    }


def test_counting_a_day_s_allocations_is_no_change_of_the_wallet(world: World) -> None:
    before = audit_trail(world.ada, table="wallet_versions")
    allocate_path(world.ida, "2.3.5")
    assert audit_trail(world.ada, table="wallet_versions") == before


def test_what_was_refused_is_not_in_the_trail(world: World) -> None:
    allocate_path(world.ida, "2.3.5")
    before = audit_trail(world.ada)
    with pytest.raises(PathTaken):
        allocate_path(world.ida, "2.3.5.2")
    with pytest.raises(AccessDenied):
        add_user(world.ida, "eve@plings.example")
    assert audit_trail(world.ada) == before


def test_the_trail_is_asked_for_by_user_and_time(world: World) -> None:
    allocate_path(world.ida, "2.3.5")
    between = datetime.now(UTC)
    allocate_path(world.ina, "2.3.6")
    allocate_path(world.ida, "2.3.7")

    def paths(**which: object) -> list[str]:
        return [one.after["path"] for one in audit_trail(world.ada, table="path_registry", **which) if one.after]  # type: ignore[arg-type]

    assert paths() == ["2.3.7", "2.3.6", "2.3.5"]
    assert paths(user="ida@ikea.example") == ["2.3.7", "2.3.5"]
    assert paths(since=between) == ["2.3.7", "2.3.6"]
    assert paths(until=between) == ["2.3.5"]
    assert paths(since=between, user="ida@ikea.example") == ["2.3.7"]
    assert paths(since=between + timedelta(hours=1)) == []
    with pytest.raises(NotInRegistry):
        paths(user="nobody@plings.example")


def test_a_manufacturer_s_trail_is_its_own_and_whole(world: World) -> None:
    allocate_path(world.ida, "2.3.5")
    allocate_path(world.abe, "2.4.5")
    register_pointer(world.ida, "2.3.2", world.class_id("BILLY"))
    register_pointer(world.abe, "2.4.2", world.class_id("Anvil", organization="ACME"))
    remove_member(world.ida, "IKEA", "ivo@ikea.example")
    for asked in ("2.3", "IKEA", "ikea"):
        trail = audit_trail(world.ida, manufacturer=asked)
        assert {one.table_name for one in trail} == {
            "organizations",
            "organization_members",
            "manufacturer_registry",
            "manufacturer_lineage",
            "path_registry",
            "object_classes",
            "class_pointers",
        }
        assert not {"ACME", "2.4", "2.4.5", "2.4.2", "Anvil", "abe"} & {
            str(value) for one in trail for value in (one.after or one.before or {}).values()
        }
        assert audit_trail(world.ada, manufacturer=asked) == trail


def test_others_do_not_read_it(world: World) -> None:
    for who, which in (
        (world.ida, {}),
        (world.ida, {"manufacturer": "2.4"}),
        (world.ivo, {"manufacturer": "2.3"}),
        (world.abe, {"manufacturer": "IKEA"}),
        (world.nobody, {}),
        (world.nobody, {"manufacturer": "2.3"}),
    ):
        with pytest.raises(AccessDenied):
            audit_trail(who, **which)  # type: ignore[arg-type]
    with pytest.raises(NotInRegistry):
        audit_trail(world.ada, manufacturer="2.9' OR true --")


def test_nobody_rewrites_it(world: World) -> None:
    before = audit_trail(world.ada)
    for change in (
        "UPDATE audit_trail SET user_id = NULL",
        "UPDATE audit_trail SET after = '{}' WHERE false",
        "DELETE FROM audit_trail",
        "TRUNCATE audit_trail",
        "TRUNCATE audit_trail CASCADE",
        "INSERT INTO audit_trail (database_role, table_name, operation) VALUES ('x', 'users', 'INSERT')",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(change)
        if not change.startswith("INSERT"):
            with pytest.raises(RegistryError, match="never_removed"):
                own(world.ada, change)  # not even the owner, but by altering the table
    assert audit_trail(world.ada) == before


def test_the_application_cannot_turn_it_off(world: World) -> None:
    for change in (
        "ALTER TABLE audit_trail DISABLE TRIGGER kept",
        "DROP TABLE audit_trail",
        "DROP TRIGGER audit ON users",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    ):
        with pytest.raises(AccessDenied):
            world.ada.rows(change)


def test_operations_tell_what_was_done_for_a_manufacturer_and_by_whom(world: World) -> None:
    allocate_range(world.ina, "2.3.2.G", 1, 1000, purpose="spring")
    done = operations(world.ivo, "ikea")
    assert [(one.operation, one.path, one.operator, one.details) for one in done] == [
        ("path_allocation", "2.3.2.G", "ina@ikea.example", "spring"),
        ("manufacturer_registration", "2.3", "ada@plings.example", "Index: 2"),
    ]
    assert {one.version_name for one in done} == {"v1"}
    with pytest.raises(AccessDenied):
        operations(world.abe, "IKEA")
    assert operations(world.ada, "IKEA") == done


def test_a_status_is_noted_of_the_manufacturer_whose_it_is(world: World) -> None:
    set_manufacturer_status(world.bea, "2.3", "suspended")
    entry = latest(world.ida, manufacturer="2.3")
    assert (entry.who, entry.changes) == ("bea@plings.example", {"status": ("active", "suspended")})
