"""What PostgreSQL says went wrong, as this package's errors.

The database's own guards raise codes of class `PL` with the rule as the hint; its constraints are told by their names.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from psycopg import errors as pg

from plings.errors import (
    AccessDenied,
    AlreadyRegistered,
    ApprovalNeeded,
    DatabaseUnavailable,
    LimitReached,
    NotInRegistry,
    PathTaken,
    RegistryError,
    StateRefused,
    ValueRefused,
)

GUARDS: Final[dict[str, type[RegistryError]]] = {
    "PL001": AccessDenied,
    "PL002": StateRefused,
    "PL003": StateRefused,
    "PL004": ApprovalNeeded,
    "PL005": LimitReached,
    "PL006": AlreadyRegistered,
    "PL007": NotInRegistry,
    "PL008": LimitReached,
    "PL009": ValueRefused,
}
"""SQLSTATEs that the migrations raise."""

TRANSIENT: Final = (pg.DeadlockDetected, pg.SerializationFailure)
"""Nothing was changed, and the same again may go through."""

_BUSY: Final = (*TRANSIENT, pg.LockNotAvailable)
_ABSENT: Final = (pg.UndefinedTable, pg.UndefinedFunction, pg.UndefinedColumn, pg.InvalidSchemaName)


@contextmanager
def told() -> Iterator[None]:
    """Every error of the driver, raised as a RegistryError."""
    try:
        yield
    except psycopg.Error as error:
        raise translated(error) from error
    except UnicodeEncodeError as error:
        raise ValueRefused("a text is not Unicode", "not_unicode") from error


def translated(error: psycopg.Error) -> RegistryError:
    """The error of ours that `error` is."""
    code, told_by = error.sqlstate or "", error.diag
    if code in GUARDS:
        return GUARDS[code](_line(told_by.message_primary or str(error)), told_by.message_hint or "refused")
    if isinstance(error, pg.ExclusionViolation):
        return PathTaken("somebody holds a path of these", "path_taken")
    if isinstance(error, pg.UniqueViolation):
        return AlreadyRegistered(f"it is there already: {_what(error)}", told_by.constraint_name or "unique")
    if isinstance(error, pg.DuplicateObject):
        return AlreadyRegistered(_line(told_by.message_primary or str(error)), "duplicate")
    if isinstance(error, pg.ForeignKeyViolation):
        return NotInRegistry(f"what it refers to is not there: {_what(error)}", told_by.constraint_name or "reference")
    if isinstance(error, pg.InsufficientPrivilege):
        return AccessDenied(_line(told_by.message_primary or "the database role may not do that"), "privilege")
    if isinstance(error, pg.ProgramLimitExceeded):
        return ValueRefused(_line(told_by.message_primary or str(error)), "too_long")
    if isinstance(error, pg.IntegrityError | pg.DataError) or code[:2] == "22":
        return ValueRefused(_value_text(error), told_by.constraint_name or "value")
    if isinstance(error, _BUSY):
        return DatabaseUnavailable("others were at the same rows; nothing was changed, ask again", "busy")
    if isinstance(error, pg.ReadOnlySqlTransaction):
        return DatabaseUnavailable("the database is read-only, such as a standby", "read_only")
    if isinstance(error, pg.UndefinedFunction) and (told_by.message_primary or "").startswith("operator"):
        return ValueRefused(_value_text(error), "value")  # a number for a text, say
    if isinstance(error, _ABSENT):
        return DatabaseUnavailable("the database has not our tables: run plings registry migrate", "not_migrated")
    line = _line(told_by.message_primary or str(error) or type(error).__name__)
    if not code and isinstance(error, psycopg.ProgrammingError):
        return ValueRefused(line, "value")
    is_lost = not code or code[:2] in ("08", "57") or isinstance(error, pg.IdleInTransactionSessionTimeout)
    return DatabaseUnavailable(f"the database failed: {line}", "connection" if is_lost else code)


def _what(error: psycopg.Error) -> str:
    """`(wallet_version, path)=(1, 2.3)`, of the detail that PostgreSQL gives."""
    detail = error.diag.message_detail or error.diag.constraint_name or "?"
    return _line(detail.removeprefix("Key "))


def _value_text(error: psycopg.Error) -> str:
    told_by = error.diag
    if told_by.constraint_name:
        where = told_by.column_name or told_by.datatype_name or told_by.table_name or "a value"
        return f"{where}: breaks {told_by.constraint_name}"
    return _line(told_by.message_primary or str(error))


def _line(text: str) -> str:
    """What PostgreSQL says, which may hold what a stranger wrote: one line of at most 400 characters, all of ASCII."""
    line = " ".join(text[:1000].split())
    return "".join(one if one.isascii() and one.isprintable() else ascii(one)[1:-1] for one in line)[:400]
