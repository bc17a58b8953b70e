"""Alerts: what somebody must look at. Listed, listened to, resolved; `plings.registry.webhook` sends them on."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from threading import Event
from time import monotonic
from typing import Any, Final
from uuid import UUID

from plings.errors import DatabaseUnavailable, NotInRegistry
from plings.registry.database import Connection, Registry, columns, fetch, fetch_records
from plings.registry.failures import told
from plings.registry.sessions import Sessions
from plings.registry.webhook import Delivery, Patience, deliver_alerts, keep_delivering

__all__ = ["Alert", "Delivery", "Patience", "alerts", "deliver_alerts", "keep_delivering", "listen", "resolve_alert"]

log = logging.getLogger("plings.registry")

CHANNEL: Final = "plings_alerts"
SEVERITIES: Final = ("LOW", "MEDIUM", "HIGH", "CRITICAL")

_LOOK_SECONDS: Final = 1.0
"""How often who listens looks whether to stop."""
_IDLE_SECONDS: Final = 30.0
"""How often who listens asks without being told to: a connection may be dead and not know."""
_SHORTEST_PAUSE_SECONDS: Final = 0.1
_LONGEST_PAUSE_SECONDS: Final = 5.0


@dataclass(frozen=True)
class Alert:
    """`details` depends on `alert_type`; `organization_id` is whom it is about, or None for the platform.

    `withdrawn_at`: since when what it rests on is undone.
    """

    id: UUID
    alert_type: str
    severity: str
    message: str
    details: dict[str, Any]
    organization_id: UUID | None
    created_at: datetime
    resolved_at: datetime | None
    resolved_by: UUID | None
    withdrawn_at: datetime | None
    delivered_at: datetime | None
    delivery_attempts: int
    delivery_error: str | None


def alerts(
    registry: Registry,
    *,
    open_only: bool = True,
    severity: str | None = None,
    alert_type: str | None = None,
    limit: int = 1000,
) -> list[Alert]:
    """Alerts that whoever acts may see, newest first: super-admins all, others those about their organisations.

    Raises AccessDenied when nobody acts.
    """
    where = """
        (NOT %(open_only)s OR resolved_at IS NULL AND withdrawn_at IS NULL)
        AND severity = coalesce(%(severity)s, severity)
        AND alert_type = coalesce(%(alert_type)s, alert_type)
        ORDER BY created_at DESC, id DESC LIMIT %(limit)s
    """
    asked = {"open_only": open_only, "severity": severity, "alert_type": alert_type, "limit": limit}
    return registry.attempt(lambda connection: _seen(connection, where, asked))


def resolve_alert(registry: Registry, alert_id: UUID) -> Alert:
    """Notes that an alert is seen to: by a super-admin, or an owner or admin of the organisation that it is about.

    Raises AccessDenied, NotInRegistry, StateRefused (`resolved`: it was already).
    """
    update = f"UPDATE system_alerts SET resolved_at = now() WHERE id = %s RETURNING {columns(Alert)}"
    resolved = registry.record(Alert, update, [alert_id])
    if resolved is None:
        raise NotInRegistry(f"there is no alert {alert_id}", "unknown_alert")
    return resolved


def listen(registry: Registry, *, stop: Event | None = None, open_first: bool = False) -> Iterator[Alert]:
    """Each alert that is raised from this call on, once, if whoever acts may see it; until `stop` is set.

    It listens over a connection of its own. Lost ones are made again, and what was raised meanwhile comes then.
    `open_first` begins with those that are open. Raises AccessDenied when nobody acts.
    """

    def work(connection: Connection) -> tuple[str, list[Alert]]:
        since = _snapshot(connection)
        where = """
            resolved_at IS NULL AND withdrawn_at IS NULL AND pg_visible_in_snapshot(transaction_id, %(since)s)
            ORDER BY created_at, id
        """
        opened = _seen(connection, where, {"since": since})
        return since, opened if open_first else []

    since, opened = registry.attempt(work)
    return chain(opened, _heard(Sessions.like(registry), since, stop or Event()))


def _heard(sessions: Sessions, since: str, stop: Event) -> Iterator[Alert]:
    pause = _SHORTEST_PAUSE_SECONDS
    while not stop.is_set():
        try:
            with sessions.another() as listener:
                with told():
                    listener.connection.execute(f"LISTEN {CHANNEL}")
                pause = _SHORTEST_PAUSE_SECONDS
                while not stop.is_set():
                    since, news = _news(listener, since)
                    yield from news
                    _wait(listener, stop)
        except DatabaseUnavailable as error:
            log.warning("listening for alerts: %s", error)
            stop.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _news(registry: Registry, since: str) -> tuple[str, list[Alert]]:
    """Now, as a snapshot, and the alerts that committed since an earlier one: every alert once, whatever its time."""

    def work(connection: Connection) -> tuple[str, list[Alert]]:
        until = _snapshot(connection)
        where = """
            transaction_id >= pg_snapshot_xmin(%(since)s) AND NOT pg_visible_in_snapshot(transaction_id, %(since)s)
            AND pg_visible_in_snapshot(transaction_id, %(until)s) ORDER BY created_at, id
        """
        return until, _seen(connection, where, {"since": since, "until": until})

    return registry.attempt(work)


def _snapshot(connection: Connection) -> str:
    now: str = fetch(connection, "SELECT pg_current_snapshot()::text AS now")[0]["now"]
    return now


def _wait(listener: Registry, stop: Event) -> None:
    """Until somebody tells of an alert, or for so long that asking is worth it."""
    give_up = monotonic() + _IDLE_SECONDS
    with told():
        while not stop.is_set() and monotonic() < give_up:
            if list(listener.connection.notifies(timeout=_LOOK_SECONDS, stop_after=1)):
                return


def _seen(connection: Connection, where: str, parameters: dict[str, Any]) -> list[Alert]:
    """The alerts of a condition that whoever acts may see."""
    who = "SELECT acts_as_super_admin() AS sees_all, ARRAY(SELECT seen_organizations()) AS organizations"
    select = f"""
        SELECT {columns(Alert)} FROM system_alerts
        WHERE (%(sees_all)s OR organization_id = ANY(%(organizations)s)) AND {where}
    """
    return fetch_records(connection, Alert, select, fetch(connection, who)[0] | parameters)
