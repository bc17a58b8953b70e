"""Bytes and times of rows as the texts of answers."""

from __future__ import annotations

from datetime import UTC, datetime

from plings.identity import ClassPointer, format_address
from plings.indexer.store import signature_text

__all__ = ["instant", "key", "maybe_key", "pointer", "signature_text"]


def key(value: bytes) -> str:
    return format_address(bytes(value))


def maybe_key(value: bytes | None) -> str | None:
    return None if value is None else format_address(bytes(value))


def pointer(number: int) -> str:
    """A class pointer as PostgreSQL holds it: signed."""
    return ClassPointer(number.to_bytes(8, "big", signed=True)).text


def instant(moment: datetime) -> str:
    """`2026-01-31T12:00:00.000000Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
