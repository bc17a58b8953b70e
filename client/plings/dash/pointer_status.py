"""The status of the pointers that a migration registered.

Pointers may be on other machines than the rest, so nothing here joins them to it. There, nobody may change a pointer's
status but by a transfer: the way back is refused (`privilege`).
"""

from __future__ import annotations

from typing import Final

from plings.registry.database import Connection, Row, fetch


def set_status(connection: Connection, its: Row, before: str, after: str) -> int:
    """Of a manufacturer's pointers that a migration registered, those with status `before` get `after`. How many."""
    ours = fetch(connection, _OURS, its)
    asked = {
        "key": its["key"],
        "before": before,
        "after": after,
        "classes": [row["class_id"] for row in ours],
        "pointers": [row["class_pointer"] for row in ours],
    }
    return len(fetch(connection, _MOVE, asked)) if fetch(connection, _THERE, asked) else 0


_OURS: Final = """
    SELECT class_id, class_pointer_of(%(key)s, new_path) AS class_pointer FROM dash_classes
    WHERE (wallet_version, manufacturer_index) = (%(wallet)s, %(index)s) AND pointer_is_ours
"""
_WHICH: Final = """
    manufacturer_pubkey = %(key)s AND status = %(before)s::pointer_status
        AND class_id = ANY(%(classes)s::uuid[]) AND class_pointer = ANY(%(pointers)s::bigint[])
"""
_THERE: Final = f"SELECT class_pointer FROM class_pointers WHERE {_WHICH} LIMIT 1"
_MOVE: Final = f"UPDATE class_pointers SET status = %(after)s::pointer_status WHERE {_WHICH} RETURNING class_pointer"
