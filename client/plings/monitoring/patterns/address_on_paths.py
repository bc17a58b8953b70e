"""One address on several paths. An object has one path and its key follows from that, so no two paths share an address.

Not meant: one object that is paid for again, and a path that moved with its manufacturer to another wallet.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plings.identity.address import format_address
from plings.monitoring.patterns.pattern import Pattern, Suspicion, Thresholds, evidence_of, prefix_of, some
from plings.registry.database import Connection, fetch

MOST_OBJECTS: Final = 1_000
"""Of one address, so many are looked at."""


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    for row in fetch(connection, _SELECT, {"paths": thresholds["paths"], "most": MOST_OBJECTS}):
        address, paths = format_address(row["address"]), row["paths"]
        yield Suspicion(
            key=address,
            severity="HIGH",
            message=f"the address {address} is on {row['places']:,} paths, and one at most is its own: {some(paths)}",
            evidence=evidence_of(row["evidence"]),
            details={"address": address, "path_count": row["places"], "paths": paths[:50]},
            prefixes=frozenset(map(prefix_of, paths)),
        )


# A path in another wallet is the same place where the manufacturer's lineage leads there.
_SELECT: Final = """
    WITH touched AS (
        SELECT address, path FROM looked_objects
        UNION SELECT address, path FROM looked_undone WHERE address IS NOT NULL
    ), shared AS (
        -- each by the index, whatever statistics say: hence the limit
        SELECT DISTINCT t.address FROM touched AS t CROSS JOIN LATERAL (
            SELECT FROM objects AS o
            WHERE hashbytea(o.address) = hashbytea(t.address) AND o.address = t.address AND o.path <> t.path LIMIT 1
        ) AS other
    ), placed AS (
        SELECT s.address, o.object_no, o.path,
            (coalesce(kin.name, parts.prefix) || below_prefix(o.path, '')) COLLATE "C" AS place
        FROM shared AS s
        CROSS JOIN LATERAL (
            SELECT * FROM objects AS o WHERE hashbytea(o.address) = hashbytea(s.address) AND o.address = s.address
            LIMIT %(most)s
        ) AS o
        CROSS JOIN LATERAL (SELECT split_part(o.path, '.', 1) || '.' || split_part(o.path, '.', 2) AS prefix) AS parts
        LEFT JOIN LATERAL (
            SELECT lineage.canonical_name::text AS name FROM manufacturer_registry AS maker
            JOIN manufacturer_lineage AS lineage ON lineage.current_wallet_version = maker.wallet_version
                AND lineage.current_manufacturer_index = maker.manufacturer_index
            WHERE maker.prefix = parts.prefix LIMIT 1
        ) AS kin ON true
    ), found AS (
        SELECT address, count(DISTINCT place) AS places, array_agg(DISTINCT path ORDER BY path) AS paths,
            array_agg(object_no ORDER BY object_no DESC) AS objects
        FROM placed GROUP BY address HAVING count(DISTINCT place) >= %(paths)s
    )
    SELECT f.address, f.places, f.paths, coalesce((
        SELECT json_agg(json_build_object('transaction_no', p.transaction_no, 'path', p.path,
            'wallet', encode(p.wallet, 'hex')))
        FROM (SELECT unnest(f.objects[1:10]) AS object_no) AS each
        CROSS JOIN LATERAL (
            SELECT p.transaction_no, o.path, p.wallet FROM monitored_payments AS p JOIN objects AS o USING (object_no)
            WHERE p.object_no = each.object_no ORDER BY p.transaction_no LIMIT 1
        ) AS p
    ), '[]') AS evidence
    FROM found AS f ORDER BY f.address
"""

PATTERN = Pattern(
    name="address_on_paths",
    title="one address on several paths",
    meaning="Codes of several paths have one address. Each object's key is derived from its own path, so all of these "
    "codes but one were not made by the manufacturer's printing line, or the line printed one code twice.",
    remedy="Ask the manufacturer which of the paths derives the address (plings key derive). Codes of the others are "
    "copies or misprints: take them out of the shops' bundles, and demand signed tags for the class.",
    sees_whole=True,
    find=find,
)
