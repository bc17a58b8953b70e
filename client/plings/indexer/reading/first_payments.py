"""Which payments of a log were an object's first: a later one buys nothing."""

from __future__ import annotations

from typing import Any

import psycopg

from plings.indexer.ask import reading
from plings.indexer.reading.leaves import find_log
from plings.registry import Registry
from plings.registry.database import fetch


def first_payments(registry: Registry, payment_log: bytes, *, first: int, last: int) -> set[int]:
    """The numbers, of leaves `first` to `last`, of payments before which nobody paid for their object.

    It takes a log without a gap before `last`. Raises NotInRegistry (`unknown_log`), other RegistryErrors.
    """

    def work(connection: psycopg.Connection[Any]) -> set[int]:
        asked = {"log": find_log(connection, payment_log)["log_no"], "first": first, "last": last}
        return {row["number"] for row in fetch(connection, _SELECT, asked)}

    return reading(registry, work)


_SELECT = """
    SELECT l.number FROM payment_leaves AS l
    WHERE l.log_no = %(log)s AND l.number BETWEEN %(first)s AND %(last)s AND l.kind IN (1, 3) AND NOT l.is_outranked
        AND NOT EXISTS (
            SELECT FROM payment_leaves AS earlier
            WHERE earlier.object_no = l.object_no AND earlier.kind IN (1, 3) AND earlier.number < l.number
                AND earlier.log_no = l.log_no AND NOT earlier.is_outranked
        )
"""
