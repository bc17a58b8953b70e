"""Moments and spans as people read them."""

from __future__ import annotations

from datetime import UTC, datetime

_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def moment(unix: int) -> str:
    """`2025-06-15 15:06:40 UTC`; a cluster's number that is no date stays one."""
    try:
        return f"{datetime.fromtimestamp(unix, UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (ValueError, OverflowError, OSError):
        return f"second {unix:,}"


def span(seconds: int) -> str:
    """`2 d 4 h`: the two largest units that are not zero, or `0 s`."""
    parts = []
    for unit, size in _UNITS:
        number, seconds = divmod(seconds, size)
        if number:
            parts.append(f"{number:,} {unit}")
    return " ".join(parts[:2]) or "0 s"
