"""A manufacturer's own database role sees and changes its organisation's rows and nothing else, whatever it tries."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from psycopg import errors as pg
from psycopg.conninfo import make_conninfo

from fixtures.fix_registry import copied_database
from plings.errors import AccessDenied, PathTaken, RegistryError
from plings.registry import Registry, connect
from plings.registry.paths import allocate_path, allocate_range, is_free, next_free
from plings.registry.people import give_database_role
from plings.server import EmbeddedServer
from registry.actions import ACTIONS, derived, furnish, undone
from registry.planting import own
from registry.world import World

ROLES = {"ikea": "plings_test_ikea", "acme": "plings_test_acme"}
UNMAPPED, STRANGER = "plings_test_unmapped", "plings_test_stranger"

OF_ORGANIZATION = "organization_id = %(organization)s"
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
    "object_instances": """
        class_id IN (SELECT id FROM object_classes WHERE manufacturer_organization_id = %(organization)s)""",
    "system_alerts": OF_ORGANIZATION,
    "collision_resolutions": OF_ORGANIZATION,
    "class_pointers_as_text": """manufacturer_pubkey IN (
        SELECT ed25519_public_key FROM manufacturer_registry WHERE organization_id = %(organization)s)""",
    "allocation_statistics": OF_MANUFACTURER.format(""),
    "manufacturer_operations": OF_ORGANIZATION,
}
"""What a manufacturer's role may read, and which rows of it."""

SHARED = {"wallet_versions": ("version_id", "version_name", "environment", "status", "is_default")}
"""What everybody may read, and which columns of it."""

COLUMNS = {"users": ("id", "email")}
"""Where it is not all columns."""

COMPARED = {"manufacturer_operations": ("operation", "organization_id", "wallet_version", "path", "details")}
"""Where a column is empty for a manufacturer's role: who of another organisation it was."""


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        furnish(world)
        owner = Registry(connection, world.ada.user_id, role=None)
        try:
            give_database_role(owner, "IKEA", ROLES["ikea"])
            give_database_role(owner, "ACME", ROLES["acme"])
            connection.execute(f"CREATE ROLE {UNMAPPED} LOGIN IN ROLE plings_manufacturer".encode())
            connection.execute(f"CREATE ROLE {STRANGER} LOGIN".encode())
            yield world
        finally:
            for role in (*ROLES.values(), UNMAPPED, STRANGER):
                connection.execute(f"DROP OWNED BY {role}".encode())
                connection.execute(f"DROP ROLE {role}".encode())


@contextmanager
def as_role(world: World, role: str, user: Registry | None = None) -> Iterator[Registry]:
    """Logged in as a role of the database, on its own connection."""
    with connect(make_conninfo(world.url, user=role)) as connection:
        yield Registry(connection, user and user.user_id, role=None)


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


def _organization(world: World, name: str) -> Any:
    return own(world.ada, "SELECT id FROM organizations WHERE name = %s", [name])[0]["id"]


def _columns(name: str) -> str:
    return ", ".join(COMPARED.get(name, COLUMNS.get(name, SHARED.get(name, ("*",)))))


def _rows(registry: Registry, name: str, where: str = "true", organization: Any = None) -> list[str]:
    return sorted(
        map(str, registry.rows(f"SELECT {_columns(name)} FROM {name} WHERE {where}", {"organization": organization}))
    )


@pytest.mark.parametrize("maker", ["ikea", "acme"])
def test_a_role_sees_its_own_rows_of_every_table_and_view(office: World, maker: str) -> None:
    organization = _organization(office, maker.upper())
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
    assert {one["name"] for one in found if one["is_owners"]} == OWNERS
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


OTHERS = [
    "SET LOCAL ROLE plings_application",
    "SET LOCAL ROLE plings",
    "SET LOCAL ROLE plings_test_acme",
    "SELECT set_config('role', 'plings_application', true)",
    "SET LOCAL SESSION AUTHORIZATION plings",
    "SET LOCAL row_security = off; SELECT * FROM path_registry",
    "UPDATE users SET is_super_admin = true",
    "UPDATE organizations SET database_role = 'plings_test_ikea' WHERE name = 'ACME'",
    "INSERT INTO organization_members SELECT id, (SELECT id FROM users LIMIT 1), 'owner' FROM organizations",
    "INSERT INTO manufacturer_registry (wallet_version, manufacturer_index, manufacturer_name) VALUES (1, 9, 'x')",
    "UPDATE manufacturer_registry SET status = 'retired'",
    "INSERT INTO audit_trail (database_role, table_name, operation) VALUES ('x', 'users', 'INSERT')",
    "UPDATE audit_trail SET after = NULL",
    "DELETE FROM audit_trail",
    "DELETE FROM path_registry",
    "TRUNCATE path_registry",
    "COPY path_registry FROM PROGRAM 'id'",
    "COPY class_pointers TO STDOUT",
    "ALTER TABLE path_registry DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE path_registry DISABLE TRIGGER ALL",
    "ALTER TABLE path_registry DROP CONSTRAINT paths_are_held_once",
    "CREATE POLICY all_of_it ON path_registry USING (true)",
    "DROP POLICY own_rows ON path_registry",
    "CREATE TRIGGER mine AFTER INSERT ON path_registry EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "CREATE VIEW registry.mine AS SELECT 1",
    "GRANT plings_application TO plings_test_ikea",
    "SELECT spend_approval('create_wallet', '{}')",
    "SELECT raise_alert('X', 'LOW', 'x', '{}', NULL, NULL)",
    "SELECT * FROM detect_class_pointer_collisions()",
    "SELECT standing_approvals(new_id())",
    "SELECT organization_of(1, 3)",
    "SELECT unregistrable('x', '2.4', NULL)",
    "SELECT set_default_wallet(2)",
    "SELECT note_health(1, 1, 1, 1)",
    "SELECT nextval('manufacturer_registry_number_seq')",
    "SET LOCAL session_replication_role = replica",
    "INSERT INTO collision_resolutions (manufacturer_pubkey) VALUES ('x')",
]


@pytest.mark.parametrize("user", ["ida", "abe", "ada"])
@pytest.mark.parametrize("sql", OTHERS)
def test_a_manufacturer_s_role_cannot(office: World, sql: str, user: str) -> None:
    """Whomever it says it is."""
    with (
        as_role(office, ROLES["ikea"], getattr(office, user)) as registry,
        pytest.raises(AccessDenied),
        registry.transaction() as connection,
    ):
        for one in sql.split("; "):
            connection.execute(one.encode())


@pytest.mark.parametrize("user", ["ida", "abe", "ada"])
@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (1, '2.4.9', 'production')",
        "SELECT allocate_next('2.4.2', 1, 'production', NULL)",
        "SELECT next_child('2.4.2')",
        "SELECT path_is_free('2.4.2')",
        "SELECT collision_way_out(ed25519_public_key, '2.4.2') FROM manufacturer_registry",
        "SELECT insert_class_pointer_with_global_check('{acme key}', '2.4.9', '{acme class}')",
        "SELECT resolve_class_pointer_collision('2.4.2', '{acme class}')",
        "INSERT INTO path_level_values (wallet_version, manufacturer_index, path_level, level_value, value_name)"
        " VALUES (1, 3, 3, 9, 'x')",
        "INSERT INTO object_classes (name, manufacturer_organization_id) VALUES ('x', '{acme}')",
    ],
)
def test_a_manufacturer_s_role_acts_for_no_other(office: World, sql: str, user: str) -> None:
    """Not as Abe either, who may there, nor as Ada, who may anywhere: the role decides."""
    facts = own(
        office.ada,
        """
        SELECT ed25519_public_key AS key, class.id AS class, class.manufacturer_organization_id AS acme
        FROM manufacturer_registry AS maker JOIN object_classes AS class
            ON class.manufacturer_organization_id = maker.organization_id WHERE prefix = '2.4'
        """,
    )[0]
    for name, value in {"acme key": facts["key"], "acme class": facts["class"], "acme": facts["acme"]}.items():
        sql = sql.replace("{" + name + "}", str(value))
    with as_role(office, ROLES["ikea"], getattr(office, user)) as registry:
        with pytest.raises(AccessDenied) as refused:
            registry.rows(sql)
        assert "ACME" not in str(refused.value)


@pytest.mark.parametrize("table", ["path_registry", "object_classes", "path_level_values", "system_alerts"])
def test_changes_reach_no_other_s_rows(office: World, ikea: Registry, table: str) -> None:
    theirs = [one for one in ACTIONS if one.table == table and one.operation == "UPDATE"]
    before = own(office.ada, f"SELECT * FROM {table} ORDER BY id")
    for action in theirs:
        foreign = action.sql.replace("2.3.2", "2.4.2").replace("BILLY", "Anvil")
        with undone(ikea):
            try:
                assert ikea.rows(foreign) == []
            except AccessDenied:
                assert table == "system_alerts"
    assert own(office.ada, f"SELECT * FROM {table} ORDER BY id") == before


def test_rows_do_not_become_another_s(ikea: Registry, office: World) -> None:
    acme = _organization(office, "ACME")
    for sql in [
        "UPDATE path_registry SET organization_id = %s WHERE path = '2.3.2'",
        "UPDATE object_classes SET manufacturer_organization_id = %s WHERE name = 'BILLY'",
    ]:
        with pytest.raises(RegistryError):
            ikea.rows(sql, [acme])


@pytest.mark.parametrize(
    "assignment",
    ["span = '(,)'", "manufacturer_index = 3", "hd_derivation_prefix = 'x'", "quantity = 1"],
)
def test_what_is_computed_is_not_given(ikea: Registry, assignment: str) -> None:
    with ikea.transaction() as connection, pytest.raises(pg.GeneratedAlways), connection.transaction():
        connection.execute(f"UPDATE path_registry SET {assignment}".encode())


def test_a_role_with_a_schema_of_its_own_does_not_change_what_functions_mean(office: World) -> None:
    """Its own `int4send` in front of the search path would make spans that overlap nothing."""
    role = ROLES["ikea"]
    own(office.ada, f"CREATE SCHEMA lair AUTHORIZATION {role}")
    with as_role(office, role, office.ida) as registry, registry.transaction() as connection:
        connection.execute("SET LOCAL search_path = lair, pg_catalog, registry")
        for name, arguments, result, body in [
            ("int4send", "integer", "bytea", "'\\x7fffffff'::bytea"),
            ("substr", "bytea, integer", "bytea", "'\\x7fffffff'::bytea"),
            ("strpos", "text, text", "integer", "58"),
            ("segment_number", "text", "integer", "7"),
            ("path_key", "text", "bytea", "'\\x77'::bytea"),
            ("acts_as_super_admin", "", "boolean", "true"),
            ("require_organization_admin", "uuid", "void", "NULL::void"),
            ("count_allocation", "integer", "void", "NULL::void"),
        ]:
            parameters = ", ".join(f"a{place} {one}" for place, one in enumerate(filter(None, arguments.split(", "))))
            create = f"CREATE FUNCTION lair.{name}({parameters}) RETURNS {result} LANGUAGE sql AS $$ SELECT {body} $$"
            connection.execute(create.encode())
        connection.execute("CREATE FUNCTION lair.glue(bytea, bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT $1 $$")
        connection.execute("CREATE OPERATOR lair.|| (leftarg = bytea, rightarg = bytea, function = lair.glue)")
        insert = b"""
            INSERT INTO registry.path_registry (wallet_version, path, allocation_type) VALUES (1, '%s', 'production')
        """
        with pytest.raises(pg.ExclusionViolation), connection.transaction():
            connection.execute(insert % b"2.3.2.7")
        connection.execute(insert % b"2.3.7.7")
        with pytest.raises(pg.ExclusionViolation), connection.transaction():
            connection.execute(insert % b"2.3.7")
        with pytest.raises(psycopg.Error, match="owner or admin"), connection.transaction():
            connection.execute(insert % b"2.4.9")
        raise psycopg.Rollback()


def test_temporary_tables_and_functions_are_not_taken_for_ours(office: World, ikea: Registry) -> None:
    with ikea.transaction() as connection:
        connection.execute("SET LOCAL search_path = pg_temp, registry")
        connection.execute("CREATE TEMP TABLE manufacturer_registry AS SELECT * FROM registry.manufacturer_registry")
        connection.execute("UPDATE pg_temp.manufacturer_registry SET prefix = '2.4', manufacturer_index = 3")
        connection.execute("CREATE TEMP TABLE organization_members (organization_id uuid, user_id uuid, role text)")
        connection.execute("CREATE TEMP TABLE users AS SELECT id, email, true AS is_super_admin FROM registry.users")
        connection.execute(
            "CREATE FUNCTION pg_temp.acts_as_super_admin() RETURNS boolean LANGUAGE sql AS 'SELECT true'"
        )
        for call in ["next_child('2.4.2')", "allocate_next('2.4.2', 1, 'production', NULL)"]:
            with pytest.raises(psycopg.Error, match="only"), connection.transaction():
                connection.execute(f"SELECT registry.{call}".encode())
        raise psycopg.Rollback()


def test_trigger_functions_cannot_be_borrowed(ikea: Registry, office: World) -> None:
    functions = own(
        office.ada,
        """SELECT proname AS name FROM pg_proc
        WHERE pronamespace = 'registry'::regnamespace AND prorettype = 'trigger'::regtype""",
    )
    assert {"note_change", "register_pointers"} <= {one["name"] for one in functions}
    with ikea.transaction() as connection:
        connection.execute("CREATE TEMP TABLE mine (class_pointer bigint)")
        for one in functions:
            create = f"CREATE TRIGGER t BEFORE INSERT ON pg_temp.mine EXECUTE FUNCTION registry.{one['name']}()"
            with pytest.raises(pg.InsufficientPrivilege), connection.transaction():
                connection.execute(create.encode())
        raise psycopg.Rollback()


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
        assert foreign not in joined


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


def test_refusals_tell_nothing_of_what_is_there(office: World, ikea: Registry) -> None:
    with pytest.raises(PathTaken) as taken:
        allocate_path(ikea, "2.3.2.5")
    assert "IKEA" not in str(taken.value) and "2.3.2" not in str(taken.value)
    with ikea.transaction() as connection:
        with pytest.raises(pg.ExclusionViolation) as raw, connection.transaction():
            connection.execute(
                "INSERT INTO path_registry (wallet_version, path, allocation_type) VALUES (1, '2.3.2.5', 'test')"
            )
        assert "(" not in (raw.value.diag.message_detail or "")
        foreign = own(office.ada, "SELECT id FROM object_classes WHERE name = 'Anvil'")[0]["id"]
        with pytest.raises(pg.UniqueViolation) as raw_unique, connection.transaction():
            connection.execute(
                """
                INSERT INTO object_classes (id, name, manufacturer_organization_id)
                SELECT %s, 'x', id FROM organizations
                """,
                [foreign],
            )
        assert "(" not in (raw_unique.value.diag.message_detail or "")
        raise psycopg.Rollback()


def test_a_manufacturer_s_role_does_what_it_should(ikea: Registry) -> None:
    """The rest of this file would pass if nothing worked."""
    with undone(ikea):
        made = allocate_range(ikea, "2.3.5", 1, 10)
        assert (made.first, next_free(ikea, "2.3.5"), is_free(ikea, "2.3.6")) == ("2.3.5.2", 11, True)
        for action in ACTIONS:
            if action.table in ("path_level_values", "manufacturer_path_schemas", "object_classes"):
                assert ikea.rows(action.sql)
        pointer = ikea.row(
            """
            SELECT insert_class_pointer_with_global_check(ed25519_public_key, '2.3.5', class.id) AS what
            FROM manufacturer_registry, object_classes AS class WHERE prefix = '2.3' AND class.name = 'BILLY'
            """
        )
        assert pointer == {"what": "added"}
        trail = "SELECT DISTINCT database_role, user_id FROM audit_trail WHERE transaction_id = pg_current_xact_id()"
        with pytest.raises(AccessDenied):
            ikea.rows(trail)


def test_a_user_who_is_no_admin_there_does_nothing_by_the_role(office: World) -> None:
    for user in (office.ivo, office.abe, office.ada, office.nobody):
        with as_role(office, ROLES["ikea"], user) as registry, pytest.raises(AccessDenied):
            allocate_path(registry, "2.3.9")
