"""How far a manufacturer's migration is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.errors import NotInRegistry, StateRefused
from plings.registry import Registry
from plings.registry.database import Connection, fetch
from plings.registry.manufacturers import Manufacturer, manufacturer

TAKEN, CLASSES, POINTERS = PHASES = ("taken", "classes", "pointers")
"""Done so far: legacy paths are taken in; they have classes and places; pointers and paths are registered."""

_NEXT: Final = {None: "take", TAKEN: "classes", CLASSES: "pointers"}


@dataclass(frozen=True)
class Standing:
    """`placed` legacy classes have a place, `chosen` of these by hand; `addressed` objects have their new address."""

    prefix: str
    phase: str | None
    legacy_classes: int
    placed: int
    chosen: int
    markers: int
    objects: int
    addressed: int


def standing(registry: Registry, prefix: str) -> Standing:
    """Where a manufacturer stands. Raises NotInRegistry for a prefix that is nobody's."""
    maker = manufacturer(registry, prefix)
    row = registry.rows(_STANDING, [maker.wallet_version, maker.manufacturer_index])[0]
    return Standing(prefix=prefix, **row)


def demand_phase(connection: Connection, maker: Manufacturer, *phases: str) -> str:
    """The phase, which is one of these; nobody changes it before the transaction ends.

    Raises NotInRegistry (`no_migration`), StateRefused (`phase`).
    """
    place = [maker.wallet_version, maker.manufacturer_index]
    rows = fetch(connection, f"SELECT phase FROM dash_migrations WHERE {MAKER} FOR UPDATE", place)
    if not rows:
        raise NotInRegistry(f"no legacy path of {maker.prefix} was taken in", "no_migration")
    phase = str(rows[0]["phase"])
    if phase not in phases:
        raise StateRefused(f"the migration of {maker.prefix} is at `{phase}`, not at {' or '.join(phases)}", "phase")
    return phase


def set_phase(connection: Connection, maker: Manufacturer, phase: str) -> None:
    place = [maker.wallet_version, maker.manufacturer_index]
    fetch(connection, f"UPDATE dash_migrations SET phase = %s WHERE {MAKER}", [phase, *place])


MAKER: Final = "(wallet_version, manufacturer_index) = (%s, %s)"

_STANDING: Final = f"""
    WITH its AS (SELECT * FROM dash_classes WHERE {MAKER}), migration AS (
        SELECT phase, objects FROM dash_migrations
        WHERE (wallet_version, manufacturer_index) = (SELECT wallet_version, manufacturer_index FROM its LIMIT 1)
    )
    SELECT (SELECT phase FROM migration) AS phase, count(*) AS legacy_classes, count(new_path) AS placed,
        count(*) FILTER (WHERE is_chosen) AS chosen, count(DISTINCT marker) AS markers,
        coalesce((SELECT objects FROM migration), 0) AS objects, (
            SELECT count(*) FROM dash_objects WHERE dash_class IN (SELECT id FROM its) AND address IS NOT NULL
        ) AS addressed
    FROM its
"""
