"""The second phase: each legacy class gets its place, and each marker its product.

A product is the organisation's class whose SKU is the marker (`-3`): one that was added before, with its right name, or
one that is made here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.legacy import dropped, kept
from plings.dash.placing import candidates, place
from plings.dash.problems import MOST, Problem, refuse_for
from plings.dash.standing import CLASSES, MAKER, TAKEN, demand_phase, set_phase
from plings.registry import Registry
from plings.registry.bulk_maker import maker_of
from plings.registry.database import Connection, fetch
from plings.registry.manufacturers import Manufacturer, manufacturer

NOTE: Final = "Made from a dash class marker"
"""The description of products that are made here, by which the way back knows them."""


@dataclass(frozen=True)
class ClassesMade:
    """`dropped` legacy classes got the place without their marker, `kept` that with its number as a level."""

    legacy_classes: int
    dropped: int
    kept: int
    added: int
    there: int


def make_classes(registry: Registry, prefix: str, *, dry_run: bool = False) -> ClassesMade:
    """Gives each legacy class of a manufacturer its place and product. Again changes nothing.

    Raises AccessDenied, NotInRegistry, StateRefused (`phase`, `closed`), ValueRefused (`no_key`), and MigrationRefused
    for classes without a place (`place_shared`, `place_taken`) or a product (`marker_shared`).
    """
    maker, key = manufacturer(registry, prefix), maker_of(registry, prefix).public_key
    with all_or_nothing(registry, maker, dry_run) as connection:
        demand_phase(connection, maker, TAKEN, CLASSES)
        its = [maker.wallet_version, maker.manufacturer_index]
        rows = fetch(connection, f"SELECT old_path FROM dash_classes WHERE {MAKER} AND new_path IS NULL", its)
        left = [row["old_path"] for row in rows]
        places, problems = place(left, set(_taken(connection, left, key)))
        refuse_for(problems[:MOST])
        fetch(connection, _PLACE, [list(places), list(places.values())])
        added, there = _products(connection, maker)
        set_phase(connection, maker, CLASSES)
        without = sum(where == dropped(path) for path, where in places.items())
        return ClassesMade(len(places), without, len(places) - without, added, there)


def _taken(connection: Connection, left: list[str], key: str) -> Iterator[tuple[str, str]]:
    """The pairs of a place and a legacy class that is another's than what is there."""
    wanted = sorted(candidates(left))
    found = {row["place"]: row for row in fetch(connection, _REGISTERED, {"places": wanted, "key": key})}
    ours = {row["new_path"] for row in fetch(connection, _GIVEN, [wanted])}
    for path in left:
        marker = next(segment for segment in path.split(".") if segment.startswith("-"))
        for where in (dropped(path), kept(path)):
            there = found.get(where)
            if where in ours or (there is not None and not (there["is_same_path"] and there["sku"] == marker)):
                yield where, path


def _products(connection: Connection, maker: Manufacturer) -> tuple[int, int]:
    """How many products were made, and how many were there."""
    its = [maker.wallet_version, maker.manufacturer_index]
    facts = {
        "wallet": its[0],
        "index": its[1],
        "owner": maker.organization_id,
        "name": maker.manufacturer_name,
        "note": NOTE,
    }
    refuse_for(
        Problem("marker", row["marker"], "marker_shared", f"its SKU is that of a product of {row['manufacturer_name']}")
        for row in fetch(connection, _SHARED, facts)
    )
    added = len(fetch(connection, _ADD, facts))
    fetch(connection, _REVIVE, facts)
    linked = fetch(connection, _LINK, facts)[0]["products"]
    return added, linked - added


_REGISTERED: Final = """
    SELECT wanted.place, class.sku,
        (known.manufacturer_pubkey, known.path_to_pointer) = (%(key)s, wanted.place) AS is_same_path
    FROM (SELECT place, class_pointer_of(%(key)s, place) AS pointer FROM unnest(%(places)s::text[]) AS place) AS wanted
    JOIN known_pointers(
        ARRAY(SELECT class_pointer_of(%(key)s, place) FROM unnest(%(places)s::text[]) AS place)
    ) AS known ON known.class_pointer = wanted.pointer
    JOIN object_classes AS class ON class.id = known.class_id
"""
_GIVEN: Final = "SELECT new_path FROM dash_classes WHERE new_path = ANY(%s)"
_PLACE: Final = """
    UPDATE dash_classes AS class SET new_path = given.new_path
    FROM unnest(%s::text[], %s::text[]) AS given (old_path, new_path) WHERE class.old_path = given.old_path
"""
_MARKERS: Final = """
    SELECT DISTINCT marker COLLATE pg_c_utf8 AS marker FROM dash_classes
    WHERE (wallet_version, manufacturer_index) = (%(wallet)s, %(index)s) AND class_id IS NULL
"""
_SHARED: Final = f"""
    SELECT DISTINCT its.marker, other.manufacturer_name FROM ({_MARKERS}) AS its
    JOIN object_classes AS class ON (class.manufacturer_organization_id, class.sku) = (%(owner)s, its.marker)
    JOIN dash_classes AS linked ON linked.class_id = class.id
    JOIN manufacturer_registry AS other USING (wallet_version, manufacturer_index)
    WHERE other.manufacturer_name <> %(name)s ORDER BY 1 LIMIT 1000
"""
_ADD: Final = f"""
    INSERT INTO object_classes (manufacturer_organization_id, name, sku, description)
    SELECT %(owner)s, left(%(name)s, 180) || ' Product ' || marker, marker, %(note)s
    FROM ({_MARKERS}) AS its ORDER BY marker
    ON CONFLICT (manufacturer_organization_id, sku) WHERE sku IS NOT NULL DO NOTHING RETURNING id
"""
_REVIVE: Final = f"""
    UPDATE object_classes SET status = 'active'
    WHERE manufacturer_organization_id = %(owner)s AND status = 'archived' AND description = %(note)s
        AND sku IN ({_MARKERS})
"""
_LINK: Final = """
    WITH linked AS (
        UPDATE dash_classes AS its SET class_id = class.id FROM object_classes AS class
        WHERE (its.wallet_version, its.manufacturer_index) = (%(wallet)s, %(index)s) AND its.class_id IS NULL
            AND (class.manufacturer_organization_id, class.sku) = (%(owner)s, its.marker COLLATE pg_c_utf8)
        RETURNING class.id
    ) SELECT count(DISTINCT id) AS products FROM linked
"""
