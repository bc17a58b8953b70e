"""Migrations: plain numbered SQL, forward only, each with its record in one transaction.

A few lines of our own and no tool: yoyo commits a migration and its record apart, keeps a lock that outlives a killed
process, and does not notice an edited file; dbmate locks nothing. See docs/decisions/0014-registry.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import psycopg

from plings.errors import DatabaseUnavailable, SettingsError
from plings.registry.failures import told

FOLDER: Final = Path(__file__).with_name("migrations")
SCHEMA: Final = "registry"
RECORDS: Final = "migrations"
"""The table that says what was applied. Another track of migrations has another."""

OLDEST_SERVER: Final = 170000
"""PostgreSQL 17: earlier ones have no exclusion constraints on partitioned tables, of which Citus makes use."""

_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+?)(?:@(\w+))?\.sql")
_LOCK: Final = int.from_bytes(sha256(b"plings registry migrations").digest()[:8], "big", signed=True)


@dataclass(frozen=True)
class Migration:
    """One file: its number, its name, its SQL and the digest by which an edit is noticed."""

    number: int
    name: str
    sql: str

    @property
    def digest(self) -> str:
        """sha256 of the SQL, in hexadecimal."""
        return sha256(self.sql.encode()).hexdigest()


def read_migrations(folder: Path = FOLDER, variant: str = "postgresql") -> list[Migration]:
    """The migrations of `folder` in order. Of a number in several variants (`0011_x@citus.sql`), the one of `variant`.

    Raises SettingsError for a file of another name, a gap, or a number without its variant.
    """
    found: dict[int, Migration] = {}
    numbers: set[int] = set()
    for file in sorted(folder.glob("*.sql")):
        match = _NAME.fullmatch(file.name)
        if match is None:
            raise SettingsError(f"{file.name}: a migration is named 0001_what.sql")
        number, name, only_for = int(match[1]), match[2], match[3]
        numbers.add(number)
        if only_for in (None, variant):
            if number in found:
                raise SettingsError(f"{file.name}: migration {number} is there twice")
            found[number] = Migration(number, name, file.read_text(encoding="utf-8"))
    if sorted(found) != list(range(1, len(numbers) + 1)):
        raise SettingsError(f"migrations have a gap, or one has no variant for {variant}: {sorted(found)}")
    return [found[number] for number in sorted(found)]


def migrate(
    connection: psycopg.Connection[Any],
    migrations: list[Migration] | None = None,
    on_applied: Callable[[Migration], None] = lambda _: None,
    *,
    records: str = RECORDS,
    as_one: bool = False,
) -> list[Migration]:
    """Applies what is missing, and returns it. Others who migrate meanwhile wait; a killed one leaves whole steps, or,
    if they are to go `as_one`, all or none.

    `connection` is in autocommit and its role owns the schema. Raises SettingsError for an applied migration that was
    edited or that this version does not know, DatabaseUnavailable for a server that is too old.
    """
    check_server(connection)
    with told():
        wanted = read_migrations(variant=variant_of(connection)) if migrations is None else migrations
        connection.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            with connection.transaction() if as_one else nullcontext():
                return list(_applied(connection, wanted, on_applied, records, as_one))
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])


def pending(
    connection: psycopg.Connection[Any], migrations: list[Migration] | None = None, *, records: str = RECORDS
) -> list[Migration]:
    """What `migrate` would apply. Raises as it does."""
    check_server(connection)
    with told():
        wanted = read_migrations(variant=variant_of(connection)) if migrations is None else migrations
        return wanted[len(_records(connection, wanted, records)) :]


def check_server(connection: psycopg.Connection[Any]) -> None:
    """Raises DatabaseUnavailable for a server before PostgreSQL 17, or a database that is not in UTF-8."""
    version = connection.info.server_version
    if version < OLDEST_SERVER:
        raise DatabaseUnavailable(f"PostgreSQL {version // 10000} is too old: it takes 17 or newer", "server_version")
    if connection.info.parameter_status("server_encoding") != "UTF8":
        raise DatabaseUnavailable("the database is not in UTF-8", "encoding")


def variant_of(connection: psycopg.Connection[Any]) -> str:
    """`citus` where that extension is in the database, else `postgresql`."""
    row = connection.execute("SELECT FROM pg_extension WHERE extname = 'citus'").fetchone()
    return "postgresql" if row is None else "citus"


def _applied(
    connection: psycopg.Connection[Any],
    wanted: list[Migration],
    on_applied: Callable[[Migration], None],
    records: str,
    as_one: bool,
) -> Iterator[Migration]:
    for migration in wanted[len(_records(connection, wanted, records)) :]:
        with nullcontext() if as_one else connection.transaction():
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            connection.execute(f"SET LOCAL search_path = {SCHEMA}, pg_temp")
            connection.execute(_RECORDS.format(records).encode())
            connection.execute(migration.sql.encode())
            connection.execute(
                f"INSERT INTO {SCHEMA}.{records} (number, name, digest) VALUES (%s, %s, %s)".encode(),
                [migration.number, migration.name, migration.digest],
            )
        on_applied(migration)
        yield migration


_RECORDS: Final = f"""
    CREATE TABLE IF NOT EXISTS {SCHEMA}.{{}} (
        number integer PRIMARY KEY, name text NOT NULL, digest text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now()
    )
"""


def _records(connection: psycopg.Connection[Any], wanted: list[Migration], records: str) -> list[str]:
    """The digests of what was applied, after a look whether it is what is `wanted`."""
    there = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [f"{SCHEMA}.{records}"]).fetchone()
    if there is None or not there[0]:
        return []
    select = f"SELECT number, digest FROM {SCHEMA}.{records} ORDER BY number"
    rows = connection.execute(select.encode()).fetchall()
    for (number, digest), migration in zip(rows, wanted, strict=False):
        if (number, digest) != (migration.number, migration.digest):
            raise SettingsError(f"migration {number:04} was edited after it was applied: add a new one instead")
    if len(rows) > len(wanted):
        raise SettingsError(f"the database has migration {rows[len(wanted)][0]:04}, which this version does not know")
    return [digest for _, digest in rows]
