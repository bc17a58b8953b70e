"""Events that take a whole journey to come about, put where the indexer would have put them."""

from __future__ import annotations

from hashlib import sha512
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from indexer.made import START_UNIX
from monitoring.ledger import Ledger, code
from plings.indexer.decoder.codes import object_key
from registry.planting import own


def plant_event(
    ledger: Ledger,
    name: str,
    *,
    at: int = 0,
    path: str | None = None,
    owner: bytes | None = None,
    body: dict[str, Any] | None = None,
) -> int:
    """An event at a second from START_UNIX, for an object if a path is given; its transaction's number."""
    registry = ledger.registry
    slot, time = 1_000 + 2 * at, START_UNIX + at
    own(registry, "SELECT ensure_raw_partitions(%s, %s)", [time, time])
    (row,) = own(registry, "SELECT nextval('transaction_numbers') AS number")
    number: int = row["number"]
    own(
        registry,
        "INSERT INTO raw_transactions VALUES (%s, %s, %s, 0, true, %s, '')",
        [number, time, slot, sha512(b"%d" % number).digest()],
    )
    object_no = None if path is None else _object(ledger, path)
    own(
        registry,
        "INSERT INTO chain_events VALUES (%s, %s, 0, 0, -1, 0, false, %s, %s, %s, %s, %s, %s)",
        [number, slot, time, name, b"s" * 32, object_no, owner, Jsonb(body or {})],
    )
    return number


def _object(ledger: Ledger, path: str) -> int:
    printed = code(path)
    pointer = int.from_bytes(printed.class_pointer.value, "big", signed=True)
    key = UUID(bytes=object_key(printed.class_pointer.value, printed.address, path))
    own(
        ledger.registry,
        "INSERT INTO objects (object_key, class_pointer, address, path) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
        [key, pointer, printed.address, path],
    )
    (row,) = own(ledger.registry, "SELECT object_no FROM objects WHERE object_key = %s", [key])
    found: int = row["object_no"]
    return found
