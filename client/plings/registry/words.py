"""Words for path segments: what a manufacturer calls its levels, and what a number on one of them means.

Level n is the n-th segment of a path, from 3 on; CLASS_LEVEL stands for the class as a whole, whatever its depth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, TypeVar

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.identity import format_segment
from plings.registry.database import Connection, Registry, columns, fetch, fetch_records
from plings.registry.gs1 import gtin_of, maps_to_gtin

CLASS_LEVEL: Final = 999
"""Where the numbers of the dash class markers of old paths have their words."""


@dataclass(frozen=True)
class Level:
    """What a manufacturer uses the segments of one place for: `category`, `product line`, …"""

    wallet_version: int
    manufacturer_index: int
    path_level: int
    level_name: str
    level_description: str | None
    gs1_mapping: str | None
    """What its values' GS1 codes are: `GTIN` or an application identifier."""
    is_required: bool
    sort_order: int | None


@dataclass(frozen=True)
class LevelValue:
    """What one number on a level means. An inactive one is not given to new classes; printed codes still have it."""

    wallet_version: int
    manufacturer_index: int
    path_level: int
    level_value: int
    value_name: str
    value_description: str | None
    gs1_code: str | None
    sku_reference: str | None
    is_active: bool

    @property
    def segment(self) -> str:
        """The segment that stands for it: `3C` for 127."""
        return format_segment(self.level_value)


Kind = TypeVar("Kind", Level, LevelValue)


def define_level(
    registry: Registry,
    prefix: str,
    level: int,
    name: str,
    *,
    description: str | None = None,
    gs1_mapping: str | None = None,
    required: bool = True,
    sort_order: int | None = None,
) -> Level:
    """Says what a level is for, or says it anew. By an owner or admin of the organisation, or a super-admin.

    Raises AccessDenied, NotInRegistry (`unknown_manufacturer`), ValueRefused (`valid_path_level`: 3 to 14, or 999).
    """
    facts = {
        "path_level": level,
        "level_name": name,
        "level_description": description,
        "gs1_mapping": gs1_mapping,
        "is_required": required,
        "sort_order": sort_order,
    }
    return registry.attempt(lambda connection: _upsert(connection, Level, prefix, facts, ["path_level"]))


def define_value(
    registry: Registry,
    prefix: str,
    level: int,
    value: int,
    name: str,
    *,
    description: str | None = None,
    gs1_code: str | None = None,
    sku: str | None = None,
    active: bool = True,
) -> LevelValue:
    """Says what a number on a level means, or says it anew.

    Raises as `define_level` does; NotInRegistry where the level was not defined; ValueRefused with rule `gtin_form`
    where the level's codes are GTINs and this is none.
    """
    facts = {
        "path_level": level,
        "level_value": value,
        "value_name": name,
        "value_description": description,
        "gs1_code": gs1_code,
        "sku_reference": sku,
        "is_active": active,
    }

    def work(connection: Connection) -> LevelValue:
        made = _upsert(connection, LevelValue, prefix, facts, ["path_level", "level_value"])
        if gs1_code is not None:
            _check_code(connection, made, gs1_code)
        return made

    return registry.attempt(work)


def levels(registry: Registry, prefix: str) -> list[Level]:
    """The levels of a manufacturer, in the order that it wants them shown. Raises NotInRegistry."""
    return _listed(registry, Level, prefix, "true", {}, "coalesce(sort_order, path_level), path_level")


def level_values(
    registry: Registry, prefix: str, *, level: int | None = None, active: bool | None = None
) -> list[LevelValue]:
    """What its numbers mean: on all levels or one, all or only those in use or out of it. Raises NotInRegistry."""
    where = "path_level = coalesce(%(level)s, path_level) AND is_active = coalesce(%(active)s, is_active)"
    return _listed(registry, LevelValue, prefix, where, {"level": level, "active": active}, "path_level, level_value")


def _upsert(connection: Connection, kind: type[Kind], prefix: str, facts: dict[str, Any], key: list[str]) -> Kind:
    # Column names are those of the callers above.
    changed = ", ".join(f"{name} = excluded.{name}" for name in facts if name not in key)
    upsert = f"""
        INSERT INTO {_TABLES[kind]} (wallet_version, manufacturer_index, {", ".join(facts)})
        SELECT wallet_version, manufacturer_index, {", ".join(f"%({name})s" for name in facts)}
        FROM manufacturer_registry WHERE prefix = %(prefix)s
        ON CONFLICT (wallet_version, manufacturer_index, {", ".join(key)}) DO UPDATE SET {changed}
        RETURNING {columns(kind)}
    """
    made = fetch_records(connection, kind, upsert, {**facts, "prefix": prefix})
    if not made:
        raise _unknown(prefix)
    return made[0]


def _check_code(connection: Connection, made: LevelValue, gs1_code: str) -> None:
    select = """
        SELECT gs1_mapping FROM manufacturer_path_schemas
        WHERE (wallet_version, manufacturer_index, path_level) = (%s, %s, %s)
    """
    where = [made.wallet_version, made.manufacturer_index, made.path_level]
    mapping = fetch(connection, select, where)[0]["gs1_mapping"]
    if mapping is not None and maps_to_gtin(mapping) and gtin_of(gs1_code) is None:
        raise ValueRefused(f"{shown(gs1_code)} is no GTIN: its length or check digit is wrong", "gtin_form")


def _listed(
    registry: Registry, kind: type[Kind], prefix: str, where: str, parameters: dict[str, Any], order: str
) -> list[Kind]:
    select = f"""
        SELECT {columns(kind)}
        FROM {_TABLES[kind]} JOIN manufacturer_registry USING (wallet_version, manufacturer_index)
        WHERE prefix = %(prefix)s AND {where} ORDER BY {order}
    """
    found = registry.records(kind, select, {**parameters, "prefix": prefix})
    if not found and registry.row("SELECT prefix FROM manufacturer_registry WHERE prefix = %s", [prefix]) is None:
        raise _unknown(prefix)
    return found


def _unknown(prefix: str) -> NotInRegistry:
    return NotInRegistry(f"there is no manufacturer {shown(prefix)}", "unknown_manufacturer")


_TABLES: Final[dict[type, str]] = {Level: "manufacturer_path_schemas", LevelValue: "path_level_values"}
