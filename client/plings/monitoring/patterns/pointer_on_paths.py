"""One class pointer on the paths of several classes, among all that was paid for and all that is registered.

Not meant: a product that was reorganised, which has several pointers, each on one path.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plings.monitoring.patterns.pattern import Pattern, Suspicion, Thresholds, evidence_of, prefix_of, some
from plings.registry.database import Connection, fetch


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    touched = [row["class_pointer"] for row in fetch(connection, _TOUCHED)]
    for row in fetch(connection, _SELECT, {"touched": touched, "paths": thresholds["paths"]}):
        pointer, paths = row["pointer"], row["paths"]
        registered = f"; {row['registered']} is the registered one" if row["registered"] else ""
        yield Suspicion(
            key=pointer,
            severity="HIGH",
            message=f"the class pointer {pointer} is on the paths of {len(paths):,} classes: {some(paths)}{registered}",
            evidence=evidence_of(row["evidence"]),
            details={"class_pointer": pointer, "class_paths": paths[:50], "registered_path": row["registered"]},
            prefixes=frozenset(map(prefix_of, paths)),
        )


_TOUCHED: Final = """
    SELECT class_pointer FROM looked_objects
    UNION SELECT class_pointer FROM looked_undone WHERE class_pointer IS NOT NULL
"""
_SELECT: Final = """
    WITH paid AS (
        SELECT c.class_pointer, c.class_path, c.example_no FROM unnest(%(touched)s::bigint[]) AS touched (class_pointer)
        JOIN monitoring_classes AS c USING (class_pointer)
    ), registered AS MATERIALIZED (
        SELECT class_pointer, path_to_pointer FROM known_pointers(%(touched)s::bigint[])
        WHERE path_to_pointer IS NOT NULL
    ), every AS (
        SELECT class_pointer, class_path FROM paid
        UNION SELECT class_pointer, path_to_pointer FROM registered JOIN (SELECT DISTINCT class_pointer FROM paid) AS p
            USING (class_pointer)
    )
    SELECT pointer_text(class_pointer) AS pointer, array_agg(class_path ORDER BY class_path) AS paths,
        (SELECT path_to_pointer FROM registered AS r WHERE r.class_pointer = every.class_pointer) AS registered,
        (
            SELECT coalesce(json_agg(json_build_object('transaction_no', example_no, 'path', class_path)), '[]')
            FROM (
                SELECT example_no, class_path FROM paid
                WHERE paid.class_pointer = every.class_pointer AND example_no IS NOT NULL
                ORDER BY example_no DESC LIMIT 10
            ) AS examples
        ) AS evidence
    FROM every GROUP BY class_pointer HAVING count(*) >= %(paths)s ORDER BY class_pointer
"""

PATTERN = Pattern(
    name="pointer_on_paths",
    title="one class pointer on the paths of several classes",
    meaning="A pointer is the hash of its manufacturer and its class's path, so it belongs to one path. Two by chance "
    "are one case in billions; by intent only a manufacturer can make two of its own classes collide.",
    remedy="Look at both classes (plings registry pointer show, plings registry decode). Shops that go by the pointer "
    "alone sell one for the other: plings registry pointer guidance says how one of them gets another.",
    sees_whole=True,
    find=find,
)
