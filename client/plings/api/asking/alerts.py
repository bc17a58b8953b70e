"""Open alerts: how many there are, and a page of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from plings.api.answers.alerts import AlertAnswer, AlertCounts, Alerts
from plings.api.asking.texts import instant
from plings.api.cursors import cursor_of, place_of
from plings.registry import Registry
from plings.registry.database import Row

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def alerts(registry: Registry, cursor: str | None, limit: int) -> Alerts:
    """The newest first, so that a page is not another because some were raised since."""
    place = place_of("alerts", cursor, 24)
    before, after_id = (None, None) if place is None else _place(place)
    rows = registry.rows(_ALERTS, {"before": before, "id": after_id, "limit": limit + 1})
    page = rows[:limit]
    more = cursor_of("alerts", _bytes(page[-1])) if len(rows) > limit else None
    return Alerts(
        alerts=[AlertAnswer(**{**row, "id": str(row["id"]), "created_at": instant(row["created_at"])}) for row in page],
        next=more,
    )


def alert_counts(open_alerts: tuple[tuple[str, str, int], ...]) -> AlertCounts:
    """By severity alone, from type, severity and how many."""
    counts = dict.fromkeys(("low", "medium", "high", "critical"), 0)
    for _, severity, count in open_alerts:
        counts[severity.lower()] += count
    return AlertCounts(**counts)


def _bytes(row: Row) -> bytes:
    microseconds = (row["created_at"] - _EPOCH) // _MICROSECOND
    return bytes(microseconds.to_bytes(8, "big")) + bytes(row["id"].bytes)


def _place(place: bytes) -> tuple[datetime | None, UUID]:
    microseconds = int.from_bytes(place[:8], "big")
    try:
        return _EPOCH + microseconds * _MICROSECOND, UUID(bytes=place[8:])
    except OverflowError:  # nobody was given that
        return None, UUID(bytes=place[8:])


_ALERTS: Final = """
    SELECT id, alert_type, severity, message::text AS message, details, created_at FROM system_alerts
    WHERE resolved_at IS NULL AND withdrawn_at IS NULL
        AND (%(before)s::timestamptz IS NULL OR (created_at, id) < (%(before)s::timestamptz, %(id)s::uuid))
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s
"""
