"""Leaves of payment logs as the tables hold them, and their hashes in the log's tree: a microsecond or two for each."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final, NamedTuple

import psycopg

from plings.proofs import node_hash

_HEAD: Final = struct.Struct("<B32sQq")
_POINTER: Final = struct.Struct("!q")
_AMOUNT: Final = struct.Struct("<Q")


class HashedLeaf(NamedTuple):
    """A leaf by its number, and whether it can still be undone, or have another number."""

    number: int
    hash: bytes
    is_final: bool


def hashed_leaves(
    connection: psycopg.Connection[Any], log_no: int, payment_log: bytes, first: int, stop: int
) -> list[HashedLeaf]:
    """What is there of leaves `first` to `stop` - 1 of a log, in order: from the first one that is missing on, nothing.

    Nor is there anything where two leaves claim one number.
    """
    with connection.cursor(binary=True) as cursor:
        cursor.execute(_SELECT, {"log": log_no, "first": first, "stop": stop})
        rows = cursor.fetchall()
    found: list[HashedLeaf] = []
    for number, is_final, *content in rows:
        if number != first + len(found):
            return found[: number - first]  # all of it where one is missing, less the last where two are one
        found.append(HashedLeaf(number, leaf_hash(payment_log, number, *content), is_final))
    return found


def leaf_hash(
    payment_log: bytes,
    number: int,
    kind: int,
    timestamp: int,
    actor: bytes,
    owner: bytes | None,
    amount: int,
    pointer: int,
    address: bytes,
    path: str,
) -> bytes:
    """As `plings.proofs.Leaf.hash`, from the columns: no owner is the actor, `pointer` its 8 bytes as a number."""
    head = _HEAD.pack(kind, payment_log, number, timestamp)
    middle = actor + (actor if owner is None else owner) + _AMOUNT.pack(amount) + _POINTER.pack(pointer) + address
    return sha256(b"\0" + head + middle + path.encode("ascii")).digest()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over hashes of one level, a power of two of them."""
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]


_SELECT: Final = b"""
    SELECT l.number, (l.is_told OR l.is_settled) AND NOT EXISTS (
            SELECT FROM provisional_transactions AS p WHERE p.transaction_no = l.transaction_no OFFSET 0
        ), l.kind, l.timestamp_unix, l.actor, l.owner, l.amount_lamports, o.class_pointer, o.address, o.path
    FROM payment_leaves AS l
    CROSS JOIN LATERAL (SELECT * FROM objects WHERE object_no = l.object_no OFFSET 0) AS o
    WHERE l.log_no = %(log)s AND l.number >= %(first)s AND l.number < %(stop)s AND NOT l.is_outranked
    ORDER BY l.number
"""
"""OFFSET 0 keeps the planner from joining all objects to some leaves, whatever statistics of before a load say."""
