"""A pointer as bigint, as 8 bytes and as 11 characters: what an index of each costs."""

from __future__ import annotations

import time
from typing import Any

from plings.registry import connect
from registry_data import Data

FORMS = {
    "bigint": "class_pointer",
    "bytea": "int8send(class_pointer)",
    "text": 'pointer_text(class_pointer) COLLATE "C"',
}
ROUNDS = 3


def measure_forms(data: Data) -> dict[str, Any]:
    """Seconds (the best of three) to fill a table with a primary key of each form, sorted, and bytes of the index.

    From a table that has it in that form already, in the same order.
    """
    told: dict[str, Any] = {}
    with connect(data.url) as connection:
        connection.execute("SET search_path = registry")
        for form, value in FORMS.items():
            connection.execute(f"CREATE TABLE form AS SELECT {value} AS pointer, class_id FROM class_pointers".encode())
            seconds = []
            for _ in range(ROUNDS):
                connection.execute("CREATE TABLE keyed (LIKE form, PRIMARY KEY (pointer))")
                connection.execute("CHECKPOINT")
                started = time.perf_counter()
                connection.execute("INSERT INTO keyed SELECT * FROM form ORDER BY pointer")
                seconds.append(time.perf_counter() - started)
                size = connection.execute("SELECT pg_indexes_size('keyed')").fetchone()
                connection.execute("DROP TABLE keyed")
            connection.execute("DROP TABLE form")
            told[form] = {"seconds": round(min(seconds), 3), "index_bytes": size[0] if size else 0}
    for facts in told.values():
        facts["seconds_to_bigint"] = round(facts["seconds"] / told["bigint"]["seconds"], 2)
        facts["index_to_bigint"] = round(facts["index_bytes"] / max(told["bigint"]["index_bytes"], 1), 2)
    return told
