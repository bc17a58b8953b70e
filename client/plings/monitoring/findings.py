"""What was found so far: each thing once, with the alert that tells of it and with what it rests on by now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from psycopg.types.json import Jsonb

from plings.identity.address import format_address
from plings.indexer.store import signature_text
from plings.monitoring.patterns import Evidence, Pattern, Suspicion
from plings.monitoring.patterns.pattern import EVIDENCE
from plings.registry import Registry
from plings.registry.database import Connection, Row, columns, fetch

FLOOD: Final = "MONITOR_FLOOD"
"""The type of the alert that a pattern raises none any more."""


@dataclass(frozen=True)
class Finding:
    """One thing that fits a pattern. `details` has the evidence: signatures, slots, paths and wallets.

    `is_open`: its alert is neither resolved nor withdrawn. `withdrawn_at`: since when all that it rested on is undone.
    `is_provisional`: a part of that is not final yet.
    """

    pattern: str
    key: str
    severity: str
    message: str
    details: dict[str, Any]
    is_provisional: bool
    is_open: bool
    alert_id: UUID | None
    organization_id: UUID | None
    found_at: datetime
    changed_at: datetime
    withdrawn_at: datetime | None


def findings(
    registry: Registry, *, pattern: str | None = None, open_only: bool = True, limit: int = 1000
) -> list[Finding]:
    """What was found, newest first. Raises RegistryErrors."""
    return registry.records(
        Finding,
        f"""SELECT {columns(Finding)} FROM ({_STANDING}) AS standing
        WHERE pattern = coalesce(%(pattern)s, pattern) AND (is_open OR NOT %(open_only)s)
        ORDER BY changed_at DESC, pattern, key LIMIT %(limit)s""",
        {"pattern": pattern, "open_only": open_only, "limit": limit},
    )


def settle(
    connection: Connection, pattern: Pattern, suspicions: Iterable[Suspicion], most_open: int
) -> tuple[list[Suspicion], int]:
    """Notes what a look found of a pattern, raises alerts for what is new, and withdraws what is undone.

    Returns the suspicions with a new alert, and how many findings were withdrawn.
    """
    found = {one.key: one for one in suspicions}
    raised: list[Suspicion] = []
    if found:
        known = {row["key"]: row for row in fetch(connection, _KNOWN, {"pattern": pattern.name, "keys": [*found]})}
        new = [one for key, one in found.items() if _needs_alert(known.get(key), one)]
        raised = new[: max(0, most_open - _open_count(connection, pattern))]
        notes = _notes(connection, pattern, found.values(), known)
        alert_ids = _raise(connection, pattern, [notes[one.key] for one in raised])
        for key, note in notes.items():
            note["alert_id"] = alert_ids.get(key, note["alert_id"])
        with connection.cursor() as cursor:
            cursor.executemany(_NOTE.encode(), notes.values())
        if len(raised) < len(new):
            _tell_of_flood(connection, pattern, most_open)
    shaken = [row for row in fetch(connection, _SHAKEN, {"pattern": pattern.name}) if row["key"] not in found]
    gone = [row for row in shaken if not _still_shown(connection, pattern, row)]
    _withdraw(connection, pattern, gone)
    return raised, len(gone)


def refresh_finality(connection: Connection) -> None:
    """Of findings that rest on what was not final, those are not provisional any more that do not by now."""
    connection.execute(
        """UPDATE monitoring_findings AS f SET is_provisional = false WHERE is_provisional AND NOT EXISTS (
            SELECT FROM provisional_transactions AS p WHERE p.transaction_no = ANY (f.evidence)
        )"""
    )


def _needs_alert(known: Row | None, suspicion: Suspicion) -> bool:
    """Whether nobody was told of it, or only of what is resolved or undone and came again since."""
    if known is None or known["alert_id"] is None or known["withdrawn_at"] is not None:
        return True
    return not known["is_open"] and _newest(suspicion) > known["newest_no"]


def _newest(suspicion: Suspicion) -> int:
    return max((one.transaction_no for one in suspicion.evidence), default=0)


def _notes(
    connection: Connection, pattern: Pattern, suspicions: Iterable[Suspicion], known: Mapping[str, Row]
) -> dict[str, Row]:
    """The row of each, by its key."""
    every = list(suspicions)
    transactions = _transactions(connection, {each.transaction_no for one in every for each in one.evidence})
    organizations = _organizations(connection, {prefix for one in every for prefix in one.prefixes})
    notes = {}
    for one in every:
        before = known.get(one.key)
        evidence = [each.transaction_no for each in one.evidence]
        if before is not None and not pattern.sees_whole and before["withdrawn_at"] is None:
            evidence = [*dict.fromkeys([*evidence, *before["left"]])][:EVIDENCE]
        details = {**one.details, "pattern": pattern.name, "evidence": _told(one.evidence, transactions)}
        about = {organizations.get(prefix) for prefix in one.prefixes}
        notes[one.key] = {
            "pattern": pattern.name,
            "key": one.key,
            "severity": one.severity,
            "message": one.message,
            "details": Jsonb(details),
            "evidence": evidence,
            "newest_no": _newest(one),
            "alert_id": before["alert_id"] if before else None,
            # of several organisations, or one that is not known, it is the platform's affair
            "organization_id": about.pop() if len(about) == 1 else None,
        }
    return notes


def _raise(connection: Connection, pattern: Pattern, notes: Sequence[Row]) -> dict[str, UUID]:
    """Alerts, and their ids by key."""
    alert_type = pattern.alert_type
    with connection.cursor() as cursor:
        cursor.executemany(_RAISE.encode(), [{**note, "alert_type": alert_type} for note in notes])
    asked = {"alert_type": alert_type, "keys": [note["key"] for note in notes]}
    return {row["key"]: row["id"] for row in fetch(connection, _RAISED, asked)}


def _tell_of_flood(connection: Connection, pattern: Pattern, most_open: int) -> None:
    connection.execute(
        "SELECT raise_alert(%s, 'HIGH', %s, %s, %s)",
        [
            FLOOD,
            f"{most_open:,} alerts are open of the pattern {pattern.name}: what else is found raises none, and is "
            f"shown by plings monitor --pattern {pattern.name}",
            Jsonb({"pattern": pattern.name, "open_alerts": most_open}),
            pattern.name,
        ],
    )


def _open_count(connection: Connection, pattern: Pattern) -> int:
    (row,) = fetch(
        connection,
        """SELECT count(*) AS count FROM system_alerts
        WHERE alert_type = %s AND resolved_at IS NULL AND withdrawn_at IS NULL""",
        [pattern.alert_type],
    )
    return int(row["count"])


def _transactions(connection: Connection, numbers: set[int]) -> dict[int, Row]:
    rows = fetch(connection, _TRANSACTIONS, {"numbers": sorted(numbers)})
    return {row["transaction_no"]: row for row in rows}


def _told(evidence: Sequence[Evidence], transactions: Mapping[int, Row]) -> list[dict[str, Any]]:
    """The transactions as people find them again, oldest first."""
    return [
        {
            "signature": signature_text(told["signature"]),
            "slot": told["slot"],
            "block_time_unix": told["block_time_unix"],
            "is_final": told["is_final"],
        }
        | ({"path": one.path} if one.path else {})
        | ({"wallet": format_address(one.wallet)} if one.wallet else {})
        for one in sorted(evidence, key=lambda one: one.transaction_no)
        if (told := transactions.get(one.transaction_no)) is not None
    ]


def _organizations(connection: Connection, prefixes: set[str]) -> dict[str, UUID]:
    """The organisations of those manufacturers that the registry knows."""
    select = "SELECT prefix, organization_id FROM manufacturer_registry WHERE prefix = ANY (%s)"
    return {row["prefix"]: row["organization_id"] for row in fetch(connection, select, [sorted(prefixes)])}


def _still_shown(connection: Connection, pattern: Pattern, row: Row) -> bool:
    """Whether it holds by what is left of its evidence, where a piece of that is enough."""
    left: list[int] = row["left"]
    if pattern.sees_whole or not left:
        return False
    connection.execute(
        "UPDATE monitoring_findings SET evidence = %s, changed_at = now() WHERE pattern = %s AND key = %s",
        [left, pattern.name, row["key"]],
    )
    return True


def _withdraw(connection: Connection, pattern: Pattern, gone: Sequence[Row]) -> None:
    keys, alerts = [row["key"] for row in gone], [row["alert_id"] for row in gone if row["alert_id"] is not None]
    if keys:
        connection.execute(
            """UPDATE monitoring_findings SET withdrawn_at = now(), changed_at = now(), is_provisional = false
            WHERE pattern = %s AND key = ANY (%s)""",
            [pattern.name, keys],
        )
        connection.execute("SELECT withdraw_alerts(%s)", [alerts])


_STANDING: Final = """
    SELECT f.*, f.withdrawn_at IS NULL AND (f.alert_id IS NULL OR a.resolved_at IS NULL AND a.withdrawn_at IS NULL)
        AS is_open
    FROM monitoring_findings AS f LEFT JOIN system_alerts AS a ON a.id = f.alert_id
"""
_KNOWN: Final = f"""
    SELECT key, alert_id, newest_no, withdrawn_at, is_open, ARRAY(
        SELECT number FROM unnest(evidence) AS number
        WHERE NOT EXISTS (SELECT FROM looked_undone AS u WHERE u.transaction_no = number)
    ) AS left
    FROM ({_STANDING}) AS standing
    WHERE pattern = %(pattern)s AND key = ANY (%(keys)s)
"""
_SHAKEN: Final = """
    SELECT f.key, f.alert_id, ARRAY(
        SELECT number FROM unnest(f.evidence) AS number
        WHERE NOT EXISTS (SELECT FROM looked_undone AS u WHERE u.transaction_no = number)
    ) AS left
    FROM monitoring_findings AS f
    WHERE f.pattern = %(pattern)s AND f.withdrawn_at IS NULL
        AND f.evidence && ARRAY(SELECT transaction_no FROM looked_undone)
"""
_RAISE: Final = """
    SELECT raise_alert(%(alert_type)s, %(severity)s, %(message)s, %(details)s, %(key)s, %(organization_id)s)
"""
_RAISED: Final = """
    SELECT key, id FROM system_alerts
    WHERE alert_type = %(alert_type)s AND key = ANY (%(keys)s) AND resolved_at IS NULL AND withdrawn_at IS NULL
"""
_TRANSACTIONS: Final = """
    SELECT r.transaction_no, r.signature, r.slot, r.block_time_unix,
        NOT EXISTS (SELECT FROM provisional_transactions AS p WHERE p.transaction_no = r.transaction_no) AS is_final
    FROM raw_transactions AS r WHERE r.transaction_no = ANY (%(numbers)s)
"""
_NOTE: Final = """
    INSERT INTO monitoring_findings AS f (
        pattern, key, severity, message, details, evidence, newest_no, is_provisional, alert_id, organization_id
    )
    VALUES (
        %(pattern)s, %(key)s, %(severity)s, %(message)s, %(details)s, %(evidence)s, %(newest_no)s,
        EXISTS (SELECT FROM provisional_transactions WHERE transaction_no = ANY (%(evidence)s::bigint[])),
        %(alert_id)s, %(organization_id)s
    )
    ON CONFLICT (pattern, key) DO UPDATE SET severity = EXCLUDED.severity, message = EXCLUDED.message,
        details = EXCLUDED.details, evidence = EXCLUDED.evidence,
        newest_no = greatest(f.newest_no, EXCLUDED.newest_no), is_provisional = EXCLUDED.is_provisional,
        alert_id = EXCLUDED.alert_id, organization_id = EXCLUDED.organization_id, changed_at = now(),
        withdrawn_at = NULL
"""
