"""The connection to the registry, and who acts through it.

Every operation is one transaction in the role `plings_application`, with the acting user named; the database's guards
decide what that user may do. See docs/decisions/0014-registry.md.
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Any, Final, TypeVar
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import TupleRow, class_row, dict_row

from plings.errors import DatabaseUnavailable, NotInRegistry, SettingsError, shown
from plings.registry.failures import TRANSIENT, told, translated
from plings.registry.migrate import SCHEMA, migrate, pending

URL_VARIABLE: Final = "PLINGS_DATABASE_URL"
DATABASE: Final = "plings"
"""Its name in the embedded server."""

APPLICATION: Final = "plings_application"
"""The platform's role, in which what it does is done."""

ATTEMPTS: Final = 6
"""How often a transaction is tried that others got in the way of."""

IDLE_SECONDS: Final = 30
"""How long a transaction may wait for its own program before the server ends it: others wait for what it holds."""
WAIT_SECONDS: Final = 45
"""How long a statement waits for others' rows; more, so that an idle one is ended before those behind it give up."""

Result = TypeVar("Result")
Row = dict[str, Any]
Connection = psycopg.Connection[Any]


class Registry:
    """A registry as `user_id` sees it, over one connection. Not for several threads at once."""

    def __init__(self, connection: Connection, user_id: UUID | None = None, role: str | None = APPLICATION):
        self.connection = connection
        self.user_id = user_id
        self.role = role
        """Taken on in every transaction; None leaves the role that logged in, such as a manufacturer's own."""

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """One transaction as the acting user, or a part of the one that is open.

        Raises RegistryErrors; then nothing of it was changed, but with rule `unresolved`: the connection broke while it
        was made permanent, and only a look can tell. DatabaseUnavailable with rule `busy`: others hold what it takes.
        """
        with told(), self._whole():
            yield self.connection

    def attempt(self, work: Callable[[Connection], Result]) -> Result:
        """`work` in a transaction, again where others got in its way, so that it must do nothing besides.

        Inside of a transaction it is a part of it, and who began that may try again. Raises as `transaction` does;
        `busy` after six attempts.
        """
        for attempt in range(ATTEMPTS):
            try:
                with self._whole():
                    return work(self.connection)
            except TRANSIENT as error:
                if self._is_inside():
                    raise
                if attempt == ATTEMPTS - 1:
                    raise translated(error) from error
                # not all at the same time again
                time.sleep(random.uniform(0.005, 0.015) * 2**attempt)
            except (psycopg.Error, UnicodeEncodeError):
                with told():
                    raise
        raise AssertionError("unreachable")

    def rows(self, sql: str, parameters: Sequence[Any] | Row = ()) -> list[Row]:
        """The rows that one statement gives, by column name. Raises RegistryErrors."""
        return self.attempt(lambda connection: fetch(connection, sql, parameters))

    def row(self, sql: str, parameters: Sequence[Any] | Row = ()) -> Row | None:
        """The first of them, or None."""
        return next(iter(self.rows(sql, parameters)), None)

    def records(self, kind: type[Result], sql: str, parameters: Sequence[Any] | Row = ()) -> list[Result]:
        """The rows as `kind`, a dataclass with fields of the columns' names."""
        return self.attempt(lambda connection: fetch_records(connection, kind, sql, parameters))

    def record(self, kind: type[Result], sql: str, parameters: Sequence[Any] | Row = ()) -> Result | None:
        """The first of them, or None."""
        return next(iter(self.records(kind, sql, parameters)), None)

    def acting(self, email: str) -> Registry:
        """The same registry as another user sees it. Raises NotInRegistry for nobody's address."""
        row = self.row("SELECT id FROM users WHERE email = %s AND is_active", [email])
        if row is None:
            raise NotInRegistry(f"nobody here is {shown(email)}", "unknown_user")
        return Registry(self.connection, row["id"], self.role)

    @contextmanager
    def _whole(self) -> Iterator[None]:
        is_inside, is_done = self._is_inside(), False
        try:
            with self.connection.transaction():
                before = self._settings() if is_inside else {}
                self._set(self._wanted())
                yield
                # who began the transaction goes on as who it was
                self._set(before)
                is_done = not is_inside
        except psycopg.OperationalError as error:
            if is_done and self.connection.closed:
                text = "the connection broke at the end of a transaction, which may have taken effect"
                raise DatabaseUnavailable(text, "unresolved") from error
            raise

    def _is_inside(self) -> bool:
        return self.connection.info.transaction_status not in (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

    def _wanted(self) -> dict[str, str]:
        wanted = {
            "search_path": f"{SCHEMA}, pg_temp",
            "plings.user_id": str(self.user_id or ""),
            "lock_timeout": f"{WAIT_SECONDS}s",
            "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
        }
        # last, since the role's own rights are all that is left then
        return wanted if self.role is None else {**wanted, "role": self.role}

    def _settings(self) -> dict[str, str]:
        names = ["role", *self._wanted()]
        select = "SELECT name, coalesce(current_setting(name, true), '') FROM unnest(%s::text[]) AS name"
        return dict(self.connection.execute(select, [names]).fetchall())

    def _set(self, settings: dict[str, str]) -> None:
        """For the rest of the transaction."""
        if settings:
            calls = ", ".join(["set_config(%s, %s, true)"] * len(settings))
            self.connection.execute(
                f"SELECT {calls}".encode(), [one for setting in settings.items() for one in setting]
            )


def fetch(connection: Connection, sql: str, parameters: Sequence[Any] | Row = ()) -> list[Row]:
    """The rows that a statement gives inside a transaction, by column name."""
    with connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute(sql.encode(), parameters)
        return [] if cursor.description is None else cursor.fetchall()


def fetch_records(
    connection: Connection, kind: type[Result], sql: str, parameters: Sequence[Any] | Row = ()
) -> list[Result]:
    """The rows that a statement gives inside a transaction, as `kind`, a dataclass with fields of their names."""
    with connection.cursor(row_factory=class_row(kind)) as cursor:
        cursor.execute(sql.encode(), parameters)
        return [] if cursor.description is None else cursor.fetchall()


def columns(kind: Any, table: str = "") -> str:
    """The columns that a dataclass has fields for, for a SELECT or RETURNING."""
    return ", ".join(f"{table}.{field.name}" if table else field.name for field in fields(kind))


@contextmanager
def open_registry(
    url: str | None = None, *, data_folder: Path | None = None, as_user: str | None = None
) -> Iterator[Registry]:
    """The registry of `url`, of PLINGS_DATABASE_URL, or else of an own server that ends with the last who uses it.

    An own server's database is made and migrated when it is opened; another must have been. `as_user` is the e-mail
    address of who acts. Raises DatabaseUnavailable, SettingsError and, for a stranger, NotInRegistry.
    """
    with open_database(url, data_folder=data_folder) as (connection, embedded):
        if embedded:
            migrate(connection)
        elif pending(connection):
            raise DatabaseUnavailable("migrations are missing: run plings registry migrate", "not_migrated")
        registry = Registry(connection, role=_role_to_take(connection))
        yield registry if as_user is None else registry.acting(as_user)


def _role_to_take(connection: Connection) -> str | None:
    """The platform's, unless who logged in is not of the platform: a manufacturer's own role stays what it is."""
    with told():
        row = connection.execute("SELECT pg_has_role(%s, 'MEMBER')", [APPLICATION]).fetchone()
    return APPLICATION if row and row[0] else None


@contextmanager
def open_database(url: str | None = None, *, data_folder: Path | None = None) -> Iterator[tuple[Connection, bool]]:
    """A connection in autocommit as who owns the tables, and whether the server is our own."""
    url = url or os.environ.get(URL_VARIABLE)
    with ExitStack() as stack:
        conninfo = url or stack.enter_context(_embedded(data_folder))
        connection = connect(conninfo)
        stack.callback(connection.close)
        yield connection, not url


def connect(conninfo: str) -> psycopg.Connection[TupleRow]:
    """A connection in autocommit. Raises DatabaseUnavailable, SettingsError; no text holds any part of the password."""
    settings = _parsed(conninfo)
    try:
        return psycopg.connect(**settings, autocommit=True)
    except psycopg.Error as error:
        text = " ".join(str(error).split())
        if settings.get("password") and str(settings["password"]) in text:
            text = "the server cannot be asked"
        raise DatabaseUnavailable(f"no connection: {text}", "connection") from None


def _parsed(conninfo: str) -> dict[str, Any]:
    """libpq's settings. Of a password with an `@` or `/` that is not escaped, a part would be taken for a host."""
    malformed = "the database's URL is malformed: see libpq's connection strings; in a password, @ is %40 and / is %2F"
    if "\0" in conninfo:
        raise SettingsError(malformed)
    try:
        given = {name: str(value) for name, value in conninfo_to_dict(conninfo).items() if value is not None}
    except (psycopg.Error, UnicodeError):
        raise SettingsError(malformed) from None
    ports = given.get("port", "").split(",")
    hosts = given.get("host", "").split(",")
    if (
        any(port and not (port.isascii() and port.isdigit() and len(port) < 6) for port in ports)
        or any("@" in host[1:] or len(host) > 1000 for host in hosts)
        or "@" in given.get("dbname", "")
    ):
        raise SettingsError(malformed)
    return {"connect_timeout": "10", "application_name": "plings", "keepalives_idle": "30", **given}


@contextmanager
def _embedded(data_folder: Path | None) -> Iterator[str]:
    from plings.server import running_server

    with running_server(data_folder) as server:
        with connect(server.conninfo(database="postgres")) as connection, suppress(psycopg.errors.DuplicateDatabase):
            if connection.execute("SELECT FROM pg_database WHERE datname = %s", [DATABASE]).fetchone() is None:
                connection.execute(f"CREATE DATABASE {DATABASE}")
        yield server.conninfo(database=DATABASE)
