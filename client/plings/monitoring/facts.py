"""What came since the last look, and what was undone meanwhile: taken into temporary tables, and counted.

A look sees what one snapshot shows of both, so each fact is counted once and taken off at most once. What is counted is
not found again by an index: payments of a batch by time, classes by their pointer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.registry.database import Connection, fetch

BUCKET_SECONDS: Final = 10
"""Payments of batches and manufacturers are counted in stretches of so long."""
KEPT_SECONDS: Final = 4 * 3600
"""How long these counts are kept: longer than the longest threshold, and than what comes late as a rule."""
RECENT: Final = 200
"""Of one object, so many of its latest payments are looked at."""


@dataclass(frozen=True)
class Taken:
    """What a look has before it. Facts are leaves and events that are about an object."""

    transactions: int
    facts: int
    undone: int


def take(connection: Connection, after: int, through: int) -> Taken:
    """Takes the facts of the transactions numbered after `after`, up to `through`, and all that was undone."""
    connection.execute(_TABLES)
    for name in _TEMPORARY:  # empty, unless another look was in this transaction
        connection.execute(f"DELETE FROM looked_{name}".encode())
    span = {"after": after, "through": through, "recent": RECENT}
    connection.execute(_TAKE, span)
    # how many there are is what plans go by; of all columns it would take as long as a pattern
    connection.execute(b"ANALYZE looked_facts (object_no)")
    connection.execute(_OBJECTS)
    connection.execute(b"ANALYZE looked_objects (object_no)")
    connection.execute(_AGAIN, span)
    connection.execute(_PARTIES, span)
    (row,) = fetch(
        connection,
        """SELECT (SELECT count(*) FROM looked_facts) AS facts, (SELECT count(*) FROM looked_undone) AS undone,
            (SELECT count(*) FROM raw_transactions WHERE transaction_no > %(after)s AND transaction_no <= %(through)s)
                AS transactions""",
        span,
    )
    return Taken(**row)


def count(connection: Connection) -> None:
    """Counts what was taken, and takes off what was undone."""
    connection.execute(_COUNT_CLASSES)
    connection.execute(_RATES, {"size": BUCKET_SECONDS})
    connection.execute(_COUNT_RATES)
    if fetch(connection, "SELECT 1 AS one FROM looked_undone WHERE is_counted LIMIT 1"):
        connection.execute(_TAKE_OFF_CLASSES)
        connection.execute(b"DELETE FROM monitoring_classes WHERE facts <= 0")
        connection.execute(_TAKE_OFF_RATES)
        connection.execute(b"DELETE FROM monitoring_rates WHERE payments <= 0")
    _forget(connection)


def _forget(connection: Connection) -> None:
    """Counts by time that are too old for any threshold, now and then."""
    (row,) = fetch(
        connection,
        "SELECT kept_from_unix, (SELECT max(bucket_unix) FROM looked_rates) AS newest FROM monitoring_state",
    )
    if row["newest"] is None or row["newest"] - row["kept_from_unix"] < KEPT_SECONDS * 5 // 4:
        return
    oldest = row["newest"] - KEPT_SECONDS
    connection.execute("DELETE FROM monitoring_rates WHERE bucket_unix < %s", [oldest])
    connection.execute("UPDATE monitoring_state SET kept_from_unix = %s", [oldest])


_TABLES: Final = """
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_facts (
        transaction_no bigint, object_no bigint, is_payment boolean, wallet bytea, timestamp_unix bigint
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_undone (
        transaction_no bigint, timestamp_unix bigint, is_payment boolean, class_pointer bigint, address bytea,
        path text COLLATE "C", is_counted boolean
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_objects (
        object_no bigint, class_pointer bigint, address bytea, path text COLLATE "C", batch_path text COLLATE "C",
        class_path text COLLATE "C", prefix text COLLATE "C",
        -- false where nothing came of it, and only something was undone
        has_come boolean
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_again (
        object_no bigint, transaction_no bigint, wallet bytea, timestamp_unix bigint, is_purchase boolean
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_rates (
        scope text COLLATE "C", is_batch boolean, bucket_unix bigint, payments bigint
    ) ON COMMIT DELETE ROWS;
    CREATE TEMPORARY TABLE IF NOT EXISTS looked_parties (
        transaction_no bigint, owner bytea, treasury text, path text COLLATE "C", wallet bytea
    ) ON COMMIT DELETE ROWS;
"""
_TEMPORARY: Final = ("facts", "undone", "objects", "again", "rates", "parties")

# In one statement, as it has one snapshot: of a fact that is in it the undoing is not, and the other way round.
_TAKE: Final = """
    WITH gone AS (
        DELETE FROM monitoring_undone RETURNING *
    ), noted AS (
        INSERT INTO looked_undone
        SELECT transaction_no, timestamp_unix, is_payment, class_pointer, address, path, transaction_no <= %(after)s
        FROM gone
    )
    INSERT INTO looked_facts
    SELECT transaction_no, object_no, kind IN (1, 3), actor, timestamp_unix FROM payment_leaves
    WHERE transaction_no > %(after)s AND transaction_no <= %(through)s
    UNION ALL
    SELECT transaction_no, object_no, name IN ('ObjectCreated', 'ObjectPurchased'), owner, block_time_unix
    FROM chain_events
    WHERE transaction_no > %(after)s AND transaction_no <= %(through)s AND object_no IS NOT NULL
"""

# One by one and each by its index, whatever the tables' size: what came is few of many.
_OBJECTS: Final = """
    INSERT INTO looked_objects
    SELECT o.object_no, o.class_pointer, o.address, o.path, b.batch_path,
        left(b.batch_path, -strpos(reverse(b.batch_path), '.')),
        split_part(o.path, '.', 1) || '.' || split_part(o.path, '.', 2), each.has_come
    FROM (
        SELECT object_no, bool_or(has_come) AS has_come FROM (
            SELECT object_no, true AS has_come FROM looked_facts
            UNION ALL SELECT o.object_no, false FROM looked_undone AS u CROSS JOIN LATERAL (
                SELECT * FROM objects AS o WHERE hashbytea(o.address) = hashbytea(u.address) AND o.address = u.address
                    AND o.path = u.path AND o.class_pointer = u.class_pointer LIMIT 1
            ) AS o
        ) AS every GROUP BY object_no
    ) AS each
    CROSS JOIN LATERAL (SELECT * FROM objects AS o WHERE o.object_no = each.object_no LIMIT 1) AS o
    CROSS JOIN LATERAL (SELECT left(o.path, -strpos(reverse(o.path), '.')) AS batch_path OFFSET 0) AS b
"""

# The latest payments of objects that have more than one.
_AGAIN: Final = """
    WITH again AS MATERIALIZED (
        SELECT o.object_no FROM looked_objects AS o
        WHERE EXISTS (SELECT FROM payment_leaves AS l WHERE l.object_no = o.object_no AND kind IN (1, 3) OFFSET 1)
            OR EXISTS (SELECT FROM chain_events AS e WHERE e.object_no = o.object_no OFFSET 0)
    )
    INSERT INTO looked_again
    SELECT a.object_no, l.transaction_no, l.actor, l.timestamp_unix, false
    FROM again AS a CROSS JOIN LATERAL (
        SELECT * FROM payment_leaves AS l WHERE l.object_no = a.object_no AND kind IN (1, 3)
        ORDER BY number DESC LIMIT %(recent)s
    ) AS l
    WHERE NOT l.is_outranked
    UNION ALL
    SELECT a.object_no, e.transaction_no, e.owner, e.block_time_unix, e.name = 'ObjectPurchased'
    FROM again AS a CROSS JOIN LATERAL (
        SELECT * FROM chain_events AS e
        WHERE e.object_no = a.object_no AND e.name IN ('ObjectCreated', 'ObjectPurchased')
        ORDER BY e.slot DESC LIMIT %(recent)s
    ) AS e
"""

# Whom something was given to, and where manufacturers' money and the platform's goes.
_PARTIES: Final = """
    INSERT INTO looked_parties
    SELECT l.transaction_no, l.owner, NULL, o.path, l.actor
    FROM payment_leaves AS l JOIN objects AS o USING (object_no)
    WHERE l.transaction_no > %(after)s AND l.transaction_no <= %(through)s AND l.kind IN (2, 4)
    UNION ALL
    SELECT e.transaction_no, e.owner, NULL, o.path, NULL
    FROM chain_events AS e
    LEFT JOIN object_accounts AS a ON a.account = e.subject LEFT JOIN objects AS o ON o.object_no = a.object_no
    WHERE e.transaction_no > %(after)s AND e.transaction_no <= %(through)s AND e.name = 'OwnershipTransferred'
    UNION ALL
    SELECT e.transaction_no, NULL, coalesce(e.body ->> 'treasury', e.body ->> 'platform_treasury'), NULL, NULL
    FROM chain_events AS e
    WHERE e.transaction_no > %(after)s AND e.transaction_no <= %(through)s
        AND e.name IN ('ManufacturerRegistered', 'ManufacturerUpdated', 'ConfigInitialized', 'ConfigUpdated')
"""

_COUNT_CLASSES: Final = """
    INSERT INTO monitoring_classes AS c (class_pointer, class_path, facts, example_no)
    SELECT o.class_pointer, o.class_path, count(*), min(f.transaction_no)
    FROM looked_facts AS f JOIN looked_objects AS o USING (object_no) GROUP BY o.class_pointer, o.class_path
    ON CONFLICT (class_pointer, class_path) DO UPDATE
    SET facts = c.facts + EXCLUDED.facts, example_no = coalesce(c.example_no, EXCLUDED.example_no)
"""
_TAKE_OFF_CLASSES: Final = r"""
    UPDATE monitoring_classes AS c SET facts = c.facts - u.facts,
        example_no = CASE WHEN c.example_no = ANY (u.numbers) THEN NULL ELSE c.example_no END
    FROM (
        SELECT class_pointer, regexp_replace(path, '\.[^.]+\.[^.]+$', '') AS class_path, count(*) AS facts,
            array_agg(transaction_no) AS numbers
        FROM looked_undone WHERE is_counted AND path IS NOT NULL GROUP BY 1, 2
    ) AS u
    WHERE (c.class_pointer, c.class_path) = (u.class_pointer, u.class_path)
"""

# Of each scope and time: what came, and 0 for what was only undone, so that it is looked at.
_RATES: Final = r"""
    INSERT INTO looked_rates
    SELECT s.scope, s.is_batch, timestamp_unix - timestamp_unix %% %(size)s AS bucket_unix, sum(paid.payments)
    FROM (
        SELECT o.batch_path, o.prefix, f.timestamp_unix, 1 AS payments
        FROM looked_facts AS f JOIN looked_objects AS o USING (object_no) WHERE f.is_payment
        UNION ALL
        SELECT regexp_replace(path, '\.[^.]+$', ''), split_part(path, '.', 1) || '.' || split_part(path, '.', 2),
            timestamp_unix, 0
        FROM looked_undone WHERE is_payment AND path IS NOT NULL
    ) AS paid
    CROSS JOIN LATERAL (VALUES (batch_path, true), (prefix, false)) AS s (scope, is_batch)
    GROUP BY 1, 2, 3
"""
_COUNT_RATES: Final = """
    INSERT INTO monitoring_rates AS r (scope, bucket_unix, payments)
    SELECT scope, bucket_unix, payments FROM looked_rates WHERE payments > 0
    ON CONFLICT (scope, bucket_unix) DO UPDATE SET payments = r.payments + EXCLUDED.payments
"""
_TAKE_OFF_RATES: Final = rf"""
    UPDATE monitoring_rates AS r SET payments = r.payments - u.payments
    FROM (
        SELECT s.scope, timestamp_unix - timestamp_unix % {BUCKET_SECONDS} AS bucket_unix, count(*) AS payments
        FROM looked_undone CROSS JOIN LATERAL (VALUES
            (regexp_replace(path, '\.[^.]+$', '')), (split_part(path, '.', 1) || '.' || split_part(path, '.', 2))
        ) AS s (scope)
        WHERE is_counted AND is_payment AND path IS NOT NULL GROUP BY 1, 2
    ) AS u
    WHERE (r.scope, r.bucket_unix) = (u.scope, u.bucket_unix)
"""
