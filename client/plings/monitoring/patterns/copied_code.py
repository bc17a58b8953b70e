"""One code paid for in many places: by several wallets in a short time, or at once. One object cannot be there.

A purchase from an owner who offered the object is none of these: only payments that make or made their payer the first
owner, which an object has one of. Not meant: somebody who pays twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from plings.identity.address import format_address
from plings.monitoring.patterns.pattern import Pattern, Suspicion, Thresholds, evidence_of, prefix_of, some
from plings.registry.database import Connection, fetch

_SEVERITIES: Final = {"many": "HIGH", "at once": "MEDIUM"}


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    for how, wallets, seconds in (
        ("many", thresholds["wallets"], thresholds["seconds"]),
        ("at once", thresholds["at_once_wallets"], thresholds["at_once_seconds"]),
    ):
        for row in fetch(connection, _SELECT, {"wallets": wallets, "seconds": seconds}):
            yield _suspicion(row, how)


def _suspicion(row: dict[str, Any], how: str) -> Suspicion:
    address, wallets = format_address(row["address"]), [format_address(one) for one in row["wallets"]]
    took = f"within {row['seconds']:,} seconds" if row["seconds"] else "in one second"
    return Suspicion(
        key=f"{how} {row['path']} {row['pointer']} {address}",
        severity=_SEVERITIES[how],
        message=f"the code of {row['path']} was paid for by {len(wallets):,} wallets {took}: {some(wallets)}; the "
        "object is one, so there are copies of its code, or somebody pays ahead of its buyers",
        evidence=evidence_of(row["evidence"]),
        details={
            "path": row["path"],
            "class_pointer": row["pointer"],
            "address": address,
            "wallet_count": len(wallets),
            "wallets": wallets[:50],
            "payments": row["payments"],
            "seconds": row["seconds"],
        },
        prefixes=frozenset({prefix_of(row["path"])}),
    )


# Of each object the latest stretch of time with so many wallets.
_SELECT: Final = """
    WITH first AS (
        SELECT * FROM looked_again WHERE NOT is_purchase
    ), ends AS (
        SELECT DISTINCT ON (e.object_no) e.object_no, e.timestamp_unix AS end_unix
        FROM (SELECT DISTINCT object_no, timestamp_unix FROM first) AS e
        CROSS JOIN LATERAL (
            SELECT count(DISTINCT f.wallet) AS wallets FROM first AS f WHERE f.object_no = e.object_no
                AND f.timestamp_unix BETWEEN e.timestamp_unix - %(seconds)s AND e.timestamp_unix
        ) AS within
        WHERE within.wallets >= %(wallets)s
        ORDER BY e.object_no, e.timestamp_unix DESC
    ), gathered AS (
        SELECT f.object_no, array_agg(DISTINCT f.wallet) AS wallets, count(*) AS payments,
            max(f.timestamp_unix) - min(f.timestamp_unix) AS seconds
        FROM ends JOIN first AS f ON f.object_no = ends.object_no
            AND f.timestamp_unix BETWEEN ends.end_unix - %(seconds)s AND ends.end_unix
        GROUP BY f.object_no
    )
    SELECT o.path, pointer_text(o.class_pointer) AS pointer, o.address, g.wallets, g.payments, g.seconds, (
        SELECT json_agg(json_build_object('transaction_no', transaction_no, 'path', o.path,
            'wallet', encode(wallet, 'hex')) ORDER BY transaction_no)
        FROM (
            SELECT * FROM (
                SELECT DISTINCT ON (f.wallet) f.transaction_no, f.wallet FROM first AS f, ends
                WHERE f.object_no = g.object_no AND ends.object_no = g.object_no
                    AND f.timestamp_unix BETWEEN ends.end_unix - %(seconds)s AND ends.end_unix
                ORDER BY f.wallet, f.transaction_no DESC
            ) AS of_wallets ORDER BY transaction_no DESC LIMIT 10
        ) AS shown
    ) AS evidence
    FROM gathered AS g JOIN objects AS o USING (object_no) ORDER BY g.object_no
"""

PATTERN = Pattern(
    name="copied_code",
    title="one code paid for in many places",
    meaning="Several wallets paid for one object as its first buyer. The first one owns it, the others bought nothing: "
    "the code was copied onto other objects, or somebody who sees a payment coming gets in before it.",
    remedy="Take the code out of the shops' bundles and find out where the payments were made. Refund who bought "
    "nothing, and use tags that cannot be photographed (NFC) for the class.",
    sees_whole=True,
    find=find,
)
