"""More payments than can be for one object, for the objects of one batch, or for those of one manufacturer.

An object's are counted second by second, the others' in tens of seconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from plings.identity.address import format_address
from plings.monitoring.facts import BUCKET_SECONDS
from plings.monitoring.patterns.pattern import Pattern, Suspicion, Thresholds, evidence_of, prefix_of
from plings.registry.database import Connection, fetch


def find(connection: Connection, thresholds: Thresholds) -> Iterator[Suspicion]:
    yield from _of_objects(connection, thresholds["object_payments"], thresholds["object_seconds"])
    for what in ("batch", "manufacturer"):
        yield from _of_many(connection, what, thresholds[f"{what}_payments"], thresholds[f"{what}_seconds"])


def _of_objects(connection: Connection, payments: int, seconds: int) -> Iterator[Suspicion]:
    for row in fetch(connection, _OBJECTS, {"payments": payments, "seconds": seconds}):
        address = format_address(row["address"])
        yield Suspicion(
            key=f"object {row['path']} {row['pointer']} {address}",
            severity="HIGH",
            message=f"{row['payments']:,} payments for the one object {row['path']} within {seconds:,} seconds",
            evidence=evidence_of(row["evidence"]),
            details={
                "path": row["path"],
                "class_pointer": row["pointer"],
                "address": address,
                "payments": row["payments"],
                "seconds": seconds,
                "until_unix": row["end_unix"],
            },
            prefixes=frozenset({prefix_of(row["path"])}),
        )


def _of_many(connection: Connection, what: str, payments: int, seconds: int) -> Iterator[Suspicion]:
    whole = seconds // BUCKET_SECONDS * BUCKET_SECONDS
    asked = {"is_batch": what == "batch", "payments": payments, "back": whole - BUCKET_SECONDS}
    for row in fetch(connection, _MANY, asked):
        scope = row["scope"]
        yield Suspicion(
            key=f"{what} {scope}",
            severity="HIGH",
            message=f"{row['payments']:,} payments for objects of {what} {scope} within {whole:,} seconds",
            evidence=evidence_of(row["evidence"]),
            details={
                what: scope,
                "payments": row["payments"],
                "seconds": whole,
                "until_unix": row["bucket_unix"] + BUCKET_SECONDS,
            },
            prefixes=frozenset({prefix_of(scope)}),
        )


_OBJECTS: Final = """
    WITH counted AS (
        SELECT object_no, timestamp_unix AS end_unix, count(*) OVER (
            PARTITION BY object_no ORDER BY timestamp_unix
            RANGE BETWEEN %(seconds)s::bigint - 1 PRECEDING AND CURRENT ROW
        ) AS payments
        FROM looked_again
    ), latest AS (
        SELECT DISTINCT ON (object_no) * FROM counted WHERE payments >= %(payments)s ORDER BY object_no, end_unix DESC
    )
    SELECT o.path, pointer_text(o.class_pointer) AS pointer, o.address, l.payments, l.end_unix, (
        SELECT json_agg(json_build_object('transaction_no', transaction_no, 'path', o.path,
            'wallet', encode(wallet, 'hex')) ORDER BY transaction_no)
        FROM (
            SELECT a.transaction_no, a.wallet FROM looked_again AS a WHERE a.object_no = l.object_no
                AND a.timestamp_unix > l.end_unix - %(seconds)s AND a.timestamp_unix <= l.end_unix
            ORDER BY a.transaction_no DESC LIMIT 10
        ) AS shown
    ) AS evidence
    FROM latest AS l JOIN objects AS o USING (object_no) ORDER BY l.object_no
"""
_MANY: Final = """
    WITH touched AS (
        SELECT scope, min(bucket_unix) AS first_unix, max(bucket_unix) AS last_unix FROM looked_rates
        WHERE is_batch = %(is_batch)s GROUP BY scope
    ), summed AS (
        SELECT r.scope, r.bucket_unix, sum(r.payments) OVER (
            PARTITION BY r.scope ORDER BY r.bucket_unix RANGE BETWEEN %(back)s::bigint PRECEDING AND CURRENT ROW
        )::bigint AS payments
        FROM touched AS t CROSS JOIN LATERAL (
            SELECT * FROM monitoring_rates AS r WHERE r.scope = t.scope
                AND r.bucket_unix BETWEEN t.first_unix - %(back)s AND t.last_unix + %(back)s
        ) AS r
    ), latest AS (
        SELECT DISTINCT ON (scope) * FROM summed WHERE payments >= %(payments)s ORDER BY scope, bucket_unix DESC
    )
    SELECT l.scope, l.bucket_unix, l.payments, coalesce((
        SELECT json_agg(json_build_object('transaction_no', transaction_no, 'path', path,
            'wallet', encode(wallet, 'hex')) ORDER BY transaction_no)
        FROM (
            SELECT f.transaction_no, o.path, f.wallet FROM looked_facts AS f JOIN looked_objects AS o USING (object_no)
            WHERE f.is_payment AND l.scope = CASE WHEN %(is_batch)s THEN o.batch_path ELSE o.prefix END
            ORDER BY f.transaction_no DESC LIMIT 10
        ) AS shown
    ), '[]') AS evidence
    FROM latest AS l ORDER BY l.scope
"""

PATTERN = Pattern(
    name="impossible_rate",
    title="more payments than can be",
    meaning="One object, one batch or one manufacturer is paid for faster than people can scan and things can be "
    "handed over: a script pays, codes were copied in numbers, or a threshold does not fit the business.",
    remedy="Look at the wallets that pay. If the sale is real (a start of sales, tickets), raise the threshold: plings "
    "monitor set. If not, the manufacturer's status or a price floor stops it: plings registry manufacturer --help.",
    sees_whole=True,
    find=find,
)
