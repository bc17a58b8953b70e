"""Where a legacy class goes, chosen by hand: for those that have no place of their own."""

from __future__ import annotations

from typing import Final

from plings.dash.all_or_nothing import all_or_nothing
from plings.dash.standing import CLASSES, TAKEN, demand_phase
from plings.errors import NotInRegistry, StateRefused, ValueRefused, shown
from plings.identity import ClassPath
from plings.registry import Registry
from plings.registry.database import fetch
from plings.registry.manufacturers import manufacturer


def choose_place(registry: Registry, old_class_path: str, new_path: str) -> None:
    """Before pointers are registered: the legacy class `2.G.2.2.-3` goes to the class path `new_path`.

    Raises PathError, AccessDenied, NotInRegistry (`unknown_legacy`), StateRefused (`phase`, `live`), AlreadyRegistered
    (`dash_new_path`) where another goes there, ValueRefused (`other_manufacturer`). That it is registered for another
    product, registering the pointers tells.
    """
    place = ClassPath(new_path)
    if old_class_path.split(".")[:2] != list(place.segments[:2]):
        raise ValueRefused(f"{shown(old_class_path)} and {place} are not one manufacturer's", "other_manufacturer")
    maker = manufacturer(registry, place.prefix)
    with all_or_nothing(registry, maker, False) as connection:
        demand_phase(connection, maker, TAKEN, CLASSES)
        if not fetch(connection, _KNOWN, [old_class_path]):
            raise NotInRegistry(f"no legacy class {shown(old_class_path)} was taken in", "unknown_legacy")
        if not fetch(connection, _CHOOSE, [place.text, old_class_path]):
            raise StateRefused(f"codes of {shown(old_class_path)} resolve already", "live")
        fetch(connection, _FORGET, [old_class_path])


_KNOWN: Final = "SELECT FROM dash_classes WHERE old_path = %s"
_CHOOSE: Final = """
    UPDATE dash_classes SET new_path = %s, is_chosen = true WHERE old_path = %s AND NOT is_live RETURNING id
"""
_FORGET: Final = """
    UPDATE dash_objects SET address = NULL
    WHERE dash_class = (SELECT id FROM dash_classes WHERE old_path = %s) AND address IS NOT NULL
"""
