"""A wallet whose master key is in wrong hands: marking it and everybody in it at once, and telling whom it concerns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from plings.registry.database import Connection, Registry, fetch

ALERT: Final = "WALLET_COMPROMISED"


@dataclass(frozen=True)
class Affected:
    """A manufacturer of the wallet. `status_before` is what it was when it was not compromised."""

    prefix: str
    name: str
    organization_id: UUID
    organization: str
    public_key: str | None
    key_delegation_level: str
    status_before: str
    status: str


@dataclass(frozen=True)
class Marked:
    """What marking changed: nothing at all the second time."""

    wallet: bool
    manufacturers: frozenset[str]
    """Prefixes."""
    alerts: int


def affected_manufacturers(registry: Registry, wallet: int) -> list[Affected]:
    """All of a wallet, by index. What they were before comes from the audit trail."""
    return registry.records(Affected, _AFFECTED, {"wallet": wallet})


def mark_compromised(registry: Registry, wallet: int) -> Marked:
    """Marks a wallet and its manufacturers compromised and raises the alerts, all or nothing. One super-admin suffices.

    An alert that was raised before is not raised again, resolved or not. Raises AccessDenied.
    """

    def work(connection: Connection) -> Marked:
        fetch(connection, "SELECT require_super_admin()")
        marked = fetch(connection, _WALLET, {"wallet": wallet})
        makers = fetch(connection, _MANUFACTURERS, {"wallet": wallet})
        raised = fetch(connection, _ALERTS, {"wallet": wallet, "type": ALERT})
        return Marked(bool(marked), frozenset(row["prefix"] for row in makers), len(raised))

    return registry.attempt(work)


def alerts_missing(registry: Registry, wallet: int) -> int:
    """How many alerts marking would raise."""
    row = registry.rows(f"SELECT count(*) AS missing FROM ({_MISSING}) AS missing", {"wallet": wallet, "type": ALERT})[
        0
    ]
    return int(row["missing"])


_AFFECTED: Final = """
    WITH marked AS (
        SELECT DISTINCT ON (after ->> 'id') (after ->> 'id')::uuid AS id, before ->> 'status' AS status
        FROM audit_trail
        WHERE table_name = 'manufacturer_registry' AND operation = 'UPDATE'
            AND after ->> 'status' = 'compromised' AND before ->> 'status' <> 'compromised'
        ORDER BY after ->> 'id', audit_trail.id DESC
    )
    SELECT prefix, manufacturer_name::text AS name, organization_id, organization.name::text AS organization,
        ed25519_public_key AS public_key, key_delegation_level, maker.status,
        CASE WHEN maker.status = 'compromised' THEN coalesce(marked.status, 'active')
            ELSE maker.status END AS status_before
    FROM manufacturer_registry AS maker
    JOIN organizations AS organization ON organization.id = organization_id
    LEFT JOIN marked ON marked.id = maker.id
    WHERE wallet_version = %(wallet)s ORDER BY manufacturer_index
"""
_WALLET: Final = """
    UPDATE wallet_versions SET status = 'compromised', is_default = false
    WHERE version_id = %(wallet)s AND status <> 'compromised' RETURNING version_id
"""
_MANUFACTURERS: Final = """
    UPDATE manufacturer_registry SET status = 'compromised'
    WHERE wallet_version = %(wallet)s AND status <> 'compromised' RETURNING prefix
"""
# One for the platform and one for each organisation that prints there.
_MISSING: Final = """
    SELECT * FROM (
        SELECT 'CRITICAL' AS severity, 'wallet:' || version_id AS key, NULL::uuid AS organization,
            format('The master key of wallet %%s is compromised: %%s manufacturers print under it', version_name,
                (SELECT count(*) FROM manufacturer_registry WHERE wallet_version = version_id)) AS message,
            jsonb_build_object('wallet_version', version_id) AS details
        FROM wallet_versions WHERE version_id = %(wallet)s
        UNION ALL
        SELECT 'HIGH', format('wallet:%%s:%%s', version_id, organization_id), organization_id,
            format('The key of %%s in wallet %%s is compromised: print nothing more under it',
                string_agg(prefix, ', ' ORDER BY manufacturer_index), version_name),
            jsonb_build_object('wallet_version', version_id, 'prefixes', jsonb_agg(prefix ORDER BY manufacturer_index))
        FROM manufacturer_registry JOIN wallet_versions ON version_id = wallet_version
        WHERE version_id = %(wallet)s GROUP BY version_id, organization_id
    ) AS wanted
    WHERE NOT EXISTS (
        SELECT FROM system_alerts AS raised WHERE raised.alert_type = %(type)s AND raised.key = wanted.key
    )
"""
_ALERTS: Final = f"""
    SELECT wanted.key, raise_alert(%(type)s, severity, left(message, 4000), details, wanted.key, organization) AS raised
    FROM ({_MISSING}) AS wanted
"""
