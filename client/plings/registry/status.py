"""What a registry is and how much is in it, for who operates it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from plings.registry.database import Connection, fetch
from plings.registry.failures import told
from plings.registry.migrate import SCHEMA, pending

COUNTED: Final = (
    "users",
    "organizations",
    "wallet_versions",
    "manufacturer_registry",
    "path_registry",
    "object_classes",
    "class_pointers",
)
EXACT_UP_TO: Final = 100_000
"""Rows. Counting more takes seconds, so above it is what PostgreSQL last estimated."""


@dataclass(frozen=True)
class RegistryStatus:
    """`counts` is by table, None where migrations are missing; `estimated` names those that were not counted.

    `server_version` is such as `18.6`. `size_bytes` is the database's on disk.
    """

    server_version: str
    database: str
    host: str
    size_bytes: int
    applied_migrations: int
    pending_migrations: list[str]
    counts: dict[str, int]
    estimated: list[str]
    approvals_needed: int | None
    open_alerts: int | None


def registry_status(connection: Connection) -> RegistryStatus:
    """The status, as who owns the tables sees it. Raises DatabaseUnavailable, SettingsError."""
    missing = pending(connection)
    with told(), connection.transaction():
        connection.execute("SELECT set_config('search_path', %s, true)", [f"{SCHEMA}, pg_temp"])
        size = fetch(connection, "SELECT pg_database_size(current_database()) AS size")[0]["size"]
        there = {row["name"] for row in fetch(connection, _TABLES, [SCHEMA])}
        estimates = {table: _estimate(connection, table) for table in COUNTED if table in there}
        estimated = [table for table, rows in estimates.items() if rows > EXACT_UP_TO]
        counts = {
            table: rows if table in estimated else _one(connection, f"SELECT count(*) AS one FROM {table}")
            for table, rows in estimates.items()
        }
        applied = _one(connection, "SELECT count(*) AS one FROM migrations") if "migrations" in there else 0
        needed = _one(connection, "SELECT approvals_needed AS one FROM settings") if "settings" in there else None
        # the column came with a later migration than the table
        alerts = """SELECT count(*) AS one FROM system_alerts AS alert
            WHERE resolved_at IS NULL AND to_jsonb(alert) ->> 'withdrawn_at' IS NULL"""
        open_alerts = _one(connection, alerts) if "system_alerts" in there else None
    return RegistryStatus(
        server_version=connection.info.parameter_status("server_version") or "",
        database=connection.info.dbname,
        host=connection.info.host,
        size_bytes=size,
        applied_migrations=applied,
        pending_migrations=[f"{one.number:04} {one.name}" for one in missing],
        counts=counts,
        estimated=estimated,
        approvals_needed=needed,
        open_alerts=open_alerts,
    )


def _estimate(connection: Connection, table: str) -> int:
    """Of all partitions, as of the last VACUUM or ANALYZE."""
    return int(_one(connection, _ESTIMATE, [table]) or 0)


def _one(connection: Connection, sql: str, parameters: list[str] | None = None) -> Any:
    return fetch(connection, sql, parameters or ())[0]["one"]


_TABLES: Final = (
    "SELECT relname AS name FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind IN ('r', 'p')"
)
_ESTIMATE: Final = """
    SELECT sum(greatest(reltuples, 0)) AS one FROM pg_class
    WHERE relkind = 'r' AND oid IN (SELECT relid FROM pg_partition_tree(to_regclass(%s)))
"""
