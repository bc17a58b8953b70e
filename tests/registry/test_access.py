"""Who may do what, by every table and operation, and that nobody gets around it as the platform's role."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from fixtures.fix_registry import copied_database
from plings.errors import AccessDenied, ApprovalNeeded, RegistryError, StateRefused, ValueRefused
from plings.registry import Registry, connect
from plings.server import EmbeddedServer
from registry.actions import ACTIONS, ACTORS, Action, derived, furnish, undone
from registry.planting import own
from registry.world import World


@pytest.fixture(scope="module")
def office(postgresql: EmbeddedServer, templates: dict[str, str]) -> Iterator[World]:
    with copied_database(postgresql, templates["settled"]) as url, connect(url) as connection:
        world = World.of(Registry(connection), url)
        furnish(world)
        yield world


@pytest.fixture(scope="module")
def platform(office: World) -> Iterator[Registry]:
    """As Ada, by a role that is the platform's and no more; the tests' own is the server's superuser."""
    office.ada.connection.execute("CREATE ROLE plings_test_platform IN ROLE plings_application")
    try:
        with connect(office.url) as connection:
            connection.execute("SET SESSION AUTHORIZATION plings_test_platform")
            yield Registry(connection, office.ada.user_id)
    finally:
        office.ada.connection.execute("DROP ROLE plings_test_platform")


@pytest.mark.parametrize("actor", ACTORS)
@pytest.mark.parametrize("action", ACTIONS, ids=str)
def test_guards_let_through_whom_they_should(office: World, action: Action, actor: str) -> None:
    registry: Registry = getattr(office, actor)
    if actor in action.allowed:
        with undone(registry):
            assert len(registry.rows(action.sql)) == 1
        return
    with pytest.raises(RegistryError) as refused:
        registry.rows(action.sql)
    if action.refused_as and actor == "ada":
        assert refused.value.rule == action.refused_as
    else:
        assert isinstance(refused.value, AccessDenied)
        assert refused.value.rule == ("nobody_acts" if actor == "nobody" else refused.value.rule)


def test_every_table_and_operation_is_accounted_for(office: World) -> None:
    """A table, or a right to one, that no action above tries fails here until one does."""
    known = {(action.table, action.operation) for action in ACTIONS}
    select = """
        SELECT c.relname AS table, operation
        FROM pg_class AS c,
            unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS operation
        WHERE c.relnamespace = 'registry'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
            AND NOT c.relispartition AND CASE WHEN operation IN ('INSERT', 'UPDATE', 'REFERENCES')
                THEN has_any_column_privilege('plings_application', c.oid, operation)
                ELSE has_table_privilege('plings_application', c.oid, operation) END
    """
    found = {(row["table"], row["operation"]) for row in own(office.ada, select) if row["table"] not in derived()}
    assert found - known == set()
    assert known - found == set()


def test_partitions_are_no_way_around_their_table(office: World) -> None:
    """Directly into a partition: the pointer must be its hash there, too, and somebody must act."""
    partitions = own(
        office.ada, "SELECT relid::regclass::text AS name FROM pg_partition_tree('class_pointers') WHERE isleaf"
    )
    assert len(partitions) == 16
    shard = own(office.ada, "SELECT shard_id FROM manufacturer_registry WHERE prefix = '2.3'")[0]["shard_id"]
    insert = next(one.sql for one in ACTIONS if str(one) == "INSERT class_pointers")
    insert = insert.replace("INTO class_pointers", f"INTO class_pointers_{shard:02}")
    with undone(office.ida):
        assert len(office.ida.rows(insert)) == 1
    with pytest.raises(AccessDenied):
        office.abe.rows(insert)
    with pytest.raises(ValueRefused):
        office.ida.rows(insert.replace("'2.3.5'), ", "'2.3.6'), "))
    for operation in ("DELETE FROM", "TRUNCATE"):
        with pytest.raises(AccessDenied):
            office.ada.rows(f"{operation} class_pointers_{shard:02}")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_trail SET after = NULL",
        "DELETE FROM audit_trail",
        "TRUNCATE audit_trail",
        "INSERT INTO audit_trail (database_role, table_name, operation) VALUES ('x', 'users', 'INSERT')",
        "ALTER TABLE audit_trail DISABLE TRIGGER ALL",
        "DROP TABLE audit_trail",
        "SET LOCAL session_replication_role = replica",
        "SELECT set_config('session_replication_role', 'replica', true)",
        "SELECT setval('audit_trail_id_seq', 1)",
        "SELECT nextval('audit_trail_id_seq')",
        "SET LOCAL ROLE plings",
        "SELECT set_config('role', 'plings', true)",
        "CREATE FUNCTION registry.mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "CREATE TABLE registry.mine (a integer)",
        "CREATE OR REPLACE FUNCTION acts_as_super_admin() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "ALTER TABLE path_registry DROP CONSTRAINT paths_are_held_once",
        "CREATE TRIGGER mine BEFORE INSERT ON path_registry EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "DROP POLICY own_rows ON path_registry",
        "UPDATE settings SET approvals_needed = 2",
        "UPDATE wallet_versions SET current_daily_allocations = 0",
        "UPDATE approval_requests SET carried_out_at = NULL",
        "SELECT spend_approval('create_wallet', '{}')",
        "SELECT count_allocation(1)",
        "GRANT plings TO plings_application",
    ],
)
def test_the_platform_s_own_role_cannot(office: World, platform: Registry, sql: str) -> None:
    before = own(office.ada, "SELECT count(*), max(id) FROM audit_trail")
    with pytest.raises(RegistryError) as refused:
        platform.rows(sql)
    # a query with a wrong right is 42501; a sequence or function without one, too
    assert isinstance(refused.value, AccessDenied), refused.value
    assert own(office.ada, "SELECT count(*), max(id) FROM audit_trail") == before


@pytest.mark.parametrize(
    "operation", ["UPDATE audit_trail SET after = NULL", "DELETE FROM audit_trail", "TRUNCATE audit_trail"]
)
def test_nor_does_the_owner_of_the_trail_by_mistake(office: World, operation: str) -> None:
    with pytest.raises(StateRefused, match="never_removed"):
        own(office.ada, operation)


def test_trigger_functions_are_for_our_triggers_alone(office: World) -> None:
    """They run as the owner: on a table of one's own they would write into ours what nobody checked."""
    select = """
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = 'registry'::regnamespace AND prorettype = 'trigger'::regtype
            AND (has_function_privilege('plings_application', oid, 'EXECUTE')
                OR has_function_privilege('plings_manufacturer', oid, 'EXECUTE'))
    """
    assert own(office.ada, select) == []
    with undone(office.ada):
        office.ada.rows("CREATE TEMP TABLE added (class_pointer bigint, manufacturer_pubkey text)")
        with pytest.raises(AccessDenied):
            office.ada.rows("""
                CREATE TRIGGER mine AFTER INSERT ON pg_temp.added REFERENCING NEW TABLE AS added
                FOR EACH STATEMENT EXECUTE FUNCTION registry.register_pointers()
            """)


def test_later_objects_are_nobody_s_until_they_are_given(office: World) -> None:
    owner = office.ada.connection
    with owner.transaction(force_rollback=True):
        owner.execute("CREATE FUNCTION registry.later() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
        owner.execute("CREATE TABLE registry.later (id bigint GENERATED ALWAYS AS IDENTITY)")
        owner.execute("CREATE VIEW registry.later_view AS SELECT * FROM registry.users")
        for role in ("plings_application", "plings_manufacturer"):
            rights = owner.execute(
                """
                SELECT has_function_privilege(%(role)s, 'registry.later()', 'EXECUTE'),
                    has_table_privilege(%(role)s, 'registry.later', 'SELECT'),
                    has_table_privilege(%(role)s, 'registry.later_view', 'SELECT'),
                    has_sequence_privilege(%(role)s, 'registry.later_id_seq', 'USAGE')
                """,
                {"role": role},
            ).fetchone()
            assert rights == (False, False, False, False)


def test_who_acts_inside_another_s_transaction_leaves_it_theirs(office: World) -> None:
    with office.ida.transaction() as connection:
        assert office.ivo.row("SELECT acting_user() AS id") == {"id": office.ivo.user_id}
        assert connection.execute("SELECT acting_user()").fetchone() == (office.ida.user_id,)


@pytest.mark.parametrize("name", ["'; DROP TABLE users; --", "00000000-0000-0000-0000-000000000000", "", "null", "%s"])
def test_whoever_is_named_but_unknown_is_nobody(office: World, name: str) -> None:
    with office.nobody.transaction() as connection:
        connection.execute("SELECT set_config('plings.user_id', %s, true)", [name])
        with pytest.raises(psycopg.Error, match="who you are"):
            connection.execute("INSERT INTO organizations (name) VALUES ('x')")


def test_guards_that_count_want_to_see_what_others_did(office: World) -> None:
    """With an older snapshot, two who each put out another super-admin would both think that enough are left."""
    connection = office.ada.connection
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    try:
        for sql in [
            "UPDATE users SET is_super_admin = false WHERE email = 'cia@plings.example'",
            "UPDATE manufacturer_registry SET manufacturer_name = 'Acorn' WHERE prefix = '2.4'",
            next(one.sql for one in ACTIONS if str(one) == "INSERT wallet_versions"),
        ]:
            with pytest.raises(StateRefused) as refused:
                office.ada.rows(sql)
            assert refused.value.rule == "isolation"
    finally:
        connection.isolation_level = None


@pytest.mark.parametrize("role", ["plings_application", "plings_manufacturer", "plings"])
def test_the_platform_s_roles_are_no_organisation_s(office: World, role: str) -> None:
    """The platform would be shut out by it."""
    with pytest.raises(ValueRefused) as refused:
        office.ada.rows("UPDATE organizations SET database_role = %s WHERE name = 'IKEA'", [role])
    assert refused.value.rule == "platform_role"


def test_an_allocation_is_not_inserted_as_something_else(office: World) -> None:
    """As transferred it would hold nothing and look like history."""
    with undone(office.ida):
        made = office.ida.rows("""
            INSERT INTO path_registry (wallet_version, path, allocation_type, status, transferred_to_wallet,
                transferred_at, transferred_to, allocated_at, allocated_by, organization_id)
            SELECT 1, '2.3.7', 'production', 'transferred', 2, now(), id, '1999-01-01',
                (SELECT id FROM users WHERE email = 'abe@acme.example'),
                (SELECT id FROM organizations WHERE name = 'ACME')
            FROM path_registry WHERE path = '2.3.2'
            RETURNING status, transferred_to, allocated_at = now() AS is_now, allocated_by, organization_id
        """)[0]
        ikea = office.ida.row("SELECT id FROM organizations WHERE name = 'IKEA'")
        assert ikea is not None
        assert made == {
            "status": "active",
            "transferred_to": None,
            "is_now": True,
            "allocated_by": office.ida.user_id,
            "organization_id": ikea["id"],
        }


def test_approval_is_for_who_asks_for_it_exactly(office: World) -> None:
    with pytest.raises(ApprovalNeeded):
        office.ada.rows("UPDATE wallet_versions SET is_default = true WHERE version_id = 2")
