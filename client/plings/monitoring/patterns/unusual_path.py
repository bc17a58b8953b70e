"""Paths unusual for their manufacturer: anybody can work out the pointer of a class that no manufacturer has.

What is usual is what the registry knows: classes, the levels of a manufacturer's paths and their values, allocations of
whatever status, since what was transferred, used up or retired is printed. Of a manufacturer that it does not know,
nothing is unusual, and nothing of one that has told it nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plings.monitoring.patterns.pattern import Pattern, Suspicion, Thresholds, evidence_of, some
from plings.registry.database import Connection, fetch

_REASONS: Final = {
    "unregistered": "are of a class that it has not registered",
    "too_deep": "have more levels than its paths have",
    "too_shallow": "have not all levels that its paths have",
    "unknown_value": "have a number on a level for which it has no word, though it has words there",
    "not_allocated": "are of no batch and range that was allocated to it",
    "reserved": "are of an allocation that is reserved",
}


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    pointers = [row["class_pointer"] for row in fetch(connection, "SELECT DISTINCT class_pointer FROM looked_objects")]
    connection.execute(_STRANGE_TABLE)
    connection.execute(_CLASSES, {"pointers": pointers, "registered_classes": thresholds["registered_classes"]})
    connection.execute(_ALLOCATIONS)
    for row in fetch(connection, _SELECT):
        prefix, reason, paths = row["prefix"], row["reason"], row["paths"]
        yield Suspicion(
            key=f"{prefix} {reason}",
            severity="MEDIUM",
            message=f"objects of {row['maker']} ({prefix}) were paid for that {_REASONS[reason]}: {some(paths)}",
            evidence=evidence_of(row["evidence"]),
            details={"prefix": prefix, "reason": reason, "class_count": row["class_count"], "paths": paths},
            prefixes=frozenset({prefix}),
        )


_STRANGE_TABLE: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_strange (
        object_no bigint, prefix text COLLATE "C", class_path text COLLATE "C", reason text COLLATE "C"
    )
    ON COMMIT DELETE ROWS;
    DELETE FROM looked_strange;
"""

# Level n is the n-th segment. A level that is not required may be left out at the end.
_CLASSES: Final = """
    WITH registered AS MATERIALIZED (
        SELECT class_pointer, path_to_pointer FROM known_pointers(%(pointers)s::bigint[])
    ), classes AS (
        SELECT class_pointer, class_path, prefix, min(object_no) AS object_no FROM looked_objects
        WHERE has_come GROUP BY class_pointer, class_path, prefix
    ), strange AS (
        SELECT c.*, maker.wallet_version AS wallet, maker.manufacturer_index AS index, maker.organization_id,
            cardinality(string_to_array(c.class_path, '.')) AS depth
        FROM classes AS c JOIN manufacturer_registry AS maker ON maker.prefix = c.prefix
        WHERE NOT EXISTS (
            SELECT FROM registered AS k WHERE k.class_pointer = c.class_pointer AND k.path_to_pointer = c.class_path
        )
    ), levels AS (
        SELECT s.wallet, s.index, max(l.path_level) AS deepest, max(l.path_level) FILTER (WHERE l.is_required) AS needed
        FROM (SELECT DISTINCT wallet, index FROM strange) AS s
        JOIN manufacturer_path_schemas AS l ON (l.wallet_version, l.manufacturer_index) = (s.wallet, s.index)
        WHERE l.path_level < 999 GROUP BY s.wallet, s.index
    ), reasons AS (
        SELECT s.*, CASE
            WHEN s.depth > l.deepest THEN 'too_deep'
            WHEN s.depth < l.needed THEN 'too_shallow'
            WHEN EXISTS (
                SELECT FROM generate_series(3, s.depth) AS level
                WHERE EXISTS (
                    SELECT FROM path_level_values AS v
                    WHERE (v.wallet_version, v.manufacturer_index, v.path_level) = (s.wallet, s.index, level)
                ) AND NOT EXISTS (
                    SELECT FROM path_level_values AS v
                    WHERE (v.wallet_version, v.manufacturer_index, v.path_level, v.level_value)
                        = (s.wallet, s.index, level, path_number(s.class_path, level))
                )
            ) THEN 'unknown_value'
            WHEN %(registered_classes)s <= (
                SELECT count(*) FROM (
                    SELECT FROM object_classes AS o WHERE o.manufacturer_organization_id = s.organization_id
                    LIMIT %(registered_classes)s
                ) AS few
            ) THEN 'unregistered'
        END AS reason
        FROM strange AS s LEFT JOIN levels AS l USING (wallet, index)
    )
    INSERT INTO looked_strange SELECT object_no, prefix, class_path, reason FROM reasons WHERE reason IS NOT NULL
"""

# An allocation holds its path and all below it, or of its children those of a range. So those that hold a batch or a
# part of it are of its own path or of one above.
_ALLOCATIONS: Final = """
    WITH batches AS (
        SELECT o.batch_path, o.prefix, min(o.class_path) AS class_path, maker.wallet_version AS wallet,
            string_to_array(o.batch_path, '.') AS parts
        FROM looked_objects AS o JOIN manufacturer_registry AS maker ON maker.prefix = o.prefix
        WHERE o.has_come AND EXISTS (
            SELECT FROM path_registry AS a WHERE a.wallet_version = maker.wallet_version
                AND a.manufacturer_index = maker.manufacturer_index
        )
        GROUP BY o.batch_path, o.prefix, maker.wallet_version
    ), holding AS (
        SELECT b.batch_path, a.allocated_range_start AS first, a.allocated_range_end AS last,
            a.path = b.batch_path AND a.allocated_range_start IS NOT NULL AS is_part,
            a.allocation_type = 'reserved' AND a.status <> 'transferred' AS is_reserved
        FROM batches AS b
        CROSS JOIN LATERAL generate_series(2, cardinality(b.parts)) AS depth
        JOIN path_registry AS a
            ON a.wallet_version = b.wallet AND a.path = array_to_string(b.parts[1:depth], '.')
            AND (a.allocated_range_start IS NULL OR depth = cardinality(b.parts)
                OR segment_number(b.parts[depth + 1]) BETWEEN a.allocated_range_start AND a.allocated_range_end)
    ), held AS (
        SELECT o.object_no, o.prefix, o.class_path, h.is_held, h.is_reserved
        FROM batches AS b
        JOIN looked_objects AS o ON o.batch_path = b.batch_path AND o.has_come
        LEFT JOIN LATERAL (
            SELECT true AS is_held, bool_and(is_reserved) AS is_reserved FROM holding AS h
            WHERE h.batch_path = b.batch_path AND (
                NOT h.is_part OR segment_number(substring(o.path FROM '[^.]+$')) BETWEEN h.first AND h.last
            )
            HAVING count(*) > 0
        ) AS h ON true
    )
    INSERT INTO looked_strange
    SELECT object_no, prefix, class_path, CASE WHEN is_reserved THEN 'reserved' ELSE 'not_allocated' END
    FROM held WHERE is_held IS NULL OR is_reserved
"""
_SELECT: Final = """
    WITH grouped AS (
        SELECT prefix, reason, count(DISTINCT class_path) AS class_count,
            (array_agg(object_no ORDER BY object_no DESC))[1:10] AS objects
        FROM looked_strange GROUP BY prefix, reason
    )
    SELECT g.prefix, g.reason, g.class_count, maker.manufacturer_name::text AS maker, (
        SELECT array_agg(DISTINCT o.path ORDER BY o.path) FROM looked_objects AS o WHERE o.object_no = ANY (g.objects)
    ) AS paths, (
        SELECT coalesce(json_agg(json_build_object('transaction_no', f.transaction_no, 'path', o.path,
            'wallet', encode(f.wallet, 'hex')) ORDER BY f.transaction_no), '[]')
        FROM looked_objects AS o CROSS JOIN LATERAL (
            SELECT * FROM looked_facts AS f WHERE f.object_no = o.object_no ORDER BY f.transaction_no DESC LIMIT 1
        ) AS f WHERE o.object_no = ANY (g.objects)
    ) AS evidence
    FROM grouped AS g JOIN manufacturer_registry AS maker ON maker.prefix = g.prefix
    ORDER BY g.prefix, g.reason
"""

PATTERN = Pattern(
    name="unusual_path",
    title="paths unusual for their manufacturer",
    meaning="Codes are paid for that do not look like this manufacturer's: of a class, a level, a word or a range that "
    "the registry does not know of it. It prints ahead of the registry, or somebody makes up codes below its prefix.",
    remedy="Ask the manufacturer. If the codes are its own, register the class, define the level or allocate the range "
    "(plings registry). If not, demand signed tags for its classes, and warn the shops.",
    sees_whole=False,
    find=find,
)
