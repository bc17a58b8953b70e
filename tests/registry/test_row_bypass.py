"""What a manufacturer's own database role tries in vain: to be another, to act for another, to get past the guards."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import errors as pg

from plings.errors import AccessDenied, AlreadyRegistered, PathTaken, RegistryError, ValueRefused
from plings.registry import Registry
from plings.registry.paths import allocate_path, allocate_range, is_free, next_free
from plings.registry.people import give_database_role
from plings.server import EmbeddedServer
from registry.actions import ACTIONS, undone
from registry.drawn import as_values, drawn
from registry.planting import own
from registry.printed_lists import PrintedList
from registry.row_roles import ROLES, as_role, office_with_roles, organization_id
from registry.world import World, identity


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with office_with_roles(postgresql, templates) as world:
        yield world


@pytest.fixture
def ikea(office: World) -> Iterator[Registry]:
    """Ida, by IKEA's own role."""
    with as_role(office, ROLES["ikea"], office.ida) as registry:
        yield registry


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


ACME_S = PrintedList(identity("2.4"), "2.4.2.8")


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
        "INSERT INTO class_pictures (class_id, body, width_pixels, height_pixels)"
        f" VALUES ('{{acme class}}', {as_values(drawn('red'))})",
        f"INSERT INTO printed_batches (commitment) VALUES ('{ACME_S.commitment.text}')",
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


@pytest.mark.parametrize(
    "table", ["path_registry", "object_classes", "class_pictures", "path_level_values", "system_alerts"]
)
def test_changes_reach_no_other_s_rows(office: World, ikea: Registry, table: str) -> None:
    theirs = [one for one in ACTIONS if one.table == table and one.operation in ("UPDATE", "DELETE")]
    before = own(office.ada, f"SELECT * FROM {table} ORDER BY 1")
    for action in theirs:
        foreign = action.sql.replace("2.3.2", "2.4.2").replace("BILLY", "Anvil")
        with undone(ikea):
            try:
                assert ikea.rows(foreign) == []
            except AccessDenied:
                assert table == "system_alerts"
    assert own(office.ada, f"SELECT * FROM {table} ORDER BY 1") == before


def test_rows_do_not_become_another_s(ikea: Registry, office: World) -> None:
    acme = organization_id(office, "ACME")
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


ITS_OWN = (
    *("path_level_values", "manufacturer_path_schemas", "object_classes"),
    *("class_pictures", "printed_batches", "printed_runs"),
)


def test_a_manufacturer_s_role_does_what_it_should(ikea: Registry) -> None:
    """The rest of this file would pass if nothing worked."""
    with undone(ikea):
        made = allocate_range(ikea, "2.3.5", 1, 10)
        assert (made.first, next_free(ikea, "2.3.5"), is_free(ikea, "2.3.6")) == ("2.3.5.2", 11, True)
        for action in ACTIONS:
            if action.table in ITS_OWN:
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


def test_a_role_has_a_name_that_is_one_and_its_own(office: World) -> None:
    owner = Registry(office.ada.connection, office.ada.user_id, role=None)
    for name in ("", "pg_reader", "Ikea", "a b", "x; DROP ROLE plings", "\0", "\u202ex", "x" * 64):
        with pytest.raises(ValueRefused) as refused:
            give_database_role(owner, "IKEA", name)
        assert refused.value.rule == "role_name"
    with pytest.raises(AlreadyRegistered):
        give_database_role(owner, "IKEA", ROLES["acme"])
    with pytest.raises(AccessDenied):
        give_database_role(office.ida, "IKEA", "plings_test_other")


def test_a_role_s_password_is_not_sent_as_it_is(office: World) -> None:
    owner = Registry(office.ada.connection, office.ada.user_id, role=None)
    told: list[str] = []
    with owner.transaction() as connection:
        connection.execute("SET LOCAL client_min_messages = log")
        connection.execute("SET LOCAL log_statement = 'all'")
        connection.add_notice_handler(lambda notice: told.append(str(notice.message_primary)))
        give_database_role(owner, "Plings", "plings_test_secret", password="geheim 123")
        stored = "SELECT rolpassword FROM pg_authid WHERE rolname = 'plings_test_secret'"
        assert str(connection.execute(stored).fetchone()).startswith("('SCRAM-SHA-256$")
        raise psycopg.Rollback()
    assert any("CREATE ROLE" in one for one in told) and not any("geheim" in one for one in told)
