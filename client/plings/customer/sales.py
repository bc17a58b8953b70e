"""What was sold by whom, day by day and tier by tier, out of the index."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from solders.pubkey import Pubkey

from plings.indexer.ask import ask
from plings.program.pda import manufacturer_address
from plings.registry import Registry

DAY_SECONDS: Final = 86_400
MOST_ROWS: Final = 5_000


@dataclass(frozen=True)
class Sale:
    """Sales of one day, manufacturer and tier. `name` is the registry's, None where it has none."""

    prefix: str
    name: str | None
    day_unix: int
    tier: str
    """micro, batch, object, resale"""
    count: int
    amount_lamports: int


def sales(registry: Registry, since_unix: int) -> list[Sale]:
    """Since a day's beginning, the largest amounts first where there are too many. Raises RegistryErrors."""
    rows = ask(registry, _SALES, {"since": since_unix, "day": DAY_SECONDS, "most": MOST_ROWS})
    return [Sale(**{**row, "amount_lamports": int(row["amount_lamports"])}) for row in rows]


def sponsors(registry: Registry) -> list[tuple[str, str, Pubkey]]:
    """Prefix, name and Manufacturer account of those who ever opened a sponsor pool. Raises RegistryErrors."""
    with registry.transaction():
        opened = {row["manufacturer"] for row in ask(registry, _OPENED)}
        known = registry.rows(_MAKERS, []) if opened else []
    makers = [(row["prefix"], row["name"], manufacturer_address(Pubkey.from_string(row["pubkey"]))) for row in known]
    return [maker for maker in makers if str(maker[2]) in opened]


_SALES: Final = """
    WITH paid AS (
        SELECT o.path, l.timestamp_unix AS at_unix, CASE l.kind WHEN 1 THEN 'micro' ELSE 'batch' END AS tier,
            l.amount_lamports::numeric AS amount
        FROM payment_leaves AS l JOIN objects AS o USING (object_no)
        WHERE l.kind IN (1, 3) AND NOT l.is_outranked AND l.timestamp_unix >= %(since)s
        UNION ALL
        SELECT o.path, e.block_time_unix, CASE e.name WHEN 'ObjectCreated' THEN 'object' ELSE 'resale' END,
            coalesce((e.body ->> 'payment_amount')::numeric, 0)
        FROM chain_events AS e JOIN objects AS o USING (object_no)
        WHERE e.name IN ('ObjectCreated', 'ObjectPurchased') AND e.block_time_unix >= %(since)s
    ), summed AS (
        SELECT split_part(path, '.', 1) || '.' || split_part(path, '.', 2) AS prefix,
            at_unix / %(day)s * %(day)s AS day_unix, tier, count(*) AS count, sum(amount) AS amount_lamports
        FROM paid GROUP BY 1, 2, 3
    )
    SELECT s.prefix, m.manufacturer_name::text AS name, s.day_unix, s.tier, s.count, s.amount_lamports
    FROM summed AS s LEFT JOIN manufacturer_registry AS m ON m.prefix = s.prefix
    ORDER BY s.amount_lamports DESC, s.prefix, s.day_unix, s.tier LIMIT %(most)s
"""
_OPENED: Final = (
    "SELECT DISTINCT body ->> 'manufacturer' AS manufacturer FROM chain_events WHERE name = 'SponsorPoolInitialized'"
)
_MAKERS: Final = """
    SELECT prefix, manufacturer_name::text AS name, ed25519_public_key AS pubkey FROM manufacturer_registry
    WHERE ed25519_public_key IS NOT NULL ORDER BY prefix
"""
