"""How much of a manufacturer there is to move to another wallet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from plings.registry.database import Connection, Registry, fetch
from plings.registry.manufacturers import Manufacturer


@dataclass(frozen=True)
class Load:
    """What is live, and how much has moved before. `pointer_batches` are classes after the first up to the second."""

    allocations: int
    pointers: int
    moved_before: int
    pointer_batches: tuple[tuple[UUID, UUID], ...]

    @property
    def left(self) -> int:
        return self.allocations + self.pointers


def live_of_wallet(registry: Registry, wallet: int) -> dict[str, tuple[int, int]]:
    """How many allocations and class pointers each manufacturer of a wallet has, by prefix. Reads all of them."""
    return {row["prefix"]: (row["allocations"], row["pointers"]) for row in registry.rows(_WALLET, [wallet, wallet])}


def live_allocations(registry: Registry, wallet: int) -> int:
    """How many allocations a wallet has."""
    live = "wallet_version = %s AND status NOT IN ('transferred', 'retired')"
    return int(registry.rows(f"SELECT count(*) AS live FROM path_registry WHERE {live}", [wallet])[0]["live"])


def measure(connection: Connection, source: Manufacturer, target_wallet: int, batch: int) -> Load:
    """Counts what `source` has, in a transaction. Its pointers are looked up by its organisation's classes, since a
    partition holds those of many manufacturers."""
    facts = {
        "prefix": source.prefix,
        "wallet": source.wallet_version,
        "index": source.manufacturer_index,
        "key": source.ed25519_public_key,
        "organization": source.organization_id,
        "target": target_wallet,
        "batch": batch,
    }
    held = fetch(connection, _ALLOCATIONS, facts)[0]
    pointers = fetch(connection, _POINTERS, facts)[0]
    ends: list[UUID] = pointers["ends"] or []
    return Load(
        allocations=held["live"],
        pointers=pointers["live"],
        moved_before=held["moved"] + pointers["moved"],
        pointer_batches=tuple(zip([UUID(int=0), *ends], ends, strict=False)),
    )


_ALLOCATIONS: Final = """
    SELECT count(*) FILTER (WHERE status NOT IN ('transferred', 'retired')) AS live,
        count(*) FILTER (WHERE transferred_to_wallet = %(target)s) AS moved
    FROM path_registry WHERE (wallet_version, manufacturer_index) = (%(wallet)s, %(index)s)
"""
_WALLET: Final = """
    WITH pointers AS (
        SELECT maker.id, count(*) AS live
        FROM manufacturer_registry AS maker JOIN class_pointers ON manufacturer_pubkey = ed25519_public_key
        WHERE wallet_version = %s AND class_pointers.status = 'active' GROUP BY maker.id
    )
    SELECT prefix, coalesce(pointers.live, 0) AS pointers, (
        SELECT count(*) FROM path_registry AS held
        WHERE (held.wallet_version, held.manufacturer_index) = (maker.wallet_version, maker.manufacturer_index)
            AND held.status NOT IN ('transferred', 'retired')
    ) AS allocations
    FROM manufacturer_registry AS maker LEFT JOIN pointers USING (id)
    WHERE wallet_version = %s
"""
_POINTERS: Final = """
    WITH held AS (
        SELECT class_id, held.status FROM object_classes AS class
        JOIN class_pointers AS held ON held.class_id = class.id AND held.manufacturer_pubkey = %(key)s
        WHERE class.manufacturer_organization_id = %(organization)s
    ), live AS (
        SELECT class_id, row_number() OVER (ORDER BY class_id) AS place, count(*) OVER () AS total
        FROM held WHERE status = 'active'
    )
    SELECT
        (SELECT count(*) FROM live) AS live,
        (SELECT count(*) FROM held WHERE status IN ('migrated', 'compromised')) AS moved,
        ARRAY(
            SELECT DISTINCT class_id FROM live WHERE place %% %(batch)s = 0 OR place = total ORDER BY class_id
        ) AS ends
"""
