"""The audit trail: who changed what, from what to what. Its rows are the database's own, and nobody changes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from plings.errors import AccessDenied, NotInRegistry, shown
from plings.registry.database import Connection, Registry, Row, columns, fetch, fetch_records
from plings.registry.manufacturers import Manufacturer


@dataclass(frozen=True)
class AuditEntry:
    """One row's change. `who` is the e-mail address of who acted, None for the database's owner in person."""

    id: int
    at: datetime
    transaction_id: str
    """Equal for what was done together."""
    who: str | None
    database_user: str
    database_role: str
    table_name: str
    operation: str
    """`INSERT`, `UPDATE`, `DELETE`, or `LOAD` for class pointers that were added together."""
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def changes(self) -> dict[str, tuple[Any, Any]]:
        """The columns that changed, each with its value before and after: None where the row was not there."""
        before, after = self.before or {}, self.after or {}
        names = [*after, *(name for name in before if name not in after)]
        pairs = {name: (before.get(name), after.get(name)) for name in names}
        return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


@dataclass(frozen=True)
class Operation:
    """What was registered, allocated or transferred for a manufacturer, and by whom, in whatever wallet."""

    operation: str
    """`manufacturer_registration`, `path_allocation` or `path_transfer`."""
    wallet_version: int
    version_name: str
    path: str
    timestamp: datetime
    operator: str | None
    details: str | None


def audit_trail(
    registry: Registry,
    *,
    table: str | None = None,
    user: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    manufacturer: str | None = None,
    limit: int = 1000,
) -> list[AuditEntry]:
    """Changes, newest first: of a table, by a user's e-mail address, from `since` to before `until`, or of what is a
    manufacturer's, by prefix or name.

    Super-admins see all, owners and admins what is of their organisation's manufacturer.
    Raises AccessDenied, NotInRegistry.
    """
    asked: dict[str, Any] = {"table": table, "user": user, "since": since, "until": until, "limit": limit}

    def work(connection: Connection) -> list[AuditEntry]:
        if user is not None:
            _demand_user(connection, user)
        if manufacturer is None:
            fetch(connection, "SELECT require_super_admin()")
            return fetch_records(connection, AuditEntry, _TRAIL, asked | _EVERYBODY)
        registrations = _registrations(connection, manufacturer)
        for organization in {one.organization_id for one in registrations}:
            fetch(connection, "SELECT require_organization_admin(%s)", [organization])
        return fetch_records(connection, AuditEntry, _TRAIL, asked | _whose(registrations))

    return registry.attempt(work)


def operations(registry: Registry, manufacturer: str, *, limit: int = 1000) -> list[Operation]:
    """What was done for a manufacturer, by name, in all wallets, newest first; for those of its organisation.

    Raises AccessDenied, NotInRegistry.
    """
    select = f"""
        SELECT {columns(Operation)} FROM manufacturer_operations
        WHERE lower(manufacturer_name) = lower(%s) ORDER BY "timestamp" DESC, path LIMIT %s
    """

    def work(connection: Connection) -> list[Operation]:
        owner = _registrations(connection, manufacturer)[0].organization_id
        _demand_sight(connection, owner)
        return fetch_records(connection, Operation, select, [manufacturer, limit])

    return registry.attempt(work)


def _registrations(connection: Connection, manufacturer: str) -> list[Manufacturer]:
    select = f"""
        SELECT {columns(Manufacturer)} FROM manufacturer_registry
        WHERE prefix = %(asked)s OR lower(manufacturer_name) = lower(%(asked)s)
    """
    found = fetch_records(connection, Manufacturer, select, {"asked": manufacturer})
    if not found:
        raise NotInRegistry(f"there is no manufacturer {shown(manufacturer)}", "unknown_manufacturer")
    return found


def _demand_user(connection: Connection, email: str) -> None:
    if not fetch(connection, "SELECT id FROM users WHERE email = %s", [email]):
        raise NotInRegistry(f"nobody here is {shown(email)}", "unknown_user")


def _demand_sight(connection: Connection, organization: UUID) -> None:
    sees = "SELECT acts_as_super_admin() OR %s IN (SELECT seen_organizations()) AS sees"
    if not fetch(connection, sees, [organization])[0]["sees"]:
        raise AccessDenied("only its organisation and super-admins may see what was done for it", "organization_member")


def _whose(registrations: list[Manufacturer]) -> Row:
    return {
        "everybody": False,
        "places": [f"{one.wallet_version}.{one.manufacturer_index}" for one in registrations],
        "keys": [one.ed25519_public_key for one in registrations],
        "organizations": [str(one.organization_id) for one in registrations],
    }


_EVERYBODY: Final[Row] = {"everybody": True, "places": [], "keys": [], "organizations": []}

_TRAIL: Final = """
    SELECT trail.id, at, transaction_id::text AS transaction_id, actor.email AS who, database_user, database_role,
        table_name, operation, before, after
    FROM audit_trail AS trail
    LEFT JOIN users AS actor ON actor.id = trail.user_id
    CROSS JOIN LATERAL (SELECT coalesce(after, before) AS facts) AS changed
    WHERE table_name = coalesce(%(table)s, table_name)
        AND (%(user)s::text IS NULL OR actor.email = %(user)s)
        AND at >= coalesce(%(since)s::timestamptz, '-infinity') AND at < coalesce(%(until)s::timestamptz, 'infinity')
        AND (%(everybody)s OR CASE
            WHEN table_name IN ('manufacturer_registry', 'path_registry')
                OR table_name IN ('manufacturer_path_schemas', 'path_level_values', 'dash_migrations', 'dash_classes')
                THEN facts ->> 'wallet_version' || '.' || (facts ->> 'manufacturer_index') = ANY(%(places)s)
            WHEN table_name = 'manufacturer_lineage'
                THEN facts ->> 'current_wallet_version' || '.' || (facts ->> 'current_manufacturer_index')
                    = ANY(%(places)s)
            WHEN table_name = 'class_pointers' THEN facts ->> 'manufacturer_pubkey' = ANY(%(keys)s)
            WHEN table_name = 'object_classes' THEN facts ->> 'manufacturer_organization_id' = ANY(%(organizations)s)
            WHEN table_name = 'class_pictures' THEN EXISTS (
                SELECT FROM object_classes AS class WHERE class.id = (facts ->> 'class_id')::uuid
                    AND class.manufacturer_organization_id::text = ANY(%(organizations)s)
            )
            WHEN table_name = 'printed_runs' THEN EXISTS (
                SELECT FROM printed_batches AS batch WHERE batch.id = (facts ->> 'batch_id')::bigint
                    AND batch.organization_id::text = ANY(%(organizations)s)
            )
            WHEN table_name IN ('organization_members', 'system_alerts', 'collision_resolutions', 'printed_batches')
                THEN facts ->> 'organization_id' = ANY(%(organizations)s)
            WHEN table_name = 'organizations' THEN facts ->> 'id' = ANY(%(organizations)s)
            ELSE false
        END)
    ORDER BY trail.id DESC LIMIT %(limit)s
"""
