"""Fields of events for JSON: keys and signatures as base58, other bytes in hexadecimal."""

from __future__ import annotations

from typing import Any

from base58 import b58encode

from plings.indexer.lines import address_text

_KEYS = {"payments_merkle_root": bytes.hex}


def jsonable(fields: dict[str, Any]) -> dict[str, Any]:
    """The same fields, sorted by name."""
    return {name: _value(name, fields[name]) for name in sorted(fields)}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return jsonable(value)
    if isinstance(value, bytes):
        if name in _KEYS:
            return _KEYS[name](value)
        return address_text(value) if len(value) == 32 else b58encode(value).decode("ascii")
    return value
