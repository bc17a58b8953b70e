"""One hash over all that is indexed: equal whatever the order, the repetitions and the faults in which it came.

It holds what facts and derived tables say, in canonical order, and nothing of how they are numbered or when they came.
PostgreSQL sorts and streams, so it takes no memory here.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

import psycopg

from plings.indexer.store import lock
from plings.registry import Registry

PARTS: Final[dict[str, str]] = {
    "transactions": "SELECT signature, slot, block_time_unix FROM raw_transactions ORDER BY signature",
    "leaves": """
        SELECT f.payment_log, f.number, f.kind, f.timestamp_unix, f.actor, f.owner, f.amount_lamports,
            f.platform_lamports, f.slot_rent_lamports, f.path, f.class_pointer, f.address, f.slot, f.instruction_index,
            f.inner_index, f.is_outranked, r.signature
        FROM leaf_facts AS f JOIN raw_transactions AS r USING (transaction_no)
        ORDER BY f.payment_log, f.number, r.signature, f.instruction_index, f.inner_index
    """,
    "events": """
        SELECT r.signature, e.instruction_index, e.inner_index, e.ordinal, e.name, e.subject, e.owner, o.object_key,
            e.slot, e.body
        FROM chain_events AS e JOIN raw_transactions AS r USING (transaction_no)
        LEFT JOIN objects AS o USING (object_no)
        ORDER BY r.signature, e.instruction_index, e.inner_index, e.ordinal
    """,
    "logs": "SELECT address, seen + placed, leaf_count FROM payment_logs ORDER BY address",
    "gaps": "SELECT l.address, g.numbers FROM log_gaps AS g JOIN payment_logs AS l USING (log_no) ORDER BY 1, 2",
    "owners": """
        SELECT o.object_key, t.ordinal, t.owner, t.how, t.is_current, l.address, t.number, t.slot, t.since_unix
        FROM tenures AS t JOIN objects AS o USING (object_no) LEFT JOIN payment_logs AS l USING (log_no)
        ORDER BY o.object_key, t.ordinal
    """,
    "accounts": """
        SELECT a.account, o.object_key, a.state, a.mint, a.owner, a.title_owner, a.asking_price_lamports,
            a.offer_ends_at_unix, a.royalty_bps, a.platform_fee_bps, a.final_at_unix, a.began_at_unix,
            a.changed_at_unix
        FROM object_accounts AS a LEFT JOIN objects AS o USING (object_no) ORDER BY a.account
    """,
}


def part_hashes(registry: Registry) -> dict[str, str]:
    """The hash of each part, in hexadecimal, all of one moment: two states that differ differ where these do."""
    return registry.attempt(_hashes)


def state_hash(registry: Registry) -> str:
    """sha256 over `part_hashes`, in hexadecimal. Raises RegistryErrors."""
    return hash_of_parts(part_hashes(registry))


def hash_of_parts(parts: Mapping[str, str]) -> str:
    """The state hash that has these parts."""
    return sha256("".join(f"{name} {value}\n" for name, value in parts.items()).encode()).hexdigest()


def _hashes(connection: psycopg.Connection[Any]) -> dict[str, str]:
    lock(connection)
    return {name: _hash(connection, query) for name, query in PARTS.items()}


def _hash(connection: psycopg.Connection[Any], query: str) -> str:
    digest = sha256()
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT".encode()) as copy:
        for chunk in copy:
            digest.update(chunk)
    return digest.hexdigest()
