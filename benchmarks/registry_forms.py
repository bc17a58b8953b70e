"""A pointer as bigint, as 8 bytes and as 11 characters: what an index of each costs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg

from plings.registry import connect
from registry_clock import Taken, timed
from registry_data import Data

FORMS = {
    "bigint": "class_pointer",
    "bytea": "int8send(class_pointer)",
    "text": 'pointer_text(class_pointer) COLLATE "C"',
}
ROUNDS = 3


def measure_forms(data: Data, data_folder: Path) -> dict[str, Any]:
    """The least of three that filling a table with a primary key of each form takes, sorted, and bytes of the index.

    From a table that has it in that form already, in the same order.
    """
    told: dict[str, Any] = {}
    with connect(data.url) as connection:
        connection.execute("SET search_path = registry")
        for form, value in FORMS.items():
            connection.execute(f"CREATE TABLE form AS SELECT {value} AS pointer, class_id FROM class_pointers".encode())
            rounds = [_filled(connection, data_folder) for _ in range(ROUNDS)]
            connection.execute("DROP TABLE form")
            told[form] = {
                "seconds": round(min(taken.seconds for taken, _ in rounds), 3),
                "cpu_seconds": round(min(taken.cpu_seconds for taken, _ in rounds), 2),
                "index_bytes": rounds[0][1],
            }
    for facts in told.values():
        for name in ("seconds", "cpu_seconds", "index_bytes"):
            facts[f"{name}_to_bigint"] = round(facts[name] / max(told["bigint"][name], 0.01), 2)
    return told


def _filled(connection: psycopg.Connection[Any], data_folder: Path) -> tuple[Taken, int]:
    connection.execute("CREATE TABLE keyed (LIKE form, PRIMARY KEY (pointer))")
    connection.execute("CHECKPOINT")
    taken = timed(
        lambda: connection.execute("INSERT INTO keyed SELECT * FROM form ORDER BY pointer") and None, data_folder
    )
    size = connection.execute("SELECT pg_indexes_size('keyed')").fetchone()
    connection.execute("DROP TABLE keyed")
    return taken, int(size[0]) if size else 0
