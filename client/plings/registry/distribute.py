"""From one machine to a cluster: the tables that grow with every class pointer are distributed over Citus's workers.

    with open_database(url) as (connection, _):
        distribute(connection)

`migrations/distribute/*.sql` does it, all of it in one transaction: it is done or nothing is, and there is no way back
but a backup. Nothing else changes for who uses the registry. When to: docs/sizes.md.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import psycopg

from plings.errors import DatabaseUnavailable
from plings.registry.database import Connection
from plings.registry.failures import told
from plings.registry.migrate import FOLDER, SCHEMA, Migration, migrate, pending, read_migrations

STEPS: Final = FOLDER / "distribute"
RECORDS: Final = "distribute_migrations"

WAIT_SECONDS: Final = 30.0
"""How long it waits for others to be done with the tables, before it lets them be."""


@dataclass(frozen=True)
class Distribution:
    """What is moved where. `steps` are empty once all of it was."""

    workers: list[str]
    pointers: int
    size_bytes: int
    """Of both tables with their indexes, on this machine: the workers together need as much."""
    steps: list[Migration]


def plan_distribution(connection: Connection) -> Distribution:
    """What `distribute` would do. Counts all class pointers. Raises as it does, but `busy`."""
    missing = pending(connection)
    if missing:
        raise DatabaseUnavailable("migrations are missing: run plings registry migrate first", "not_migrated")
    steps = pending(connection, read_migrations(STEPS), records=RECORDS)
    with told():
        workers = _workers(connection)
        row = connection.execute(_SIZES.encode()).fetchone()
    assert row is not None
    return Distribution(workers, row[0], row[1], steps)


def distribute(
    connection: Connection,
    on_applied: Callable[[Migration], None] = lambda _: None,
    *,
    wait_seconds: float = WAIT_SECONDS,
) -> Distribution:
    """Distributes the registry's tables with all that is in them, and gives what was done. A second time does nothing.

    `connection` is in autocommit, to the coordinator, as who owns the tables. Everybody else's work with class pointers
    waits while it runs. Raises DatabaseUnavailable: `no_citus`, `no_workers`, `worker` (one cannot be prepared),
    `not_migrated`, `busy` (others hold the tables), or what a worker failed with; then nothing was changed.
    """
    plan = plan_distribution(connection)
    if not plan.steps:
        return plan
    with told():
        _prepare_workers(connection)
        connection.execute("SELECT set_config('lock_timeout', %s, false)", [f"{int(wait_seconds * 1000)}ms"])
    try:
        migrate(connection, read_migrations(STEPS), on_applied, records=RECORDS, as_one=True)
    finally:
        with suppress(psycopg.Error):
            connection.execute("RESET lock_timeout")
    return plan


def _workers(connection: Connection) -> list[str]:
    found = connection.execute("SELECT FROM pg_proc WHERE proname = 'create_distributed_table'").fetchone()
    if found is None:
        text = "the database has no Citus: install it here and on the workers, then CREATE EXTENSION citus"
        raise DatabaseUnavailable(text, "no_citus")
    # where the stand-in of the tests has it
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = {SCHEMA}")
        rows = connection.execute("SELECT node_name, node_port FROM citus_get_active_worker_nodes() ORDER BY 1, 2")
        workers = [f"{name}:{port}" for name, port in rows]
    if not workers:
        raise DatabaseUnavailable("the cluster has no workers: SELECT citus_add_node('HOST', 5432) first", "no_workers")
    return workers


def _prepare_workers(connection: Connection) -> None:
    """Citus asks workers in the name of who is in effect, so there the application's role logs in itself."""
    with connection.transaction():
        connection.execute(f"SET LOCAL search_path = {SCHEMA}")
        rows = connection.execute("SELECT nodename, success, result FROM run_command_on_workers(%s)", [_ROLES])
        for name, success, result in rows:
            if not success:
                said = " ".join(str(result).split())
                raise DatabaseUnavailable(f"worker {name} did not take the application's role: {said}", "worker")


_SIZES: Final = f"""
    SELECT (SELECT count(*) FROM {SCHEMA}.class_pointers), (
        SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint
        FROM unnest(ARRAY['{SCHEMA}.class_pointers', '{SCHEMA}.global_class_pointer_registry']::regclass[]) AS one,
            LATERAL (SELECT one::oid AS relid UNION SELECT relid FROM pg_partition_tree(one)) AS parts
        WHERE (SELECT relkind FROM pg_class WHERE pg_class.oid = parts.relid) = 'r'
    )
"""
_ROLES: Final = """
    DO $$
    BEGIN
        PERFORM set_config('citus.enable_ddl_propagation', 'off', true);
        PERFORM set_config('citus.enable_create_role_propagation', 'off', true);
        PERFORM set_config('citus.enable_alter_role_propagation', 'off', true);
        IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'plings_application') THEN
            ALTER ROLE plings_application LOGIN;
        ELSE
            CREATE ROLE plings_application LOGIN;
        END IF;
    END
    $$
"""
