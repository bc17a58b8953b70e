"""The way back, one phase at a time. What was registered stays in the registry, closed: codes may have been printed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.make_classes import NOTE
from plings.dash.pointer_status import set_status
from plings.dash.register_pointers import PURPOSE
from plings.dash.standing import CLASSES, PHASES, POINTERS, TAKEN, demand_phase, set_phase
from plings.errors import StateRefused
from plings.registry import Registry
from plings.registry.bulk_maker import maker_of
from plings.registry.database import Connection, Row, fetch
from plings.registry.manufacturers import manufacturer

PRINTED: Final = "codes with new paths that were printed stay printed, and stay what they are"


@dataclass(frozen=True)
class Undone:
    """The phase that was undone, where that leaves the migration (None: nowhere), and what cannot be undone."""

    undone: str
    phase: str | None
    stays: tuple[str, ...]


def undo(registry: Registry, prefix: str, *, dry_run: bool = False) -> Undone:
    """Undoes the last phase. Doing it again takes up what stayed.

    Raises AccessDenied, NotInRegistry (`no_migration`), StateRefused (`closed`; `live` while codes of this manufacturer
    resolve and others were taken in since).
    """
    maker = manufacturer(registry, prefix)
    with all_or_nothing(registry, maker, dry_run) as connection:
        phase = demand_phase(connection, maker, *PHASES)
        facts: dict[str, Any] = {
            "wallet": maker.wallet_version,
            "index": maker.manufacturer_index,
            "note": NOTE,
            "purpose": PURPOSE,
        }
        if phase != POINTERS and fetch(connection, f"{_ITS} AND is_live LIMIT 1", facts):
            text = "more was taken in since codes resolve: bring it through the phases, then go back"
            raise StateRefused(text, "live")
        if phase == TAKEN:
            for statement in _TAKEN:
                fetch(connection, statement, facts)
            return Undone(phase, None, ())
        if phase == POINTERS:
            stays = _pointers(connection, {**facts, "key": maker_of(registry, prefix).public_key})
            set_phase(connection, maker, CLASSES)
            return Undone(phase, CLASSES, stays)
        stays = _classes(connection, facts)
        set_phase(connection, maker, TAKEN)
        return Undone(phase, TAKEN, stays)


def _pointers(connection: Connection, facts: Row) -> tuple[str, ...]:
    pointers = set_status(connection, facts, "active", "deprecated")
    retired = fetch(connection, _RETIRE, facts)[0]["count"]
    fetch(connection, _NO_POINTERS, facts)
    return (
        f"{pointers:,} class pointers stay registered, deprecated",
        f"{retired:,} allocations stay held, retired: their codes were printed before",
        PRINTED,
    )


def _classes(connection: Connection, facts: Row) -> tuple[str, ...]:
    made = [row["class_id"] for row in fetch(connection, _MADE, facts)]
    used = {row["class_id"] for row in fetch(connection, _USED, [made])}
    archived = len(fetch(connection, _ARCHIVE, [[one for one in made if one not in used]]))
    fetch(connection, _NO_ADDRESSES, facts)
    fetch(connection, _NO_PLACES, facts)
    return (f"{archived:,} products that were made for markers stay, archived",)


_MAKER: Final = "(wallet_version, manufacturer_index) = (%(wallet)s, %(index)s)"
_ITS: Final = f"SELECT id FROM dash_classes WHERE {_MAKER}"

_TAKEN: Final = (
    f"DELETE FROM dash_objects WHERE dash_class IN ({_ITS})",
    f"DELETE FROM dash_classes WHERE {_MAKER}",
    f"DELETE FROM dash_migrations WHERE {_MAKER}",
)
_RETIRE: Final = f"""
    WITH moved AS (
        UPDATE path_registry SET status = 'retired'
        WHERE {_MAKER} AND status IN ('active', 'exhausted') AND purpose IN (
            SELECT DISTINCT (%(purpose)s || class.old_path || '.' || segment_text(batch)) COLLATE pg_c_utf8
            FROM dash_objects JOIN dash_classes AS class ON class.id = dash_class
            WHERE (class.wallet_version, class.manufacturer_index) = (%(wallet)s, %(index)s)
        ) RETURNING id
    ) SELECT count(*) FROM moved
"""
_NO_POINTERS: Final = f"UPDATE dash_classes SET is_live = false, pointer_is_ours = false WHERE {_MAKER}"
_MADE: Final = f"""
    SELECT DISTINCT class_id FROM dash_classes AS its JOIN object_classes AS class ON class.id = class_id
    WHERE {_MAKER} AND class.status = 'active' AND class.description = %(note)s AND NOT EXISTS (
        SELECT FROM dash_classes AS other WHERE other.class_id = class.id
            AND (other.wallet_version, other.manufacturer_index) <> (its.wallet_version, its.manufacturer_index)
    )
"""
_USED: Final = "SELECT DISTINCT class_id FROM class_pointers WHERE class_id = ANY(%s::uuid[]) AND status = 'active'"
_ARCHIVE: Final = "UPDATE object_classes SET status = 'archived' WHERE id = ANY(%s::uuid[]) RETURNING id"
_NO_ADDRESSES: Final = f"UPDATE dash_objects SET address = NULL WHERE dash_class IN ({_ITS}) AND address IS NOT NULL"
_NO_PLACES: Final = f"""
    UPDATE dash_classes SET class_id = NULL, new_path = CASE WHEN is_chosen THEN new_path END WHERE {_MAKER}
"""
