"""How much of something is too much, for each pattern: in the database, with defaults, changed by super-admins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from plings.errors import NotInRegistry, ValueRefused, shown
from plings.registry import Registry
from plings.registry.database import Connection, columns, fetch

ENABLED: Final = "enabled"
"""The threshold that every pattern has: 0 where it is not looked for."""
EVERY: Final = "every"
"""In the place of a pattern's name: for all of them."""


@dataclass(frozen=True)
class Threshold:
    """A number that an operator may set from `least` to `most`."""

    pattern: str
    name: str
    value: int
    default_value: int
    least: int
    most: int
    meaning: str


def thresholds(registry: Registry) -> list[Threshold]:
    """All of them, by pattern and name. Raises RegistryErrors."""
    return registry.records(Threshold, f"SELECT {columns(Threshold)} FROM monitoring_thresholds ORDER BY pattern, name")


def set_threshold(registry: Registry, pattern: str, name: str, value: int | None) -> Threshold:
    """Sets one, or with None makes it what it was at first. The audit trail notes who did.

    Raises AccessDenied for who is no super-admin, NotInRegistry, and ValueRefused where it is out of range.
    """
    known = {(one.pattern, one.name): one for one in thresholds(registry)}
    if (one := known.get((pattern, name))) is None:
        raise NotInRegistry(f"there is no threshold {shown(f'{pattern}.{name}')}", "unknown_threshold")
    wanted = one.default_value if value is None else value
    if not one.least <= wanted <= one.most:
        text = f"{pattern}.{name} is from {one.least:,} to {one.most:,} and not {wanted:,}"
        raise ValueRefused(text, "threshold_range")
    changed = registry.record(
        Threshold,
        f"""UPDATE monitoring_thresholds SET value = %s WHERE pattern = %s AND name = %s
        RETURNING {columns(Threshold)}""",
        [wanted, pattern, name],
    )
    assert changed is not None
    return changed


def values(connection: Connection) -> dict[str, dict[str, int]]:
    """Their values by pattern and name, as they are now."""
    found: dict[str, dict[str, int]] = {}
    for row in fetch(connection, "SELECT pattern, name, value FROM monitoring_thresholds"):
        found.setdefault(row["pattern"], {})[row["name"]] = row["value"]
    return found
