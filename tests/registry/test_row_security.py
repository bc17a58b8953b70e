"""A manufacturer's own database role sees and changes its organisation's rows and nothing else, whatever it tries."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from plings.errors import AccessDenied
from plings.registry import Registry
from plings.registry.paths import allocate_path
from plings.server import EmbeddedServer
from registry.actions import derived
from registry.planting import own
from registry.row_roles import ROLES, STRANGER, UNMAPPED, as_role, office_with_roles, organization_id
from registry.world import World

OF_ORGANIZATION = "organization_id = %(organization)s"
OF_CLASS = "class_id IN (SELECT id FROM object_classes WHERE manufacturer_organization_id = %(organization)s)"
OF_MANUFACTURER = """({0}wallet_version, {0}manufacturer_index) IN (
    SELECT wallet_version, manufacturer_index FROM manufacturer_registry WHERE organization_id = %(organization)s)"""

VISIBLE = {
    "organizations": "id = %(organization)s",
    "organization_members": OF_ORGANIZATION,
    "users": "id IN (SELECT user_id FROM organization_members WHERE organization_id = %(organization)s)",
    "manufacturer_registry": OF_ORGANIZATION,
    "manufacturer_lineage": OF_MANUFACTURER.format("current_"),
    "path_registry": OF_ORGANIZATION,
    "manufacturer_path_schemas": OF_MANUFACTURER.format(""),
    "path_level_values": OF_MANUFACTURER.format(""),
    "object_classes": "manufacturer_organization_id = %(organization)s",
    "object_instances": OF_CLASS,
    "class_pictures": OF_CLASS,
    "printed_batches": OF_ORGANIZATION,
    "printed_runs": f"batch_id IN (SELECT id FROM printed_batches WHERE {OF_ORGANIZATION})",
    "system_alerts": OF_ORGANIZATION,
    "collision_resolutions": OF_ORGANIZATION,
    "class_pointers_as_text": """manufacturer_pubkey IN (
        SELECT ed25519_public_key FROM manufacturer_registry WHERE organization_id = %(organization)s)""",
    "allocation_statistics": OF_MANUFACTURER.format(""),
    "manufacturer_operations": OF_ORGANIZATION,
}
"""What a manufacturer's role may read, and which rows of it."""

SHARED = {
    "wallet_versions": ("version_id", "version_name", "environment", "status", "is_default"),
    "migrations": ("number", "digest"),
}
"""What everybody may read, and which columns of it."""

COLUMNS = {"users": ("id", "email", "is_active")}
"""Where it is not all columns."""

COMPARED = {"manufacturer_operations": ("operation", "organization_id", "wallet_version", "path", "details")}
"""Where a column is empty for a manufacturer's role: who of another organisation it was."""


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with office_with_roles(postgresql, templates) as world:
        yield world


@pytest.fixture
def ikea(office: World) -> Iterator[Registry]:
    """Ida, by IKEA's own role."""
    with as_role(office, ROLES["ikea"], office.ida) as registry:
        yield registry


def _relations(world: World) -> list[str]:
    select = """
        SELECT relname AS name FROM pg_class
        WHERE relnamespace = 'registry'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
    """
    return [row["name"] for row in own(world.ada, select)]


def _columns(name: str) -> str:
    return ", ".join(COMPARED.get(name, COLUMNS.get(name, SHARED.get(name, ("*",)))))


def _rows(registry: Registry, name: str, where: str = "true", organization: Any = None) -> list[str]:
    return sorted(
        map(str, registry.rows(f"SELECT {_columns(name)} FROM {name} WHERE {where}", {"organization": organization}))
    )


@pytest.mark.parametrize("maker", ["ikea", "acme"])
def test_a_role_sees_its_own_rows_of_every_table_and_view(office: World, maker: str) -> None:
    organization = organization_id(office, maker.upper())
    owner = Registry(office.ada.connection, office.ada.user_id, role=None)
    with as_role(office, ROLES[maker]) as registry:
        for name in _relations(office):
            if name in VISIBLE:
                wanted = _rows(owner, name, VISIBLE[name], organization)
                assert _rows(registry, name) == wanted, name
                assert wanted or name == "collision_resolutions", name
                assert len(wanted) < len(_rows(owner, name)) or name == "collision_resolutions", name
            elif name in SHARED:
                assert _rows(registry, name) == _rows(owner, name)
            else:
                with pytest.raises(AccessDenied):
                    registry.rows(f"SELECT * FROM {name}")


def test_what_is_not_of_all_columns_is_of_no_others(ikea: Registry) -> None:
    for name in (*COLUMNS, *SHARED):
        with pytest.raises(AccessDenied):
            ikea.rows(f"SELECT * FROM {name}")


def test_a_member_of_the_manufacturers_role_without_an_organisation_sees_nothing(office: World) -> None:
    with as_role(office, UNMAPPED, office.ida) as registry:
        assert {name: _rows(registry, name) for name in VISIBLE} == {name: [] for name in VISIBLE}
        with pytest.raises(AccessDenied):
            allocate_path(registry, "2.3.9")


def test_the_group_role_itself_sees_nothing(office: World) -> None:
    with as_role(office, ROLES["ikea"], office.ida) as registry:
        group = Registry(registry.connection, office.ida.user_id, role="plings_manufacturer")
        assert {name: _rows(group, name) for name in VISIBLE} == {name: [] for name in VISIBLE}
        with pytest.raises(AccessDenied):
            allocate_path(group, "2.3.9")


def test_a_role_that_was_given_nothing_has_nothing(office: World) -> None:
    functions = own(office.ada, "SELECT oid, proname FROM pg_proc WHERE pronamespace = 'registry'::regnamespace")
    with as_role(office, STRANGER) as stranger:
        for name in _relations(office):
            with pytest.raises(AccessDenied):
                stranger.rows(f"SELECT * FROM registry.{name}")
        select = "SELECT has_schema_privilege('registry', 'USAGE') AS schema"
        assert stranger.row(select) == {"schema": False}
        for one in functions:
            right = stranger.row("SELECT has_function_privilege(%s::oid, 'EXECUTE') AS yes", [one["oid"]])
            assert right == {"yes": False}, one["proname"]


FUNCTIONS = {
    "new_id": "an id",
    "effective_role": "who asks",
    "named_user": "who asks",
    "acting_user": "who asks",
    "acts_as_super_admin": "who asks: never for a manufacturer's role",
    "is_platform_role": "who asks",
    "role_organization": "who asks",
    "seen_organizations": "who asks",
    "allocate_next": "runs as who calls it",
    "line_up": "a lock that each allocation takes",
    "next_child": "its own paths alone",
    "path_is_free": "its own paths alone",
    "transfer_allocation": "runs as who calls it",
    "successor": "runs as who calls it",
    "find_successor": "runs as who calls it",
    "insert_class_pointer_with_global_check": "guarded as an insert is",
    "get_product_by_pointer": "what every shop may ask",
    "collision_way_out": "its own paths alone",
    "resolve_class_pointer_collision": "guarded as an insert is",
}
"""Every function that manufacturers' roles may call and that is more than arithmetic, and why they may."""

OWNERS = {
    *("role_organization", "is_platform_role", "acting_user", "acts_as_super_admin", "seen_organizations"),
    *("require_super_admin", "require_organization_admin", "require_platform_role", "require_sight_of"),
    *(
        "spend_approval",
        "standing_approvals",
        "count_allocation",
        "line_up",
        "note_health",
        "next_child",
        "path_is_free",
    ),
    *("organization_of", "raise_alert", "claim_alerts", "note_delivery", "verify_across_wallets"),
    *(
        "refuse_pointer",
        "unregistrable",
        "note_collision",
        "pointer_row",
        "insert_class_pointer_with_global_check",
        "pointer_taken",
    ),
    *("detect_class_pointer_collisions", "alert_on_collisions", "get_product_by_pointer"),
    *("collision_way_out", "resolve_class_pointer_collision"),
}
"""Every function besides triggers' that runs as the owner: each takes care whom it answers."""


def test_every_function_is_accounted_for(office: World) -> None:
    """A new one fails here until somebody has thought about who may call it."""
    select = """
        SELECT proname AS name, prosecdef AS is_owners, provolatile = 'i' AS is_pure, proconfig AS settings,
            has_function_privilege('plings_manufacturer', oid, 'EXECUTE') AS is_theirs
        FROM pg_proc WHERE pronamespace = 'registry'::regnamespace AND prorettype <> 'trigger'::regtype
            AND prokind = 'f' AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'i')
    """
    later = derived()
    found = [one for one in own(office.ada, select) if one["name"] not in later]
    assert {one["name"] for one in found if one["is_theirs"] and not one["is_pure"]} == set(FUNCTIONS)
    assert {one["name"] for one in found if one["is_owners"]} - OWNERS == set()
    for one in own(office.ada, select):
        if one["is_owners"]:
            assert "search_path=registry, pg_temp" in (one["settings"] or []), one["name"]
        if one["name"] in later:
            assert not one["is_theirs"], one["name"]


def test_pure_functions_cannot_be_misled_by_who_calls_them(office: World) -> None:
    """Those in plpgsql look for what they call when they run, so they say where; SQL's did when they were made."""
    select = """
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = 'registry'::regnamespace AND provolatile = 'i' AND NOT prosecdef
            AND prosqlbody IS NULL AND prolang <> (SELECT oid FROM pg_language WHERE lanname = 'internal')
            AND NOT coalesce('search_path=registry, pg_temp' = ANY (proconfig), false)
    """
    known = {"pointer_text(bigint)", "pointer_from_text(text)"}  # in no constraint, and in the busiest lookup
    later = derived()
    assert {one["name"] for one in own(office.ada, select) if one["name"].split("(")[0] not in later} <= known


@pytest.mark.parametrize("name", [*VISIBLE, *SHARED])
def test_a_function_that_tells_what_it_is_asked_is_asked_for_own_rows_alone(ikea: Registry, name: str) -> None:
    """A filter that costs nothing would be tried first, on everybody's rows, if nothing forbade that."""
    told: list[str] = []
    ikea.connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
    with ikea.transaction() as connection:
        connection.execute("""
            CREATE FUNCTION pg_temp.leak(seen text) RETURNS boolean LANGUAGE plpgsql COST 0.0000001 AS $$
            BEGIN RAISE NOTICE '%', seen; RETURN true; END $$
        """)
        asked = " OR ".join(f"NOT pg_temp.leak({one}::text)" for one in _column_names(ikea, name))
        connection.execute(f"SELECT count(*) FROM {name} WHERE {asked}".encode())
        raise psycopg.Rollback()
    assert told or name == "collision_resolutions"
    joined = "\n".join(told)
    for foreign in ("ACME", "acme", "Anvil", "2.4"):
        assert not re.search(rf"(?<![\d:]){re.escape(foreign)}", joined)  # a moment may have 2.4 in its seconds


def _column_names(registry: Registry, name: str) -> list[str]:
    cursor_rows = registry.rows(
        """
        SELECT attname AS name FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped
            AND has_column_privilege(attrelid, attnum, 'SELECT')
        """,
        [name],
    )
    return [f'"{row["name"]}"' for row in cursor_rows]


def test_statistics_tell_nothing_of_others_rows(office: World, ikea: Registry) -> None:
    own(office.ada, "ANALYZE")
    select = "SELECT tablename, attname FROM pg_stats WHERE schemaname = 'registry'"
    assert {row["tablename"] for row in ikea.rows(select)} <= set(SHARED)


def test_copy_gives_own_rows_alone(ikea: Registry) -> None:
    with ikea.transaction() as connection, connection.cursor() as cursor:
        with cursor.copy("COPY (SELECT path FROM path_registry) TO STDOUT") as copy:
            assert b"".join(bytes(one) for one in copy) == b"2.3.2\n"
        with cursor.copy("COPY path_registry (path) TO STDOUT") as copy:
            assert b"".join(bytes(one) for one in copy) == b"2.3.2\n"
